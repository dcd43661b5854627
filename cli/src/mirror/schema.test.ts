import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { readRecipes } from '../../../cloud/dev/recipes.ts';
import { SYNCED_TABLES } from '../../../cloud/src/contract/tables.ts';
import { filledMirror } from '../../test/support/filled-mirror.ts';
import { rowsOf } from '../../test/support/temporary.ts';
import { DEFAULT_SOURCE_ORDER } from './source-order.ts';

it.each(Object.entries(SYNCED_TABLES))('makes %s as the contract has it, plus updated_at', (name, table) => {
  const path = filledMirror({});
  const columns = rowsOf(
    path,
    'select name, lower(type) as type, "notnull" as needed, pk from pragma_table_info(?)',
    name,
  );
  const notNull: readonly string[] = table.notNull;
  const key: readonly string[] = table.key;
  const wanted = Object.entries({ ...table.columns, updated_at: 'text' }).map(([column, type]) => ({
    name: column,
    type,
    needed: notNull.includes(column) || column === 'updated_at' ? 1 : 0,
    pk: key.indexOf(column) + 1,
  }));
  expect(columns).toEqual(wanted);
  expect(rowsOf(path, 'select strict from pragma_table_list(?)', name)).toEqual([{ strict: 1 }]);
});

it('starts with the default source order', () => {
  expect(rowsOf(filledMirror({}), 'select source from source_order order by rank')).toEqual(
    DEFAULT_SOURCE_ORDER.map((source) => ({ source })),
  );
});

it('holds the published percentiles, each with its source and its caveat', () => {
  const file = new URL('./reference.json', import.meta.url);
  const reference = JSON.parse(readFileSync(file, 'utf8'));
  const wanted = reference.rows.map((row: { source: string }) => ({
    ...row,
    caveat: reference.sources[row.source].caveat,
  }));
  const found = rowsOf(filledMirror({}), 'select * from population order by rowid');
  expect(found).toEqual(wanted);
  expect(found.length).toBeGreaterThan(200);
});

it('says of every column of every table and view what it means, and of no other', () => {
  const path = filledMirror({});
  const columns = rowsOf(
    path,
    `select m.name as table_name, c.name as column_name
     from sqlite_schema m cross join pragma_table_info(m.name) c
     where m.type in ('table', 'view') order by m.name, c.cid`,
  );
  const told = rowsOf(path, 'select table_name, column_name from data_dictionary order by table_name, rowid');
  expect(told).toEqual(columns);
  expect(told.length).toBeGreaterThan(150);
  const [first] = rowsOf(path, 'select * from data_dictionary');
  expect(first).toMatchObject({ table_name: 'summary', column_name: 'datetime', unit: 'YYYY-MM-DD' });
  const silent = `select * from data_dictionary where meaning not like '%_.' or source = '' or unit = ''`;
  expect(rowsOf(path, silent)).toEqual([]);
});

it('has every table and column that the recipes of docs/examples ask for', () => {
  const database = new DatabaseSync(filledMirror({}), { readOnly: true });
  const recipes = readRecipes();
  for (const { file, statements } of recipes) {
    for (const sql of statements)
      expect([file, database.prepare(sql).all().length >= 0]).toEqual([file, true]);
  }
  database.close();
  expect(recipes.map(({ file, statements }) => [file, statements.length])).toEqual([
    ['composites.py', 1],
    ['datasette.yaml', 5],
    ['duckdb_labs.py', 2],
    ['pandas_weeks.py', 3],
  ]);
});
