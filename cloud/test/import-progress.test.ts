import { env } from 'cloudflare:test';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { randomFrom } from '../dev/terra/random.ts';
import { type AskedRange, syncPage } from '../src/contract/sync.ts';
import { asUserId } from '../src/ids.ts';
import { DAY_MS, IMPORT_QUIET_MS, MINUTE_MS } from '../src/limits.ts';
import { readImport } from '../src/store/imports.ts';
import { countingDatabase } from './support/counting-database.ts';
import { day, event, terraUser, type Who, workout } from './support/events.ts';
import { elapse, importing, progressOf, RESOURCES, type Resource, stateOf } from './support/importing.ts';
import { insertRaw } from './support/raw-rows.ts';
import { asPerson, ingest, newUser } from './support/stack.ts';
import { newTerra } from './support/terra.ts';

const today = new Date().toISOString().slice(0, 10);
let bytes = 0;

function part(who: Who, type: Resource, terraReference: string, items: readonly unknown[] = []) {
  bytes += 1;
  return ingest({ ...event(type, who, items), bytes }, { headers: { 'terra-reference': terraReference } });
}

function announced(who: Who, reference: string, expected: number | null) {
  const body =
    expected === null
      ? { type: 'large_request_processing', reference, user: terraUser(who) }
      : { type: 'large_request_sending', reference, expected_payloads: expected, user: terraUser(who) };
  return ingest(body, { headers: { 'terra-reference': reference } });
}

describe('GET /v1/imports/:id', () => {
  it('follows an import from the first request to the last row', async () => {
    const one = await importing(14);
    const { who, references } = one;
    const waiting = (resource: string) => ({
      connection_id: expect.any(String),
      provider: 'oura',
      resource,
      state: 'pending',
      reason: null,
      waits_until: expect.stringMatching(/Z$/),
    });
    expect(await one.progress()).toEqual({
      import_id: one.id,
      days: 14,
      created_at: expect.stringMatching(/Z$/),
      state: 'running',
      requests: { total: 4, pending: 4, sent: 0, complete: 0, silent: 0, failed: 0 },
      chunks: { expected: 0, received: 0 },
      rows: { daily_summary: 0, activities: 0, sleep_sessions: 0, biomarkers_raw: 0 },
      connections: RESOURCES.map(waiting),
    });
    for (const resource of RESOURCES) await one.send(resource);
    expect(await one.progress()).toMatchObject({ state: 'running', requests: { sent: 4, complete: 0 } });
    await part(who, 'daily', references.daily, [
      day({ date: today, steps: 1 }),
      day({ date: '2020-01-01', steps: 2 }),
    ]);
    await part(who, 'activity', references.activity, [workout({ start: `${today}T01:00:00Z`, end: null })]);
    await part({ ...who, provider: 'GARMIN' }, 'daily', 'another', [day({ date: today, steps: 1 })]);
    expect(await one.progress()).toMatchObject({ state: 'running', requests: { sent: 4, complete: 2 } });
    await part(who, 'sleep', references.sleep);
    await part(who, 'body', references.body, [
      {
        metadata: { start_time: `${today}T00:00:00Z`, end_time: `${today}T01:00:00Z` },
        measurements_data: { measurements: [{ measurement_time: `${today}T00:30:00Z`, weight_kg: 70 }] },
      },
    ]);
    const answer = await one.progress();
    expect(answer).toEqual({
      import_id: one.id,
      days: 14,
      created_at: expect.any(String),
      state: 'done',
      requests: { total: 4, pending: 0, sent: 4, complete: 4, silent: 0, failed: 0 },
      chunks: { expected: 4, received: 4 },
      rows: { daily_summary: 1, activities: 1, sleep_sessions: 0, biomarkers_raw: 1 },
      connections: RESOURCES.map((resource) => ({
        ...waiting(resource),
        state: 'complete',
        waits_until: null,
      })),
    });
    for (const secret of [who.terraId, ...Object.values(references)])
      expect(JSON.stringify(answer)).not.toContain(secret);
  });

  const STEPS = [
    'answer',
    'processing',
    'sending',
    'sending again',
    'part 0',
    'part 1',
    'part 1 again',
  ] as const;
  const random = randomFrom(7);
  const orders = [
    STEPS,
    STEPS.toReversed(),
    ...Array.from({ length: 6 }, () =>
      STEPS.map((step) => [random(), step] as const)
        .toSorted(([a], [b]) => a - b)
        .map(([, step]) => step),
    ),
  ];

  it.each(orders)(
    'is complete by its parts, told and sent in any order and twice: %s, %s, %s, %s, %s, %s, %s',
    async (...order) => {
      const one = await importing(200);
      const reference = one.references.daily;
      const steps: Record<(typeof STEPS)[number], () => Promise<unknown>> = {
        answer: () => one.send('daily'),
        processing: () => announced(one.who, reference, null),
        sending: () => announced(one.who, reference, 2),
        'sending again': () => announced(one.who, reference, 2),
        'part 0': () => part(one.who, 'daily', `${reference}:chunk:0`),
        'part 1': () => part(one.who, 'daily', `${reference}:chunk:1`),
        'part 1 again': () => part(one.who, 'daily', `${reference}:chunk:1`),
      };
      for (const [i, step] of order.entries()) {
        await steps[step]();
        const isLast = i === order.length - 1;
        const missing = new Set(order.slice(i + 1).map((left) => left.replace(' again', '')));
        const isWhole = ['answer', 'sending', 'part 0', 'part 1'].every(
          (needed) => !missing.has(needed) || order.slice(0, i + 1).some((did) => did.startsWith(needed)),
        );
        const state = stateOf(await one.progress(), 'daily')?.state;
        expect([step, state === 'complete']).toEqual([step, isWhole]);
        if (isLast) expect((await one.progress()).chunks).toEqual({ expected: 2, received: 2 });
      }
    },
  );

  it('counts parts by their reference alone where they carry no number', async () => {
    const one = await importing(200);
    const reference = one.references.daily;
    await one.send('daily');
    await announced(one.who, reference, 2);
    await part(one.who, 'daily', reference);
    expect(await one.progress()).toMatchObject({ chunks: { expected: 2, received: 1 } });
    await part(one.who, 'daily', `${reference}0:chunk:1`);
    await part(one.who, 'daily', 'other');
    expect(stateOf(await one.progress(), 'daily')?.state).toBe('sent');
    await part(one.who, 'daily', reference);
    expect(stateOf(await one.progress(), 'daily')?.state).toBe('complete');
  });

  it('does not count a part that is stored and not yet processed', async () => {
    const one = await importing(14);
    await one.send('daily');
    const row = await part(one.who, 'daily', one.references.daily);
    expect(stateOf(await one.progress(), 'daily')?.state).toBe('complete');
    await env.DB.prepare('update raw_events set processed_at = null where id = ?').bind(row.id).run();
    expect(stateOf(await one.progress(), 'daily')?.state).toBe('sent');
  });

  it('counts the rows of its own days', async () => {
    const { who, progress } = await importing(14);
    const before = await progress();
    const far = [-40, -3, 0, 40].map((days) => new Date(Date.parse(today) + days * DAY_MS).toISOString());
    await env.DB.batch(
      far.map((time) =>
        env.DB.prepare(
          "insert into daily_summary(user_id, source, datetime) values (?, 'oura', substr(?, 1, 10))",
        ).bind(who.user, time),
      ),
    );
    expect([before.rows.daily_summary, (await progress()).rows.daily_summary]).toEqual([0, 2]);
  });

  it('is complete at once where Terra announces that nothing will come', async () => {
    const one = await importing(200);
    await one.send('body');
    await announced(one.who, one.references.body, 0);
    expect(stateOf(await one.progress(), 'body')).toMatchObject({ state: 'complete', reason: null });
  });

  it('takes a single payload for a long request as all of it only when no more is announced for a minute', async () => {
    const one = await importing(200);
    await one.send('daily');
    await part(one.who, 'daily', one.references.daily);
    expect(stateOf(await one.progress(), 'daily')?.state).toBe('sent');
    await elapse(one, MINUTE_MS);
    expect(stateOf(await one.progress(), 'daily')?.state).toBe('complete');
    await announced(one.who, one.references.daily, 2);
    expect(stateOf(await one.progress(), 'daily')?.state).toBe('sent');
  });

  it('waits no longer than five minutes for what does not come, says so, and takes what comes later', async () => {
    const one = await importing(200);
    for (const resource of RESOURCES) await one.send(resource);
    await announced(one.who, one.references.daily, 2);
    await part(one.who, 'daily', `${one.references.daily}:chunk:0`);
    await announced(one.who, one.references.sleep, null);
    await ingest(
      { type: 'rate_limit_hit', user: terraUser(one.who) },
      { headers: { 'terra-reference': one.references.body } },
    );
    await elapse(one, 5 * MINUTE_MS - 5_000);
    expect(await one.progress()).toMatchObject({ state: 'running', requests: { sent: 4, silent: 0 } });
    await elapse(one, 5 * MINUTE_MS);
    const silent = await one.progress();
    expect(silent).toMatchObject({ state: 'done', requests: { total: 4, sent: 4, silent: 4, complete: 0 } });
    expect(silent.connections.map(({ resource, reason }) => [resource, reason])).toEqual([
      ['activity', 'nothing came; there may be nothing'],
      ['body', 'rate_limit_hit'],
      ['daily', '1 of 2 parts came, then no more'],
      ['sleep', 'nothing came; there may be nothing'],
    ]);
    await part(one.who, 'daily', `${one.references.daily}:chunk:1`);
    expect(stateOf(await one.progress(), 'daily')?.state).toBe('complete');
  });

  it('says why a request failed or waits, in few words and without ids', async () => {
    const one = await importing(14);
    const { terra, who } = one;
    const problem = (detail: string) => ({ type: 'about:blank', title: 'x', detail });
    await terra.answers('/body', 403, problem(`no_permission for user ${who.terraId} at https://t.test/x`));
    await terra.answers('/daily', 404, '<html>');
    await terra.answers('/sleep', 429, { message: 'slow down' }, { headers: { 'retry-after': '9' } });
    for (const resource of RESOURCES) await one.send(resource);
    expect(
      (await one.progress()).connections.map(({ resource, state, reason }) => [resource, state, reason]),
    ).toEqual([
      ['activity', 'sent', null],
      [
        'body',
        'failed',
        'Terra answered 403: no_permission for user ... at ...; allow it at the provider, or connect the device again',
      ],
      ['daily', 'failed', 'Terra answered 404; connect the device again'],
      ['sleep', 'pending', 'Terra answered 429: slow down; a limit is reached, ask again later'],
    ]);
    await part(who, 'activity', one.references.activity);
    expect(await one.progress()).toMatchObject({
      state: 'running',
      requests: { failed: 2, pending: 1, sent: 1 },
    });
    await terra.answers('/sleep', 400, problem('x'.repeat(2_000)));
    await one.send('sleep');
    const ended = await one.progress();
    expect(ended).toMatchObject({ state: 'incomplete', requests: { failed: 3, complete: 1 } });
    expect(stateOf(ended, 'sleep')?.reason).toHaveLength('Terra answered 400: '.length + 160);
    await env.DB.prepare("update backfills set status = 'failed', error = 'network: x' where import_id = ?")
      .bind(one.id)
      .run();
    expect(await one.progress()).toMatchObject({ state: 'failed', requests: { failed: 4 } });
    expect(stateOf(await one.progress(), 'body')?.reason).toBe('Terra could not be reached');
  });

  it('of nothing connected is done', async () => {
    const [user, terra] = [newUser(), newTerra()];
    const response = await asPerson(user, '/v1/import', { method: 'POST', env: terra.env });
    const { import_id } = await response.json<{ import_id: string }>();
    expect(await progressOf(user, import_id)).toMatchObject({
      state: 'done',
      requests: { total: 0 },
      connections: [],
    });
  });

  it("is not told of another person's import, nor of one that is not", async () => {
    const { id } = await importing(1);
    const answers = [];
    for (const one of [id, crypto.randomUUID(), 'x']) {
      const response = await asPerson(newUser(), `/v1/imports/${one}`);
      answers.push([response.status, (await response.json<{ error: { message: string } }>()).error.message]);
    }
    expect(new Set(answers.map(String)).size).toBe(1);
    expect(answers[0]?.[0]).toBe(404);
  });

  it('is found by indexes, and of them what is the import’s', async () => {
    const one = await importing(200);
    for (const resource of RESOURCES) await one.send(resource);
    const { user } = one.who;
    const many = (terra_reference: string) =>
      insertRaw(
        ...Array.from({ length: 40 }, (_, i) => ({
          user_id: user,
          terra_reference: `${terra_reference}:chunk:${i}`,
          processed_at: '2026-01-01 00:00:00.000',
        })),
      );
    await many(one.references.daily);
    for (let i = 0; i < 10; i += 1) await many(crypto.randomUUID());
    const { db, cost } = countingDatabase(env.DB);
    const statements: string[] = [];
    const watched = {
      batch: db.batch,
      prepare(sql: string) {
        statements.push(sql);
        return db.prepare(sql);
      },
    } as unknown as D1Database;
    expect(
      (await readImport(watched, asUserId(user), one.id))?.requests.map(({ received }) => received),
    ).toContain(40);
    expect(cost).toMatchObject({ roundTrips: 1, statements: 3, rowsWritten: 0 });
    expect(cost.rowsRead).toBeLessThan(200);
    const plans = await Promise.all(
      statements.map((sql) =>
        env.DB.prepare(`explain query plan ${sql}`).bind(user, one.id).all<{ detail: string }>(),
      ),
    );
    const details = plans.flatMap(({ results }) => results.map(({ detail }) => detail));
    const ofTable = (name: string) =>
      details.filter((detail) => new RegExp(`(SEARCH|SCAN) ${name} `).test(detail));
    expect(ofTable('r')).toHaveLength(2);
    expect(ofTable('t')).toHaveLength(4);
    // Of biomarkers the key is the table.
    for (const detail of [...ofTable('r'), ...ofTable('t')])
      expect(detail).toMatch(
        /SEARCH (r USING INDEX idx_raw_reference|t USING (COVERING INDEX|PRIMARY KEY \(user_id=\? AND source=\?))/,
      );
  });
});

describe('GET /v1/imports', () => {
  it('lists a person’s own, the latest first, page by page', async () => {
    const user = newUser();
    await env.DB.prepare('insert into users(id) values (?)').bind(user).run();
    const made = Array.from({ length: 5 }, (_, i) => ({
      import_id: `${user}-${i}`,
      days: i + 1,
      requests: 4,
      // Two of one moment.
      created_at: `2026-01-0${Math.max(i, 1)}T00:00:00.000Z`,
    }));
    await env.DB.batch(
      made.map(({ import_id, days, requests, created_at }) =>
        env.DB.prepare(
          'insert into imports(id, user_id, days, requests, created_at) values (?1, ?2, ?3, ?4, ?5)',
        ).bind(import_id, user, days, requests, created_at),
      ),
    );
    const listed: unknown[] = [];
    let next = '?limit=2';
    for (let pages = 1; next !== ''; pages += 1) {
      const page = await (await asPerson(user, `/v1/imports${next}`)).json<{
        data: unknown[];
        next_cursor: string | null;
        has_more: boolean;
      }>();
      expect(page.has_more).toBe(pages < 3);
      listed.push(...page.data);
      next = page.next_cursor === null ? '' : `?limit=2&cursor=${page.next_cursor}`;
    }
    expect(listed).toEqual(made.toReversed());
    const cursor = Buffer.from(JSON.stringify(['9999', ''])).toString('base64url');
    expect(await (await asPerson(newUser(), `/v1/imports?cursor=${cursor}`)).json()).toEqual({
      data: [],
      next_cursor: null,
      has_more: false,
    });
  });

  it.each([
    ['limit', '?limit=101'],
    ['limit', '?limit=0'],
    ['cursor', '?cursor=x'],
    ['cursor', `?cursor=${Buffer.from('[1,2]').toString('base64url')}`],
  ])('refuses a bad %s by its name: %s', async (name, query) => {
    const response = await asPerson(newUser(), `/v1/imports${query}`);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: 'invalid_request', message: expect.stringMatching(new RegExp(`^${name}: `)) },
    });
  });
});

describe('what a sync tells of the days that were asked for', () => {
  // The days are compared with today, which must not end meanwhile.
  beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(`${today}T12:00:00Z`) }));
  afterEach(() => vi.useRealTimers());
  const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
  async function askedOf(user: string): Promise<readonly AskedRange[]> {
    const page = syncPage.parse(await (await asPerson(user, '/v1/sync')).json());
    expect(page.has_more).toBe(false);
    return page.asked ?? [];
  }
  const ofDays = async (user: string) =>
    (await askedOf(user))
      .filter(({ resource }) => resource === 'daily')
      .map(({ source, from, to, state }) => [source, from, to, state]);

  it('is what waits, what was refused, and what was asked for long after the requests are gone', async () => {
    const one = await importing(200);
    const { user } = one.who;
    const auth = ['oura', daysAgo(90), today, 'waiting'];
    const live = (from: string) => ['oura', from, null, 'asked'];
    expect(await ofDays(user)).toEqual([live(today), auth, ['oura', daysAgo(200), today, 'waiting']]);
    expect(await ofDays(newUser())).toEqual([]);
    await one.send('daily');
    expect(await ofDays(user)).toEqual([live(daysAgo(200)), auth, ['oura', daysAgo(200), today, 'waiting']]);
    await part(one.who, 'daily', one.references.daily);
    await elapse(one, IMPORT_QUIET_MS);
    expect(await ofDays(user)).toEqual([live(daysAgo(200)), auth]);
    await one.terra.answers('/sleep', 403, { message: 'not allowed' });
    await one.send('sleep');
    const refused = (await askedOf(user)).filter(({ state }) => state === 'refused');
    expect(refused).toEqual([
      {
        source: 'oura',
        resource: 'sleep',
        from: daysAgo(200),
        to: today,
        state: 'refused',
        reason: expect.stringContaining('Terra answered 403: not allowed'),
      },
    ]);
    await env.DB.prepare('delete from backfills where user_id = ?').bind(user).run();
    expect(await ofDays(user)).toEqual([live(daysAgo(200))]);
    expect(await askedOf(user)).toContainEqual(expect.objectContaining({ resource: 'sleep', from: today }));
    vi.advanceTimersByTime(1_000);
    await ingest({ type: 'deauth', user: terraUser(one.who) });
    expect(await ofDays(user)).toEqual([['oura', daysAgo(200), today, 'asked']]);
  });

  it('keeps the earliest of the days that were asked for, and comes with the last page alone', async () => {
    const one = await importing(30);
    await one.send('daily');
    await part(one.who, 'daily', one.references.daily, [
      day({ date: daysAgo(1), steps: 1 }),
      day({ date: daysAgo(2), steps: 2 }),
    ]);
    await env.DB.prepare('update terra_connections set asked_from = ?2 where user_id = ?1')
      .bind(one.who.user, JSON.stringify({ daily: daysAgo(400), sleep: daysAgo(300) }))
      .run();
    await one.send('sleep');
    const asked = (await askedOf(one.who.user)).filter(({ state }) => state === 'asked');
    expect(asked.map(({ resource, from }) => [resource, from])).toEqual([
      ['activity', today],
      ['sleep', daysAgo(300)],
      ['daily', daysAgo(400)],
      ['body', today],
    ]);
    const first = syncPage.parse(await (await asPerson(one.who.user, '/v1/sync?limit=1')).json());
    expect(first).toMatchObject({ has_more: true });
    expect(first.asked).toBeUndefined();
  });

  it('reads no more where there is more history', async () => {
    const one = await importing(30);
    await one.send('daily');
    await part(one.who, 'daily', one.references.daily);
    await elapse(one, 2 * DAY_MS);
    const { now } = syncPage.parse(await (await asPerson(one.who.user, '/v1/sync')).json());
    const cost = async () => {
      const counted = countingDatabase(env.DB);
      await asPerson(one.who.user, `/v1/sync?since=${now}`, { env: { ...env, DB: counted.db } });
      return counted.cost.rowsRead;
    };
    const before = await cost();
    await env.DB.prepare(
      `with recursive n(i) as (select 1 union all select i + 1 from n where i < 300)
insert into raw_events(received_at, event_type, payload, signature_verified, dedup_key, terra_user_id, user_id,
  terra_reference, processed_at)
select datetime('now'), 'daily', '{}', 1, ?1 || i, ?1, ?2, ?3 || ':chunk:' || i, datetime('now') from n`,
    )
      .bind(one.who.terraId, one.who.user, one.references.daily)
      .run();
    expect(await cost()).toBe(before);
  });
});
