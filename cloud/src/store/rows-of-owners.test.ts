import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { countingDatabase } from '../../test/support/counting-database.ts';
import { type Columns, insertPerson, insertRow } from '../../test/support/rows.ts';
import { letterOf } from '../fold/stored-cells.ts';
import { asUserId } from '../ids.ts';
import { REBUILD_SEED_BYTES } from '../limits.ts';
import { homesAtStatement, olderRowsStatement } from './older-rows.ts';
import { ownersText } from './owners.ts';
import {
  activityRowsStatements,
  biomarkerRowsStatements,
  dailyRowsStatements,
  homesOfOwnersStatements,
  type SessionKey,
  sessionRowsStatements,
} from './rows-of-owners.ts';
import { runAll, type Statement } from './statements.ts';

const ownerOf = (user: string) =>
  ownersText([
    {
      reference_user: asUserId(user),
      terra_user_id: null,
      other_terra_user_id: null,
      upload_id: null,
      session_id: null,
    },
  ]);

/** What statements answer, as `source column` of each row. */
async function found(statements: readonly Statement[], column: string): Promise<readonly string[]> {
  const answers = await runAll<Columns>(env.DB, statements);
  return answers.flatMap(({ results }) => results.map((row) => `${row.source} ${row[column]}`)).toSorted();
}

const LETTERS = letterOf('start_time') + letterOf('end_time');

/** A session of one night, with its home; its cells say when it began and ended. */
async function session(
  user: string,
  { item, start, end, source = 'oura', wakeDate = end.slice(0, 10) }: Session,
): Promise<void> {
  const cells = JSON.stringify([[item, [[[1, 'hash'], LETTERS, start, end]]]]);
  await insertRow('sleep_sessions', {
    user_id: user,
    source,
    start_time: start,
    end_time: end,
    raw: '{}',
    cells,
  });
  await home(user, { kind: 'sleep', source, item, start_time: start, wake_date: wakeDate });
}

type Session = {
  readonly item: string;
  readonly start: string;
  readonly end: string;
  readonly source?: string;
  readonly wakeDate?: string;
};

const home = (user: string, columns: Columns) => insertRow('item_homes', { user_id: user, ...columns });

const night = (day: number, from = '22', to = '06') => ({
  start: `2026-03-${String(day).padStart(2, '0')}T${from}:00:00.000Z`,
  end: `2026-03-${String(day + 1).padStart(2, '0')}T${to}:00:00.000Z`,
});

const keyOf = ({ item, start, end, source = 'oura' }: Session): SessionKey => ({
  n: 0,
  source,
  start_time: start,
  end_time: end,
  item,
});

describe('the sessions that may form a night with one', () => {
  const sessions = (user: string, ...keys: readonly Session[]) =>
    found(sessionRowsStatements(keys.map(keyOf), ownerOf(user)), 'start_time');

  it('overlap it, of the same person and source', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    await session(user, { item: 'early', ...night(9, '20', '01') });
    await session(user, { item: 'late', ...night(10, '00', '01'), start: '2026-03-10T01:00:00.000Z' });
    await session(user, { item: 'before', ...night(9, '12', '00'), end: '2026-03-09T20:00:00.000Z' });
    await session(user, { item: 'after', ...night(10) });
    await session(user, { item: 'elsewhere', ...night(9, '21'), source: 'garmin' });
    await session(other, { item: 'theirs', ...night(9, '21') });
    expect(await sessions(user, { item: 'new', ...night(9) })).toEqual([
      'oura 2026-03-09T20:00:00.000Z',
      'oura 2026-03-10T01:00:00.000Z',
    ]);
  });

  it('are those at its own start and at its home, whatever their times', async () => {
    const user = await insertPerson();
    await session(user, { item: 'moved', ...night(1) });
    await session(user, { item: 'other', ...night(4) });
    await home(user, { kind: 'activity', source: 'oura', item: 'moved', start_time: night(4).start });
    await home(user, { kind: 'sleep', source: 'garmin', item: 'moved', start_time: night(4).start });
    expect(await sessions(user, { item: 'moved', ...night(20) })).toEqual([`oura ${night(1).start}`]);
  });

  it('are looked for in the days around it alone, however long the history', async () => {
    const user = await insertPerson();
    const read = async () => {
      const { db, cost } = countingDatabase(env.DB);
      const answers = await runAll(
        db,
        sessionRowsStatements([keyOf({ item: 'new', ...night(15) })], ownerOf(user)),
      );
      return [answers.flatMap(({ results }) => results).length, cost.rowsRead];
    };
    for (const day of [1, 15, 29]) await session(user, { item: `of-${day}`, ...night(day) });
    const before = await read();
    for (let day = 2; day <= 9; day += 1) await session(user, { item: `before-${day}`, ...night(day) });
    for (let day = 20; day <= 28; day += 1) await session(user, { item: `after-${day}`, ...night(day) });
    expect(await read()).toEqual(before);
  });
});

describe('the dates of a session', () => {
  const dates = (user: string, ...keys: readonly Session[]) =>
    found(dailyRowsStatements([], keys.map(keyOf), ownerOf(user)), 'datetime');

  async function daysOf(user: string, ...days: readonly string[]): Promise<void> {
    for (const datetime of days)
      for (const source of ['oura', 'garmin'])
        await insertRow('daily_summary', { user_id: user, source, datetime });
  }

  it('are those where it and the sessions that overlap it end, of its source', async () => {
    const user = await insertPerson();
    await daysOf(user, '2026-03-10', '2026-03-11', '2026-03-12', '2026-03-20');
    await session(user, { item: 'one', ...night(9) });
    await session(user, { item: 'overlaps', ...night(9, '23'), wakeDate: '2026-03-11' });
    await session(user, { item: 'elsewhere', ...night(9, '23'), source: 'garmin', wakeDate: '2026-03-12' });
    await home(user, {
      kind: 'activity',
      source: 'oura',
      item: 'one',
      start_time: 's',
      wake_date: '2026-03-20',
    });
    expect(await dates(user, { item: 'one', ...night(9) })).toEqual(['oura 2026-03-10', 'oura 2026-03-11']);
  });

  it('are named by themselves too, of their source and person', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    await daysOf(user, '2026-03-10', '2026-03-11');
    await daysOf(other, '2026-03-10');
    const days = [{ n: 0, source: 'garmin', date: '2026-03-10' }];
    expect(await found(dailyRowsStatements(days, [], ownerOf(user)), 'datetime')).toEqual([
      'garmin 2026-03-10',
    ]);
  });
});

describe('rows by their keys', () => {
  it('activities come from the start that is named and from where the item lives', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    for (const start_time of ['at-start', 'at-home', 'neither']) {
      await insertRow('activities', { user_id: user, source: 'oura', start_time });
      await insertRow('activities', { user_id: other, source: 'oura', start_time });
    }
    await home(user, { kind: 'activity', source: 'oura', item: 'run', start_time: 'at-home' });
    await home(user, { kind: 'activity', source: 'oura', item: 'ride', start_time: 'neither' });
    await home(user, { kind: 'activity', source: 'garmin', item: 'run', start_time: 'neither' });
    await home(user, { kind: 'sleep', source: 'oura', item: 'run', start_time: 'neither' });
    const key = { n: 0, source: 'oura', start_time: 'at-start', item: 'run' };
    expect(await found(activityRowsStatements([key], ownerOf(user)), 'start_time')).toEqual([
      'oura at-home',
      'oura at-start',
    ]);
    expect(await found(homesOfOwnersStatements('activity', [key], ownerOf(user)), 'item')).toEqual([
      'oura run',
    ]);
  });

  it('biomarkers come of one source, date and code', async () => {
    const user = await insertPerson();
    for (const columns of [{}, { source: 'terra_lab' }, { draw_date: '2026-03-02' }, { code: 'bmi' }])
      await insertRow('biomarkers_raw', {
        user_id: user,
        source: 'oura_body',
        draw_date: '2026-03-01',
        code: 'weight',
        ...columns,
      });
    const key = { n: 0, source: 'oura_body', draw_date: '2026-03-01', code: 'weight' };
    const answers = await runAll<Columns>(env.DB, biomarkerRowsStatements([key], ownerOf(user)));
    expect(
      answers.flatMap(({ results }) => results.map((row) => [row.source, row.draw_date, row.code])),
    ).toEqual([['oura_body', '2026-03-01', 'weight']]);
  });
});

describe('rows from before cells', () => {
  const LEGACY = '[["legacy",[]]]';
  const older = (user: string, after: readonly string[] | null) =>
    found([olderRowsStatement('activities', asUserId(user), after)], 'start_time');

  async function activity(user: string, start: string, columns: Columns = {}): Promise<void> {
    await insertRow('activities', { user_id: user, source: 'oura', start_time: start, ...columns });
  }

  it('are the person’s without cells or with cells that tell of it, after a key', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    await activity(user, '1');
    await activity(user, '2', { cells: LEGACY });
    await activity(user, '3', { cells: '[]' });
    await activity(user, '4');
    await activity(other, '5');
    expect(await older(user, null)).toEqual(['oura 1', 'oura 2', 'oura 4']);
    expect(await older(user, ['oura', '2'])).toEqual(['oura 4']);
  });

  it('come as many as one step takes', async () => {
    const user = await insertPerson();
    const large = { raw: 'x'.repeat(REBUILD_SEED_BYTES * 0.4) };
    await activity(user, '1');
    await activity(user, '2', large);
    await activity(user, '3', large);
    await activity(user, '4', large);
    expect(await older(user, null)).toEqual(['oura 1', 'oura 2', 'oura 3']);
    expect(await older(user, ['oura', '3'])).toEqual(['oura 4']);
  });

  it('have the homes that lead to their starts, of the person, kind and source', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    const at = (item: string, columns: Columns = {}) => ({
      kind: 'sleep',
      source: 'oura',
      item,
      start_time: 'here',
      ...columns,
    });
    await home(user, at('one'));
    await home(user, at('two', { kind: 'activity' }));
    await home(user, at('three', { source: 'garmin' }));
    await home(user, at('four', { start_time: 'there' }));
    await home(other, at('five'));
    const starts = [{ source: 'oura', start_time: 'here' }];
    expect(await found([homesAtStatement('sleep', asUserId(user), starts)], 'item')).toEqual(['oura one']);
  });
});
