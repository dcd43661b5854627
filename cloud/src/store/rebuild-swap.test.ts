import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { type Columns, insertRow, rowWhere } from '../../test/support/rows.ts';
import { newUser, rowsOf } from '../../test/support/stack.ts';
import { isoTime } from '../clock.ts';
import type { UserId } from '../ids.ts';
import {
  countDifferencesStatement,
  sampleDifferencesStatement,
  storeRebuiltStatement,
  swapRowsStatements,
} from './rebuild-swap.ts';
import { shadowOf } from './rebuilds.ts';
import { allRows, firstRow, runAll } from './statements.ts';

const BEFORE = isoTime(Date.UTC(2026, 1, 1));
const CLOCK = isoTime(Date.UTC(2026, 2, 1));

type Person = { readonly user: UserId; readonly shadow: UserId };

/** A person, and whom a rebuild of theirs writes its rows under. */
async function person(): Promise<Person> {
  const user = newUser();
  const shadow = shadowOf(`rebuild-of-${user}`);
  await insertRow('users', { id: user, clock: BEFORE, rules: 1 });
  await insertRow('users', { id: shadow, clock: BEFORE, rebuild_of: user });
  return { user, shadow };
}

/** Dates of March, each with so many steps. */
async function days(user: UserId, steps: Readonly<Record<string, number>>, columns: Columns = {}) {
  for (const [day, count] of Object.entries(steps))
    await insertRow('daily_summary', {
      user_id: user,
      source: 'oura',
      datetime: `2026-03-${day}`,
      steps: count,
      updated_at: BEFORE,
      ...columns,
    });
}

const shown = async (user: UserId) =>
  (await rowsOf('daily_summary', user, [])).map(({ datetime, steps, updated_at }) => [
    String(datetime).slice(8),
    steps,
    updated_at === BEFORE ? 'before' : updated_at,
  ]);

const swap = ({ user, shadow }: Person) => runAll(env.DB, swapRowsStatements(user, shadow, CLOCK));

const tombstone = (user: UserId, day: string, table = 'daily_summary') =>
  insertRow('tombstones', {
    user_id: user,
    table_name: table,
    key: JSON.stringify({ source: 'oura', datetime: `2026-03-${day}` }),
    deleted_at: BEFORE,
  });

const tombstones = async (user: UserId) =>
  (await rowsOf('tombstones', user, [])).map(({ table_name, key, deleted_at }) => [
    table_name,
    String(key).slice(-4, -2),
    deleted_at,
  ]);

/** A person and another whose rows and rebuild have the same keys, and other values. */
async function twoPeople(): Promise<readonly [Person, Person]> {
  const [one, other] = [await person(), await person()];
  await days(one.user, { '01': 1, '02': 2, '03': 3 });
  await days(one.shadow, { '01': 1, '02': 22, '04': 4 });
  await days(other.user, { '01': 101, '02': 102, '03': 103, '05': 105 });
  await days(other.shadow, { '01': 201, '03': 103, '06': 206 });
  return [one, other];
}

describe('what a rebuild would change', () => {
  const count = async ({ user, shadow }: Person) => {
    const counts = await firstRow<Columns>(env.DB, countDifferencesStatement('daily_summary', user, shadow));
    return [counts?.['+added'], counts?.['+changed'], counts?.['+removed'], counts?.steps];
  };

  /** As `<whose> <day> <steps>`. */
  const samples = async ({ user, shadow }: Person) =>
    (await allRows<Columns>(env.DB, sampleDifferencesStatement('daily_summary', user, shadow)))
      .map(
        ({ is_made, datetime, steps }) =>
          `${is_made === 1 ? 'made' : 'stored'} ${String(datetime).slice(8)} ${steps}`,
      )
      .toSorted();

  it('is counted among the rows of the person and of their rebuild', async () => {
    const [one, other] = await twoPeople();
    expect(await count(one)).toEqual([1, 1, 1, 1]);
    expect(await count(other)).toEqual([1, 1, 2, 1]);
  });

  it('is shown by rows that differ, both forms of each, and by none that is the same', async () => {
    const [one, other] = await twoPeople();
    expect(await samples(one)).toEqual(['made 02 22', 'made 04 4', 'stored 02 2', 'stored 03 3']);
    expect(await samples(other)).toEqual([
      'made 01 201',
      'made 06 206',
      'stored 01 101',
      'stored 02 102',
      'stored 05 105',
    ]);
  });

  it('is nothing where every row is made as it was, whatever others have', async () => {
    const [one] = [await person(), ...(await twoPeople())];
    await days(one.user, { '01': 1, '02': 2 });
    await days(one.shadow, { '01': 1, '02': 2 });
    expect(await count(one)).toEqual([0, 0, 0, 0]);
    expect(await samples(one)).toEqual([]);
  });
});

describe('a swap', () => {
  it('makes the rows of one person those of their rebuild, and moves those that differ', async () => {
    const [one, other] = await twoPeople();
    const before = [await shown(other.user), await shown(other.shadow), await shown(one.shadow)];
    await swap(one);
    expect(await shown(one.user)).toEqual([
      ['01', 1, 'before'],
      ['02', 22, CLOCK],
      ['04', 4, CLOCK],
    ]);
    expect([await shown(other.user), await shown(other.shadow), await shown(one.shadow)]).toEqual(before);
  });

  it('keeps the rows that are made again rather than deleting and writing them', async () => {
    const one = await person();
    await days(one.user, { '01': 1 });
    await days(one.shadow, { '01': 1 });
    const answers = await swap(one);
    expect(answers.reduce((sum, { meta }) => sum + meta.changes, 0)).toBe(0);
  });

  it('writes cells and rules that nobody sees and moves no row for them', async () => {
    const one = await person();
    await days(one.user, { '01': 1, '02': 2 }, { cells: 'old', rules: 1 });
    await days(one.shadow, { '01': 1 }, { cells: 'new', rules: 1 });
    await days(one.shadow, { '02': 2 }, { cells: 'old', rules: 2 });
    await swap(one);
    expect(await rowsOf('daily_summary', one.user, [])).toMatchObject([
      { cells: 'new', rules: 1, updated_at: BEFORE },
      { cells: 'old', rules: 2, updated_at: BEFORE },
    ]);
  });

  it('leaves word of the rows that are gone, and takes back that of rows that are there again', async () => {
    const [one, other] = await twoPeople();
    // Of a deletion that the rebuild does not make, of one that it takes back, and of another table's.
    await tombstone(one.user, '09');
    await tombstone(one.user, '04');
    await tombstone(one.user, '04', 'activities');
    await tombstone(one.user, '03');
    await tombstone(other.user, '04');
    await tombstone(other.user, '06');
    await swap(one);
    expect(await tombstones(one.user)).toEqual([
      ['activities', '04', BEFORE],
      ['daily_summary', '03', CLOCK],
      ['daily_summary', '09', BEFORE],
    ]);
    expect(await tombstones(other.user)).toEqual([
      ['daily_summary', '04', BEFORE],
      ['daily_summary', '06', BEFORE],
    ]);
  });

  it('changes each table of rows by the key of that table', async () => {
    const one = await person();
    const night = { source: 'oura', end_time: 'end', raw: '{}', updated_at: BEFORE };
    const run = { source: 'oura', updated_at: BEFORE };
    const weight = { source: 'oura_body', draw_date: '2026-03-01', updated_at: BEFORE };
    for (const [user, start, code] of [
      [one.user, 'gone', 'bmi'],
      [one.shadow, 'made', 'weight'],
    ] as const) {
      await insertRow('sleep_sessions', { user_id: user, start_time: start, ...night });
      await insertRow('activities', { user_id: user, start_time: start, ...run });
      await insertRow('biomarkers_raw', { user_id: user, code, ...weight });
    }
    await swap(one);
    expect(await rowsOf('sleep_sessions', one.user)).toMatchObject([{ start_time: 'made' }]);
    expect(await rowsOf('activities', one.user)).toMatchObject([{ start_time: 'made' }]);
    expect(await rowsOf('biomarkers_raw', one.user)).toMatchObject([{ code: 'weight' }]);
    expect(await rowsOf('biomarker_days', one.user, [])).toMatchObject([
      { draw_date: '2026-03-01', updated_at: CLOCK },
    ]);
    expect((await tombstones(one.user)).map(([table]) => table)).toEqual([
      'activities',
      'biomarkers_raw',
      'sleep_sessions',
    ]);
  });
});

describe('what the fold remembers', () => {
  const home = (user: UserId, item: string, start: string, kind = 'sleep') =>
    insertRow('item_homes', { user_id: user, kind, source: 'oura', item, start_time: start });
  const session = (user: UserId, name: string, newest: string) =>
    insertRow('lab_sessions', { user_id: user, session: name, newest, keys: '[]' });
  const remembered = async (user: UserId) => [
    ...(await rowsOf('item_homes', user)).map(
      ({ kind, item, start_time }) => `${kind} ${item} ${start_time}`,
    ),
    ...(await rowsOf('lab_sessions', user)).map(({ session: name, newest }) => `${name} ${newest}`),
  ];

  it('becomes what the rebuild remembers, of one person alone', async () => {
    const [one, other] = [await person(), await person()];
    for (const { user, shadow } of [one, other]) {
      for (const [item, start] of [
        ['same', 'kept'],
        ['moved', 'old'],
        ['gone', 'old'],
      ] as const)
        await home(user, item, start);
      await home(shadow, 'same', 'kept');
      await home(shadow, 'moved', 'new');
      await home(shadow, 'gone', 'made', 'activity');
      await session(user, 'same', 'kept');
      await session(user, 'moved', 'old');
      await session(user, 'gone', 'old');
      await session(shadow, 'same', 'kept');
      await session(shadow, 'moved', 'new');
    }
    await home(other.shadow, 'theirs', 'made');
    await session(other.shadow, 'theirs', 'made');
    const before = [await remembered(other.user), await remembered(other.shadow)];
    const answers = await swap(one);
    expect(await remembered(one.user)).toEqual([
      'activity gone made',
      'sleep moved new',
      'sleep same kept',
      'moved new',
      'same kept',
    ]);
    expect([await remembered(other.user), await remembered(other.shadow)]).toEqual(before);
    // One home and one session are deleted, two homes and one session written: what is the same is let be.
    expect(answers.slice(-4).map(({ meta }) => meta.changes)).toEqual([1, 2, 1, 1]);
  });
});

it('a person whose rows were made again has the clock and the rules of that, and nobody else does', async () => {
  const [one, other] = [await person(), await person()];
  await runAll(env.DB, [storeRebuiltStatement(one.user, CLOCK, 7)]);
  expect(await rowWhere('users', 'id', one.user)).toMatchObject({ clock: CLOCK, rules: 7 });
  expect(await rowWhere('users', 'id', other.user)).toMatchObject({ clock: BEFORE, rules: 1 });
  expect(await rowWhere('users', 'id', one.shadow)).toMatchObject({ clock: BEFORE });
});
