import { env } from 'cloudflare:test';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { onCron } from '../src/cron/schedule.ts';
import { sha256Hex } from '../src/digest.ts';
import { HOUR_MS, RECONCILE_ENDS_MAX } from '../src/limits.ts';
import { countingDatabase } from './support/counting-database.ts';
import { day, event, terraUser, type Who } from './support/events.ts';
import { envWithInterloper } from './support/interloper.ts';
import { withLimits } from './support/limits-everywhere.ts';
import { ingest, newTerraId, newUser, rawEvent, rowsOf } from './support/stack.ts';
import { type FarTerra, newTerra, queryOf } from './support/terra.ts';

function someone(): Who {
  return { user: newUser(), terraId: newTerraId() };
}

/** Connected an hour ago. */
async function connect(who: Who): Promise<Who> {
  await ingest({ type: 'auth', user: terraUser(who) }, { orderingMs: Date.now() - HOUR_MS });
  return who;
}

/** A Terra with these pages; a page that is no list is an answer of its own. */
async function terraWith(...pages: readonly unknown[]): Promise<FarTerra> {
  const terra = newTerra();
  for (const [i, results] of pages.entries()) {
    const next = i + 1 < pages.length ? i + 1 : null;
    const body = Array.isArray(results) ? { data: { next, max_page: pages.length - 1, results } } : results;
    await terra.answers(`/subscriptions?page=${i}&`, 200, body);
  }
  return terra;
}

function compare(used: Env, nowMs = Date.now()): Promise<void> {
  return onCron('0 */6 * * *', withLimits(used), nowMs);
}

async function statesOf(...people: readonly Who[]): Promise<unknown[]> {
  const states = [];
  for (const { user, terraId } of people) {
    const rows = await rowsOf('terra_connections', user);
    states.push(rows.find((row) => row.terra_user_id === terraId)?.state ?? null);
  }
  return states;
}

// The comparison is of everybody: a test begins with nobody.
beforeEach(async () => {
  await env.DB.batch(
    ['terra_connections', 'users', 'trace_events'].map((table) => env.DB.prepare(`delete from ${table}`)),
  );
});

describe('the comparison of everybody with Terra, every six hours', () => {
  it('adds and ends what differs of 1,200 people on three pages, with few statements a page', async () => {
    const people = Array.from({ length: 1_200 }, someone);
    const [known, added] = [people.slice(0, 1_100), people.slice(1_100)];
    const gone = Array.from({ length: 30 }, someone);
    const returned = known.slice(0, 5);
    const before = new Date(Date.now() - HOUR_MS).toISOString();
    const rows = JSON.stringify([...known, ...gone].map(({ user, terraId }) => [user, terraId]));
    await env.DB.batch([
      env.DB.prepare('insert into users(id) select value->>0 from json_each(?1)').bind(rows),
      env.DB.prepare(
        `insert into terra_connections(id, user_id, terra_user_id, provider, reference_id, connected_at, state_at)
select value->>1, value->>0, value->>1, 'oura', value->>0, ?2, ?2
from json_each(?1)`,
      ).bind(rows, before),
      env.DB.prepare(
        `update terra_connections set deactivated_at = ?2, state = 'deauthenticated'
where terra_user_id in (select value from json_each(?1))`,
      ).bind(JSON.stringify(returned.map(({ terraId }) => terraId)), before),
    ]);
    const listed = people.map((who) => terraUser(who));
    const terra = await terraWith(listed.slice(0, 500), listed.slice(500, 1_000), listed.slice(1_000));
    const { db, cost } = countingDatabase(env.DB);
    await compare({ ...terra.env, DB: db });
    const { results } = await env.DB.prepare(
      'select terra_user_id, user_id, state, deactivated_at is null as is_active from terra_connections',
    ).all<Record<string, unknown>>();
    const found = Object.fromEntries(results.map(({ terra_user_id, ...row }) => [terra_user_id, row]));
    const rowsOfThem = (them: readonly Who[], state: string, is_active: number) =>
      them.map(({ user, terraId }) => [terraId, { user_id: user, state, is_active }]);
    expect(found).toEqual(
      Object.fromEntries([...rowsOfThem(people, 'connected', 1), ...rowsOfThem(gone, 'deauthenticated', 0)]),
    );
    const calls = (await terra.calls()).map(queryOf);
    expect(calls).toEqual([0, 1, 2, 0, 1, 2].map((page) => ({ page: String(page), per_page: '500' })));
    // Three pages of 3 reads and the look whether calls are paused, two of them with 4 statements to commit; three pages
    // of ours; 2 reads and 4 to end.
    expect(cost.statements).toBeLessThanOrEqual(33);
    expect(added.length + returned.length + gone.length).toBe(135);
    // Once it agrees nothing is written, and the list is read once.
    const rowsWritten = cost.rowsWritten;
    await compare({ ...terra.env, DB: db });
    expect(cost.rowsWritten).toBe(rowsWritten);
    expect(await terra.calls()).toHaveLength(9);
  });

  it('makes the person a new connection is of, and lets go of what waited for it', async () => {
    const who = someone();
    const waiting = { user_id: who.terraId, provider: 'OURA', reference_id: null };
    const { id } = await ingest({ ...event('daily', who, [day({ steps: 1 })]), user: waiting });
    const terra = await terraWith([terraUser(who)]);
    await compare(terra.env);
    expect(await statesOf(who)).toEqual(['connected']);
    expect(terra.outbox.messages).toMatchObject([{ rawEventId: id }]);
    expect(await rawEvent(id)).toMatchObject({ process_error: null });
  });

  it("adds nothing under others' references, nothing inactive, and nobody erased", async () => {
    const [foreign, nobody, inactive, erasedUser, erasedTerraId] = Array.from({ length: 5 }, someone);
    if (!foreign || !nobody || !inactive || !erasedUser || !erasedTerraId) throw new Error('nobody');
    for (const id of [erasedUser.user, erasedTerraId.terraId])
      await env.DB.prepare("insert into erased_subjects values (?, 'x', '2026-01-01T00:00:00.000Z')")
        .bind(sha256Hex(id))
        .run();
    const terra = await terraWith([
      { ...terraUser(foreign), reference_id: 'somebody@else.test' },
      { ...terraUser(nobody), reference_id: null },
      { ...terraUser(inactive), active: false },
      terraUser(erasedUser),
      terraUser(erasedTerraId),
    ]);
    await compare(terra.env);
    const count = (table: string) => env.DB.prepare(`select count(*) as n from ${table}`).first('n');
    expect([await count('terra_connections'), await count('users')]).toEqual([0, 0]);
  });

  it('leaves a connection with its owner where Terra names another, and traces it without the other', async () => {
    const [active, ended] = [await connect(someone()), await connect(someone())];
    await ingest({ type: 'deauth', user: terraUser(ended) }, { orderingMs: Date.now() - HOUR_MS + 1 });
    const before = await rowsOf('terra_connections', active.user, []);
    const thief = newUser();
    const users = [active, ended].map((who) => ({ ...terraUser(who), reference_id: thief }));
    await compare((await terraWith(users)).env);
    expect(await rowsOf('terra_connections', active.user, [])).toEqual(before);
    expect(await statesOf(ended)).toEqual(['deauthenticated']);
    expect(await rowsOf('terra_connections', thief)).toEqual([]);
    const traces = await env.DB.prepare("select * from trace_events where event = 'owner_conflict'").all();
    expect(traces.results).toMatchObject([
      { level: 'warn', user_id: active.user, terra_user_id: active.terraId },
      { level: 'warn', user_id: ended.user, terra_user_id: ended.terraId },
    ]);
    expect(JSON.stringify(traces.results)).not.toContain(thief);
  });

  it.each<[string, (listed: unknown[]) => readonly unknown[]]>([
    ['its first page fails', () => [{ message: 'no' }]],
    ['a later page fails', (listed) => [listed, { message: 'no' }, []]],
    ['somebody on it cannot be read', (listed) => [[...listed, { user_id: 7 }]]],
    ['it leads back', (listed) => [{ data: { next: 0, results: listed } }]],
    ['it is empty', () => [[]]],
  ])('ends nobody when the list is not whole: %s', async (_, pagesOf) => {
    const [missing, listed, added] = [await connect(someone()), await connect(someone()), someone()];
    const terra = await terraWith(...pagesOf([terraUser(listed), terraUser(added)]));
    await compare(terra.env);
    expect(await statesOf(missing, listed)).toEqual(['connected', 'connected']);
  });

  it('adds what the pages before a failing one named', async () => {
    const added = someone();
    await compare((await terraWith([terraUser(added)], { message: 'no' }, [])).env);
    expect(await statesOf(added)).toEqual(['connected']);
  });

  it('does nothing while Terra is away', async () => {
    const who = await connect(someone());
    await compare({ ...newTerra().env, TERRA_API_URL: env.TERRA_API_URL });
    expect(await statesOf(who)).toEqual(['connected']);
  });

  it('takes everybody at once from a Terra that knows no pages', async () => {
    const [missing, listed] = [await connect(someone()), await connect(someone())];
    await compare((await terraWith({ users: [terraUser(listed)] })).env);
    expect(await statesOf(missing, listed)).toEqual(['deauthenticated', 'connected']);
  });

  it('does not end somebody whom others’ leaving moved to a page that was read already', async () => {
    const [moved, listed] = [await connect(someone()), await connect(someone())];
    const terra = await terraWith([terraUser(listed), terraUser(moved)]);
    await terra.answers(
      '/subscriptions',
      200,
      { data: { next: null, results: [terraUser(listed)] } },
      { times: 1 },
    );
    await compare(terra.env);
    expect(await terra.calls()).toHaveLength(2);
    expect(await statesOf(moved, listed)).toEqual(['connected', 'connected']);
  });

  it('leaves alone what changed since shortly before it began, until the next', async () => {
    const [fresh, ended, listed] = [someone(), await connect(someone()), await connect(someone())];
    await ingest({ type: 'auth', user: terraUser(fresh) });
    await ingest({ type: 'deauth', user: terraUser(ended) });
    const terra = await terraWith([terraUser(listed), terraUser(ended)]);
    await compare(terra.env);
    expect(await statesOf(fresh, ended)).toEqual(['connected', 'deauthenticated']);
    await compare(terra.env, Date.now() + HOUR_MS);
    expect(await statesOf(fresh, ended)).toEqual(['deauthenticated', 'connected']);
  });

  it('ends so many at most at a time, and warns where there were more', async () => {
    const [user, listed] = [newUser(), await connect(someone())];
    await env.DB.prepare('insert into users(id) values (?)').bind(user).run();
    await env.DB.prepare(
      `with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n <= ?2)
insert into terra_connections(id, user_id, terra_user_id, provider, reference_id, state_at)
select 'gone-' || n, ?1, 'gone-' || n, 'oura', ?1, '2026-01-01T00:00:00.000Z' from numbers`,
    )
      .bind(user, RECONCILE_ENDS_MAX)
      .run();
    const terra = await terraWith([terraUser(listed)], [terraUser(listed)]);
    const warned: string[] = [];
    const spy = vi
      .spyOn(console, 'warn')
      .mockImplementation((line: unknown) => void warned.push(String(line)));
    const active = async () =>
      (await rowsOf('terra_connections', user)).filter(({ deactivated_at }) => deactivated_at === null)
        .length;
    const warnings = () => warned.filter((line) => line.includes('reconcile_ends_many')).length;
    await compare(terra.env);
    expect([await active(), warnings()]).toEqual([1, 1]);
    await compare(terra.env);
    expect([await active(), warnings()]).toEqual([0, 1]);
    spy.mockRestore();
  });

  it('does not end a connection that is renewed while it decides', async () => {
    const [renewed, listed] = [await connect(someone()), await connect(someone())];
    const terra = await terraWith([terraUser(listed)]);
    const acts = () => ingest({ type: 'auth', user: terraUser(renewed), again: 1 });
    await compare(envWithInterloper(acts, terra.env));
    expect(await statesOf(renewed)).toEqual(['connected']);
  });
});
