import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { type Columns, insertPerson, insertRow } from '../../test/support/rows.ts';
import { isoTime } from '../clock.ts';
import type { BiomarkerDayChange } from '../fold/biomarker-days.ts';
import type { RowDeletion } from '../fold/changes.ts';
import type { UserId } from '../ids.ts';
import {
  biomarkerDaysStatements,
  deleteEmptyDaysStatements,
  storeBiomarkerDaysStatements,
  swapBiomarkerDaysStatements,
} from './biomarker-days.ts';
import { ownersText } from './owners.ts';
import { runAll } from './statements.ts';

const at = (minute: number) => isoTime(Date.UTC(2026, 2, 1, 12, minute));
const [EARLIER, BEFORE, NOW, AFTER] = [at(0), at(1), at(2), at(3)];
const DATE = '2026-02-01';

/** Of which day something is; the usual one unless it says otherwise. */
type Day = { readonly source?: string; readonly draw_date?: string };

const measured = (user: string, updated_at: string, columns: Columns = {}) =>
  insertRow('biomarkers_raw', {
    user_id: user,
    source: 'oura',
    draw_date: DATE,
    code: 'glucose',
    updated_at,
    ...columns,
  });

const day = (user: string, updated_at: string, columns: Columns = {}) =>
  insertRow('biomarker_days', { user_id: user, source: 'oura', draw_date: DATE, updated_at, ...columns });

const dayOf = (user: string, { source = 'oura', draw_date = DATE }: Day = {}) =>
  env.DB.prepare(
    'select updated_at, cells from biomarker_days where user_id = ? and source = ? and draw_date = ?',
  )
    .bind(user, source, draw_date)
    .first();

async function movesOf(user: string): Promise<readonly string[]> {
  const { results } = await env.DB.prepare('select updated_at from biomarkers_raw where user_id = ?')
    .bind(user)
    .all<{ updated_at: string }>();
  return results.map(({ updated_at }) => updated_at);
}

it('days are read by their owner, source and date', async () => {
  const [user, other] = [await insertPerson(), await insertPerson()];
  for (const whose of [user, other]) {
    await day(whose, NOW);
    await day(whose, NOW, { source: 'whoop' });
    await day(whose, NOW, { draw_date: '2026-02-02' });
  }
  const owners = [user, other].map((reference_user) => ({
    reference_user,
    terra_user_id: null,
    other_terra_user_id: null,
    upload_id: null,
    session_id: null,
  }));
  const keys = [{ n: 1, source: 'oura', draw_date: DATE }];
  const [found] = await runAll(env.DB, biomarkerDaysStatements(keys, ownersText(owners)));
  expect(found?.results).toEqual([
    { user_id: other, source: 'oura', draw_date: DATE, updated_at: NOW, cells: null },
  ]);
});

describe('a day that is written behind its rows', () => {
  const change = { source: 'oura', drawDate: DATE, cells: null, hasRows: true };
  const store = (userId: UserId, said: Partial<BiomarkerDayChange> = {}) =>
    runAll(env.DB, storeBiomarkerDaysStatements([{ userId, clock: NOW, change: { ...change, ...said } }]));

  it('is there from then on, with what it says', async () => {
    const [one, other] = [await insertPerson(), await insertPerson()];
    await store(one, { cells: 'new' });
    await store(other, { cells: 'new', hasRows: false });
    const stored = { updated_at: NOW, cells: 'new' };
    expect([await dayOf(one), await dayOf(other)]).toEqual([stored, stored]);
  });

  it('moves with a row that moved to this clock, and keeps its cells where none are said', async () => {
    const user = await insertPerson();
    await day(user, BEFORE, { cells: 'old' });
    await measured(user, NOW);
    await store(user);
    expect(await dayOf(user)).toEqual({ updated_at: NOW, cells: 'old' });
  });

  it('moves with its cells, whether a row moved or not', async () => {
    const user = await insertPerson();
    await day(user, BEFORE, { cells: 'old' });
    await store(user, { cells: 'new' });
    expect(await dayOf(user)).toEqual({ updated_at: NOW, cells: 'new' });
  });

  it('stays where no row of it moved, whatever moved elsewhere', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    await day(user, BEFORE, { cells: 'old' });
    await measured(user, BEFORE);
    await measured(user, NOW, { source: 'whoop' });
    await measured(user, NOW, { draw_date: '2026-02-02' });
    await measured(other, NOW);
    await store(user);
    expect(await dayOf(user)).toEqual({ updated_at: BEFORE, cells: 'old' });
  });

  it('gets other cells and stays where it stands, where none of its rows is written', async () => {
    const user = await insertPerson();
    await day(user, BEFORE, { cells: 'old' });
    await store(user, { cells: 'new', hasRows: false });
    expect(await dayOf(user)).toEqual({ updated_at: BEFORE, cells: 'new' });
  });
});

describe('the day of a biomarker that was deleted', () => {
  const deletionOf = (userId: UserId, table: RowDeletion['table'] = 'biomarkers_raw') => ({
    userId,
    clock: NOW,
    change: { table, key: ['oura', DATE, 'glucose'] },
  });
  const drop = (user: UserId) => runAll(env.DB, deleteEmptyDaysStatements([deletionOf(user)]));

  it('goes where it has no row left, whatever is left elsewhere, and no other day does', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    const elsewhere: readonly Day[] = [{ source: 'whoop' }, { draw_date: '2026-02-02' }];
    await day(user, NOW);
    await day(other, NOW);
    for (const one of elsewhere) await day(user, NOW, one);
    await measured(user, NOW, { source: 'whoop' });
    await measured(user, NOW, { draw_date: '2026-02-02' });
    await measured(other, NOW);
    await drop(user);
    expect(await dayOf(user)).toBeNull();
    const kept = [dayOf(other), ...elsewhere.map((one) => dayOf(user, one))];
    expect((await Promise.all(kept)).map((one) => one !== null)).toEqual([true, true, true]);
  });

  it('stays where it has another row', async () => {
    const user = await insertPerson();
    await day(user, NOW);
    await measured(user, NOW, { code: 'insulin' });
    await drop(user);
    expect(await dayOf(user)).not.toBeNull();
  });

  it('is none of another table’s row', async () => {
    expect(deleteEmptyDaysStatements([deletionOf(await insertPerson(), 'daily_summary')])).toEqual([]);
  });
});

describe('the days of a person after a rebuild', () => {
  /** The person whose rows were rebuilt, and what the rebuild made of them. */
  async function rebuilt(): Promise<{ readonly user: UserId; readonly shadow: UserId }> {
    const user = await insertPerson();
    return { user, shadow: await insertPerson({ rebuild_of: user }) };
  }

  const swap = ({ user, shadow }: Awaited<ReturnType<typeof rebuilt>>) =>
    runAll(env.DB, swapBiomarkerDaysStatements(user, shadow, NOW));

  it('are the days of their rows, with the cells that the rebuild made', async () => {
    const [people, other] = [await rebuilt(), await insertPerson()];
    const { user, shadow } = people;
    await measured(user, AFTER);
    await measured(user, NOW, { code: 'insulin' });
    await measured(user, NOW, { source: 'whoop' });
    await day(user, BEFORE, { draw_date: '2026-02-02' });
    await day(shadow, BEFORE, { cells: 'new' });
    await day(shadow, BEFORE, { draw_date: '2026-02-02', cells: 'new' });
    await day(other, BEFORE, { source: 'whoop', cells: 'theirs' });
    await swap(people);
    expect(await dayOf(user)).toEqual({ updated_at: AFTER, cells: 'new' });
    expect(await dayOf(user, { source: 'whoop' })).toEqual({ updated_at: NOW, cells: null });
    expect(await dayOf(user, { draw_date: '2026-02-02' })).toBeNull();
  });

  it('are nobody else’s: rows without a day and days without a row stay so', async () => {
    const [people, bare, empty] = [await rebuilt(), await insertPerson(), await insertPerson()];
    await measured(people.user, NOW);
    await measured(bare, BEFORE);
    await day(empty, BEFORE);
    await swap(people);
    expect([await movesOf(bare), await dayOf(bare)]).toEqual([[BEFORE], null]);
    expect(await dayOf(empty)).toEqual({ updated_at: BEFORE, cells: null });
  });

  it('take rows along that no sync has seen, since no day of theirs stood at them', async () => {
    const days: readonly (Columns | 'another person’s')[] = [
      { updated_at: EARLIER },
      { updated_at: AFTER, source: 'whoop' },
      { updated_at: AFTER, draw_date: '2026-02-02' },
      'another person’s',
    ];
    for (const one of days) {
      const [people, other] = [await rebuilt(), await insertPerson()];
      await measured(people.user, BEFORE);
      if (one === 'another person’s') await day(other, AFTER);
      else await day(people.user, EARLIER, one);
      await swap(people);
      expect([one, await movesOf(people.user)]).toEqual([one, [NOW]]);
      expect(await dayOf(people.user)).toEqual({ updated_at: NOW, cells: null });
    }
  });

  it('leave rows where they stand that their day has told, or that stand later', async () => {
    const [told, late] = [await rebuilt(), await rebuilt()];
    await measured(told.user, BEFORE);
    await day(told.user, BEFORE);
    await measured(late.user, AFTER);
    for (const people of [told, late]) await swap(people);
    expect([await movesOf(told.user), await movesOf(late.user)]).toEqual([[BEFORE], [AFTER]]);
    expect(await dayOf(told.user)).toEqual({ updated_at: BEFORE, cells: null });
  });

  it('change where the cells or the time are others, never back, and are not written where neither is', async () => {
    const stands = async (rowAt: string, dayAt: string, cells: string) => {
      const people = await rebuilt();
      await measured(people.user, rowAt);
      await day(people.user, dayAt, { cells: 'same' });
      await day(people.shadow, BEFORE, { cells });
      const written = (await swap(people)).map(({ meta }) => meta.rows_written);
      return [await dayOf(people.user), written.at(-1) === 0];
    };
    expect(await stands(BEFORE, NOW, 'new')).toEqual([{ updated_at: NOW, cells: 'new' }, false]);
    expect(await stands(AFTER, NOW, 'same')).toEqual([{ updated_at: AFTER, cells: 'same' }, false]);
    expect(await stands(BEFORE, NOW, 'same')).toEqual([{ updated_at: NOW, cells: 'same' }, true]);
  });
});
