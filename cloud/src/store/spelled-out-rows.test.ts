import { env } from 'cloudflare:test';
import { beforeEach, expect, it } from 'vitest';
import { type Columns, insertRow, rowWhere } from '../../test/support/rows.ts';
import { newUser } from '../../test/support/stack.ts';
import { letterOf } from '../fold/stored-cells.ts';
import { SHORT_ROWS } from '../limits.ts';
import { rowsPlace, SPELLED_OUT_ROWS, shortenNextRows } from './spelled-out-rows.ts';

const BEFORE = '2026-02-01T00:00:00.000Z';
const MEANWHILE = '2026-02-02T00:00:00.000Z';
const SPELLED_OUT = '[["run",[[[1,5,"hash",0],{"steps":7}]]]]';
const SHORT = `[["run",[[[5,"hash"],"${letterOf('steps')}",7]]]]`;

let user = newUser();
let activities = 0;

beforeEach(async () => {
  user = newUser();
  await env.DB.prepare('delete from activities').run();
  await env.DB.prepare('delete from sweeps').run();
  await insertRow('users', { id: user });
  await insertRow('sweeps', { name: SPELLED_OUT_ROWS, cursor: 'activities:0', updated_at: BEFORE });
});

/** An activity with cells of an earlier version; answers where it lies. */
async function activity(columns: Columns = {}): Promise<{ readonly start: string; readonly rowid: number }> {
  activities += 1;
  const start = `start ${activities}`;
  const row = { user_id: user, source: 'oura', start_time: start, updated_at: BEFORE, cells: SPELLED_OUT };
  return { start, rowid: await insertRow('activities', { ...row, ...columns }) };
}

const cellsOf = async ({ start }: { readonly start: string }) =>
  (await rowWhere('activities', 'start_time', start))?.cells;

const cursor = async () => (await rowWhere('sweeps', 'name', SPELLED_OUT_ROWS))?.cursor ?? null;

/** A database in which something happens between what is read and what is written. */
function withChange(sql: string, ...values: readonly string[]): D1Database {
  const db = {
    prepare: (text: string) => env.DB.prepare(text),
    batch: async (statements: D1PreparedStatement[]) => {
      await env.DB.prepare(sql)
        .bind(...values)
        .run();
      return env.DB.batch(statements);
    },
  };
  return db as unknown as D1Database;
}

const shorten = (after = 0, db = env.DB) => shortenNextRows(db, { table: 'activities', after });

it('rows behind a place are written shorter, and none of them looks changed', async () => {
  const [before, one, two] = [await activity(), await activity(), await activity()];
  expect(await shorten(before.rowid)).toBeNull();
  expect([await cellsOf(before), await cellsOf(one), await cellsOf(two)]).toEqual([
    SPELLED_OUT,
    SHORT,
    SHORT,
  ]);
  expect(await rowWhere('activities', 'start_time', one.start)).toMatchObject({ updated_at: BEFORE });
});

it('rows without cells, and those that are short already, are let be', async () => {
  const [none, short, one] = [
    await activity({ cells: null }),
    await activity({ cells: SHORT }),
    await activity(),
  ];
  await shorten();
  expect([await cellsOf(none), await cellsOf(short), await cellsOf(one)]).toEqual([null, SHORT, SHORT]);
  const { results } = await env.DB.prepare('select start_time, rowid from activities order by rowid').all();
  expect(results.slice(0, 2)).toEqual([
    { start_time: none.start, rowid: none.rowid },
    { start_time: short.start, rowid: short.rowid },
  ]);
});

it('a row that changed meanwhile stays as it is now', async () => {
  const [shown, hidden, one] = [await activity(), await activity(), await activity()];
  const changed = 'update activities set updated_at = ?2 where start_time = ?1';
  await shorten(0, withChange(changed, shown.start, MEANWHILE));
  expect([await cellsOf(shown), await cellsOf(one)]).toEqual([SPELLED_OUT, SHORT]);
  const other = SPELLED_OUT.replace('hash', 'other');
  await env.DB.prepare('update activities set cells = ?').bind(SPELLED_OUT).run();
  const ordered = 'update activities set cells = ?2 where start_time = ?1';
  await shorten(0, withChange(ordered, hidden.start, other));
  expect([await cellsOf(hidden), await cellsOf(one)]).toEqual([other, SHORT]);
});

it('goes on behind the last row of a full page, and with the next table after one that is not', async () => {
  const full = await env.DB.prepare(
    `with recursive n(i) as (select 1 union all select i + 1 from n where i < ?2)
insert into activities(user_id, source, start_time, cells, updated_at)
select ?1, 'oura', printf('of a full page %d', i), ?3, ?4 from n returning rowid`,
  )
    .bind(user, SHORT_ROWS, SPELLED_OUT, BEFORE)
    .all<{ rowid: number }>();
  const last = Math.max(...full.results.map(({ rowid }) => rowid));
  expect(await shorten()).toEqual({ table: 'activities', after: last });
  expect(await cursor()).toBe(`activities:${last}`);
  expect(rowsPlace(`activities:${last}`)).toEqual({ table: 'activities', after: last });

  await insertRow('sleep_sessions', {
    user_id: user,
    source: 'oura',
    start_time: 'start',
    end_time: 'end',
    raw: '{}',
    cells: SPELLED_OUT,
  });
  expect(await shortenNextRows(env.DB, { table: 'sleep_sessions', after: 0 })).toEqual({
    table: 'activities',
    after: 0,
  });
  expect(await cursor()).toBe('activities:0');
  await env.DB.prepare('delete from activities').run();
  await activity();
  expect(await shorten()).toBeNull();
  expect(await cursor()).toBeNull();
});

it('stands nowhere among tables that it does not know', () => {
  expect(() => rowsPlace('users:1')).toThrow('stands nowhere');
});
