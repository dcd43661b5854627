import { env } from 'cloudflare:test';
import { TABLE_COLUMNS } from '../../src/store/columns.ts';

export type DatabaseCopy = readonly (readonly [table: string, rows: readonly Record<string, unknown>[]])[];

const TABLES = Object.keys(TABLE_COLUMNS).filter((table) => table !== 'commit_guard');

/** The database as it stands. */
export async function copyDatabase(): Promise<DatabaseCopy> {
  const answers = await env.DB.batch<Record<string, unknown>>(
    TABLES.map((table) => env.DB.prepare(`select * from ${table}`)),
  );
  return TABLES.map((table, i) => [table, answers[i]?.results ?? []]);
}

/** What a restore to an earlier time leaves: the database alone goes back. */
export async function restoreDatabase(copy: DatabaseCopy): Promise<void> {
  await env.DB.batch([
    env.DB.prepare('pragma defer_foreign_keys = on'),
    ...TABLES.map((table) => env.DB.prepare(`delete from ${table}`)),
    ...copy.flatMap(([table, rows]) =>
      rows.map((row) => {
        const columns = Object.keys(row);
        const places = columns.map(() => '?').join();
        return env.DB.prepare(`insert into ${table}(${columns.join()}) values (${places})`).bind(
          ...Object.values(row),
        );
      }),
    ),
  ]);
}
