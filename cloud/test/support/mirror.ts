import { env } from 'cloudflare:test';
import type { SyncPage, SyncRow } from '../../src/contract/sync.ts';
import { SYNCED_TABLES, type SyncedTableName } from '../../src/contract/tables.ts';
import { asPerson } from './stack.ts';

/** What a person's own machine does with sync, as plainly as it can be said, and what it must come to. */

export const TABLES = Object.keys(SYNCED_TABLES) as SyncedTableName[];

export type Row = Record<string, string | number | null>;

/** `table key -> row`. */
export type Mirror = Map<string, SyncRow>;

/** One page of a person's sync. */
export async function page(
  userId: string,
  query: Record<string, string> = {},
  used?: Env,
): Promise<SyncPage> {
  const response = await asPerson(
    userId,
    `/v1/sync?${new URLSearchParams(query)}`,
    used === undefined ? {} : { env: used },
  );
  if (response.status !== 200) throw new Error(`sync answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as SyncPage;
}

/** Every page from the first to the one that counts. */
export async function allPages(
  userId: string,
  query: Record<string, string> = {},
  used?: Env,
): Promise<SyncPage[]> {
  const pages = [await page(userId, query, used)];
  for (let cursor = pages[0]?.next_cursor; cursor != null; cursor = pages.at(-1)?.next_cursor) {
    pages.push(await page(userId, { ...query, cursor }, used));
    if (pages.length > 60) throw new Error('this sync does not end');
  }
  return pages;
}

/** Rows of a page in all, deletions included. */
export function size({ data }: SyncPage): number {
  return Object.values(data).reduce((total, rows) => total + (rows?.length ?? 0), 0);
}

export function applyPage(mirror: Mirror, { data }: SyncPage): void {
  for (const table of TABLES) for (const row of data[table] ?? []) mirror.set(keyOf(table, row), row);
  for (const { table, key } of data.deleted) mirror.delete(keyOf(table as SyncedTableName, key));
}

/** The server's rows as sync shows them, read from the tables themselves. */
export async function serverRows(userId: string): Promise<Mirror> {
  const answers = await env.DB.batch<Row>(
    TABLES.map((table) =>
      env.DB.prepare(
        `select ${[...Object.keys(SYNCED_TABLES[table].columns).filter((column) => column !== 'raw'), 'updated_at'].join()}
from ${table} where user_id = ?`,
      ).bind(userId),
    ),
  );
  return new Map(
    TABLES.flatMap((table, i) =>
      (answers[i]?.results ?? []).map((row): [string, SyncRow] => [keyOf(table, row), row]),
    ),
  );
}

/** Comparable, whatever the order rows came in. */
export function sorted(mirror: Mirror): [string, SyncRow][] {
  return [...mirror].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function keyOf(table: SyncedTableName, row: SyncRow): string {
  return JSON.stringify([table, ...SYNCED_TABLES[table].key.map((column) => row[column])]);
}

/** Writes rows by the clock's rules: the person's clock moves to `at`, the rows take it. */
export async function write(
  userId: string,
  at: string,
  rows: readonly (readonly [table: SyncedTableName | 'tombstones', row: Row])[],
): Promise<void> {
  await env.DB.batch([
    env.DB.prepare(
      'insert into users(id, clock) values (?1, ?2) on conflict (id) do update set clock = excluded.clock',
    ).bind(userId, at),
    ...rows.map(([table, row]) => {
      const whole: Row = {
        user_id: userId,
        [table === 'tombstones' ? 'deleted_at' : 'updated_at']: at,
        ...row,
      };
      const columns = Object.keys(whole);
      return env.DB.prepare(
        `insert into ${table}(${columns.join()}) values (${columns.map(() => '?').join()})
on conflict do update set ${columns.map((column) => `${column} = excluded.${column}`).join()}`,
      ).bind(...Object.values(whole));
    }),
    env.DB.prepare(DAYS_OF_ROWS).bind(userId),
  ]);
}

/** Whatever writes biomarkers writes their days behind them: this makes all of a person's (`?1`) as their rows say. */
export const DAYS_OF_ROWS = `insert into biomarker_days(user_id, source, draw_date, updated_at)
select user_id, source, draw_date, max(updated_at)
from biomarkers_raw
where user_id = ?1
group by user_id, source, draw_date
on conflict do update set updated_at = excluded.updated_at where excluded.updated_at > updated_at`;

/** The n-th millisecond of a day in 2026, as a clock has it. */
export function moment(n: number): string {
  return new Date(Date.parse('2026-03-01T00:00:00.000Z') + n).toISOString();
}
