import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { insertRaw, type RawColumns } from '../../test/support/raw-rows.ts';
import { type Columns, insertPerson, insertRow, markErasing, rowWhere } from '../../test/support/rows.ts';
import { newUser } from '../../test/support/stack.ts';
import { isoTime } from '../clock.ts';
import { asRawEventId, asUserId } from '../ids.ts';
import { REBUILD_ATTEMPTS_MAX } from '../limits.ts';
import {
  advanceWhenListedStatement,
  completenessGuardStatement,
  completenessStatement,
  listEventsStatement,
  markFoldedStatements,
  readListedEvents,
} from './rebuild-events.ts';
import {
  endRebuildStatement,
  readPeopleToRebuild,
  readRebuildOf,
  readRunningRebuild,
  shadowOf,
  startRebuildStatements,
  takeDueRebuilds,
} from './rebuilds.ts';
import { firstRow, runAll } from './statements.ts';

const at = (minute: number) => isoTime(Date.UTC(2026, 2, 1, 12, minute));
const NOW = at(0);

/** A person with a rebuild as its row says: under way, of the first rules, not dry, unless the columns say otherwise. */
async function rebuildOf(columns: Columns = {}) {
  const user = newUser();
  const row = {
    user_id: user,
    id: `rebuild-of-${user}`,
    rules: 1,
    is_dry_run: 0,
    state: 'folding',
    position: '{"after":1}',
    next_attempt_at: NOW,
    started_at: NOW,
    ...columns,
  };
  await insertRow('users', { id: user, clock: NOW });
  await insertRow('rebuilds', row);
  await insertRow('users', { id: shadowOf(row.id), clock: NOW, rebuild_of: user });
  return { user: asUserId(user), id: row.id };
}

/** Whether it began, or has another message to be sent. */
async function start(user: string, isDryRun = false): Promise<boolean> {
  const rebuild = { id: `new-${user}`, userId: asUserId(user), rules: 2, isDryRun };
  const answers = await runAll(env.DB, startRebuildStatements(rebuild, at(1), at(2)));
  return answers.some(({ results }) => results.length > 0);
}

const rowOf = (user: string) => rowWhere('rebuilds', 'user_id', user);
const clockOf = async (id: string) => (await rowWhere('users', 'id', id))?.clock;

describe('a step of a rebuild', () => {
  it('finds the rebuild of its id while that is under way, and none of another', async () => {
    const [one, other] = [await rebuildOf(), await rebuildOf()];
    expect((await readRunningRebuild(env.DB, one.id))?.user_id).toBe(one.user);
    expect((await readRunningRebuild(env.DB, other.id))?.user_id).toBe(other.user);
    expect(await readRunningRebuild(env.DB, 'none')).toBeNull();
  });

  it('finds none that has ended, nor that of a person who is being erased', async () => {
    const [ended, erased] = [await rebuildOf({ state: 'done', finished_at: NOW }), await rebuildOf()];
    await markErasing(erased.user);
    expect(await readRunningRebuild(env.DB, ended.id)).toBeNull();
    expect(await readRunningRebuild(env.DB, erased.id)).toBeNull();
  });

  it('ends one rebuild, and one that ended stays as it did', async () => {
    const [one, other, failed] = [
      await rebuildOf(),
      await rebuildOf(),
      await rebuildOf({ state: 'failed', finished_at: NOW, error: 'first' }),
    ];
    const done = { state: 'done', result: '{}', error: null } as const;
    await runAll(env.DB, [
      endRebuildStatement(one.id, done, at(3)),
      endRebuildStatement(failed.id, done, at(3)),
    ]);
    expect(await rowOf(one.user)).toMatchObject({ state: 'done', finished_at: at(3) });
    expect(await rowOf(other.user)).toMatchObject({ state: 'folding', finished_at: null });
    expect(await rowOf(failed.user)).toMatchObject({ state: 'failed', finished_at: NOW, error: 'first' });
  });
});

describe('a rebuild begins', () => {
  it('anew once the last one ended, and not while one is under way', async () => {
    const [running, ended] = [await rebuildOf(), await rebuildOf({ state: 'done', finished_at: NOW })];
    const before = await rowOf(running.user);
    expect([await start(running.user), await start(ended.user)]).toEqual([false, true]);
    expect(await rowOf(running.user)).toEqual(before);
    expect(await rowOf(ended.user)).toMatchObject({ id: `new-${ended.user}`, state: 'seeding', rules: 2 });
  });

  it('of nobody who is unknown or being erased, and not of what a rebuild makes', async () => {
    const [erased, ended] = [newUser(), await rebuildOf({ state: 'done', finished_at: NOW })];
    await insertRow('users', { id: erased });
    await markErasing(erased);
    expect(await start(newUser())).toBe(false);
    expect(await start(erased)).toBe(false);
    expect(await start(shadowOf(ended.id))).toBe(false);
  });

  it('as the end of a dry run under way, whose step is lost then, and moves no clock of a real one', async () => {
    const [dry, real, other] = [
      await rebuildOf({ is_dry_run: 1 }),
      await rebuildOf(),
      await rebuildOf({ is_dry_run: 1 }),
    ];
    expect([await start(dry.user), await start(real.user)]).toEqual([true, false]);
    expect(await rowOf(dry.user)).toMatchObject({ id: dry.id, is_dry_run: 0, state: 'folding' });
    expect(await rowOf(other.user)).toMatchObject({ is_dry_run: 1 });
    const clocks = [dry, real, other].map(({ id }) => clockOf(shadowOf(id)));
    expect((await Promise.all(clocks)).map((clock) => clock === NOW)).toEqual([false, true, true]);
  });

  it('and a dry run that ended stays one, and so does one of whom a dry run is asked', async () => {
    const [ended, running] = [
      await rebuildOf({ is_dry_run: 1, state: 'done', finished_at: NOW }),
      await rebuildOf({ is_dry_run: 1 }),
    ];
    const [turn] = startRebuildStatements(
      { id: 'turns', userId: ended.user, rules: 1, isDryRun: false },
      at(1),
      at(2),
    ).slice(1);
    if (turn === undefined) throw new Error('nothing turns a dry run into a real one');
    await runAll(env.DB, [turn]);
    expect(await rowOf(ended.user)).toMatchObject({ is_dry_run: 1 });
    expect(await start(running.user, true)).toBe(false);
    expect(await rowOf(running.user)).toMatchObject({ is_dry_run: 1 });
  });
});

it('what lost its message is taken once its time has come, and is spent after its attempts', async () => {
  const [due, later, ended, spent] = [
    await rebuildOf(),
    await rebuildOf({ next_attempt_at: at(5) }),
    await rebuildOf({ state: 'done', finished_at: NOW }),
    await rebuildOf({ attempts: REBUILD_ATTEMPTS_MAX }),
  ];
  const made = [due, later, ended, spent].map(({ id }) => id);
  const taken = (await takeDueRebuilds(env.DB, at(1), at(9))).filter(({ id }) => made.includes(id));
  expect(taken.toSorted((a, b) => made.indexOf(a.id) - made.indexOf(b.id))).toEqual([
    { id: due.id, user_id: due.user, is_spent: 0 },
    { id: spent.id, user_id: spent.user, is_spent: 1 },
  ]);
  expect(await rowOf(due.user)).toMatchObject({ attempts: 1, next_attempt_at: at(9) });
});

it('people of older rules are rebuilt, unless a rebuild is under way or failed by these rules already', async () => {
  const RULES = 1_000;
  await env.DB.prepare('update users set rules = ?').bind(RULES).run();
  const ended = { finished_at: NOW };
  const people = [
    await rebuildOf({ state: 'done', ...ended }),
    await rebuildOf(),
    await rebuildOf({ state: 'failed', rules: RULES, ...ended }),
    await rebuildOf({ state: 'failed', rules: RULES - 1, ...ended }),
  ].map(({ user }) => user);
  const never = await insertPerson();
  await insertPerson({ rules: RULES });
  const found = await readPeopleToRebuild(env.DB, RULES, 10);
  expect(found.people.toSorted()).toEqual([people[0], people[3], never].toSorted());
  expect((await readPeopleToRebuild(env.DB, RULES, 1)).people).toHaveLength(1);
});

it('a person is shown their own rebuild, with what of it waits', async () => {
  const [one, other] = [await rebuildOf(), await rebuildOf({ state: 'finishing' })];
  await insertRow('rebuild_events', { user_id: one.user, is_folded: 1, raw_event_id: 1 });
  await insertRow('rebuild_events', { user_id: one.user, is_folded: 0, raw_event_id: 2 });
  await insertRow('rebuild_events', { user_id: other.user, is_folded: 0, raw_event_id: 3 });
  expect(await readRebuildOf(env.DB, one.user)).toMatchObject({ id: one.id, waiting: 1 });
  expect(await readRebuildOf(env.DB, other.user)).toMatchObject({ state: 'finishing', waiting: 1 });
});

describe('the events of a rebuild', () => {
  const PROCESSED = '2026-02-01 10:00:00.000';
  const SKIPPED = { processed_at: PROCESSED, process_error: 'skipped:user_erased' };

  /** A rebuild under way of a person who has events like these. */
  async function withEvents(...events: readonly RawColumns[]) {
    const of = await rebuildOf({ state: 'seeding' });
    const ids = await insertRaw(
      ...events.map((event) => ({ user_id: of.user, processed_at: PROCESSED, ...event })),
    );
    return { ...of, ids: ids.map(asRawEventId) };
  }
  const list = ({ user }: { readonly user: string }) =>
    runAll(env.DB, [listEventsStatement(asUserId(user))]).then(([answer]) => answer?.meta.changes);
  const listed = async ({ user }: { readonly user: string }) =>
    (await readListedEvents(env.DB, asUserId(user))).map(({ id }) => id);
  const completeness = ({ user }: { readonly user: string }) =>
    firstRow(env.DB, completenessStatement(asUserId(user)));
  const COMPLETE = { has_unlisted: 0, has_unfolded: 0, has_lost: 0 };

  it('are the person’s own that have taken effect, each listed once', async () => {
    const who = await withEvents(
      {},
      { processed_at: null },
      { processed_at: null, process_error: 'payload_missing' },
      SKIPPED,
    );
    const other = await withEvents({});
    expect(await list(who)).toBe(2);
    expect(await list(who)).toBe(0);
    expect(await listed(who)).toEqual(who.ids.slice(0, 2));
    await runAll(env.DB, markFoldedStatements(who.user, who.ids.slice(0, 1)));
    expect([await list(who), await listed(who)]).toEqual([0, who.ids.slice(1, 2)]);
    expect(await listed(other)).toEqual([]);
  });

  it('are folded once, and only those that are named, of the person who is named', async () => {
    const who = await withEvents({}, {});
    await list(who);
    const [first, second] = who.ids;
    if (first === undefined || second === undefined) throw new Error('two events were made');
    const marked = async (user: string) => {
      const [answer] = await runAll(env.DB, markFoldedStatements(asUserId(user), [first]));
      return answer?.meta.rows_written;
    };
    expect(await marked((await rebuildOf()).user)).toBe(0);
    expect(await marked(who.user)).toBeGreaterThan(0);
    expect(await marked(who.user)).toBe(0);
    expect(await listed(who)).toEqual([second]);
  });

  it('are complete where each is listed and folded, and none was lost meanwhile', async () => {
    const who = await withEvents({}, {}, {});
    expect(await completeness(who)).toEqual({ ...COMPLETE, has_unlisted: 1 });
    await list(who);
    expect(await completeness(who)).toEqual({ ...COMPLETE, has_unfolded: 1 });
    await runAll(env.DB, markFoldedStatements(who.user, who.ids));
    expect(await completeness(who)).toEqual(COMPLETE);
  });

  it('are lost where they were deleted, blanked or given to another', async () => {
    const lost = [
      'delete from raw_events where id = ?',
      `update raw_events set process_error = '${SKIPPED.process_error}' where id = ?`,
      `update raw_events set user_id = 'user_somebody' where id = ?`,
    ];
    for (const change of lost) {
      const [who, other] = [await withEvents({}, {}), await withEvents({})];
      for (const each of [who, other]) {
        await list(each);
        await runAll(env.DB, markFoldedStatements(each.user, each.ids));
      }
      await env.DB.prepare(change)
        .bind(who.ids[0] ?? 0)
        .run();
      expect(await completeness(who), change).toEqual({ ...COMPLETE, has_lost: 1 });
      expect(await completeness(other), change).toEqual(COMPLETE);
    }
  });

  it('let the commit pass only where they are complete', async () => {
    const passes = ({ user }: { readonly user: string }) =>
      runAll(env.DB, [completenessGuardStatement(asUserId(user))]).then(
        () => true,
        () => false,
      );
    const who = await withEvents({});
    expect(await passes(who)).toBe(false);
    await list(who);
    expect(await passes(who)).toBe(false);
    await runAll(env.DB, markFoldedStatements(who.user, who.ids));
    expect(await passes(who)).toBe(true);
    await env.DB.prepare('delete from raw_events where id = ?')
      .bind(who.ids[0] ?? 0)
      .run();
    expect(await passes(who)).toBe(false);
  });

  it('bring a rebuild that is under way on, and no other', async () => {
    const [who, other] = [await withEvents({}), await rebuildOf({ state: 'seeding' })];
    const ended = await rebuildOf({ state: 'done', finished_at: NOW });
    const advance = async (of: { readonly user: string }, state: 'folding' | 'finishing') => {
      await runAll(env.DB, [advanceWhenListedStatement(asUserId(of.user), state)]);
      return (await rowOf(of.user))?.state;
    };
    expect(await advance(who, 'folding')).toBe('seeding');
    await list(who);
    expect(await advance(who, 'folding')).toBe('folding');
    expect(await advance(who, 'finishing')).toBe('folding');
    await runAll(env.DB, markFoldedStatements(who.user, who.ids));
    expect(await advance(who, 'finishing')).toBe('finishing');
    expect((await rowOf(other.user))?.state).toBe('seeding');
    expect(await advance(ended, 'folding')).toBe('done');
  });
});
