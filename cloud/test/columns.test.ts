import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { TABLE_COLUMNS } from '../src/store/columns.ts';

/** Tables that are the platform's and SQLite's own, not the migrations'. */
const NOT_OURS = "name not like 'sqlite_%' and name not like '_cf_%' and name <> 'd1_migrations'";

async function storedColumns(): Promise<Record<string, string[]>> {
  const { results } = await env.DB.prepare(
    `select t.name as "table", c.name as "column"
from (select name from sqlite_master where type = 'table' and ${NOT_OURS}) t
cross join pragma_table_info(t.name) c
order by t.name, c.name`,
  ).all<{ table: string; column: string }>();
  const columns: Record<string, string[]> = {};
  for (const { table, column } of results) {
    columns[table] ??= [];
    columns[table].push(column);
  }
  return columns;
}

describe('the columns as the compiler knows them', () => {
  it('are those of the schema that all migrations make, no more and no fewer, in every table', async () => {
    const listed = Object.entries(TABLE_COLUMNS).map(([table, columns]) => [table, columns.toSorted()]);
    expect(Object.fromEntries(listed)).toEqual(await storedColumns());
  });
});
