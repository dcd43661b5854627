import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { SYNCED_TABLES } from '../../../cloud/src/contract/tables.ts';
import { filledMirror } from '../../test/support/filled-mirror.ts';
import { daily } from '../../test/support/pages.ts';
import { rowsOf } from '../../test/support/temporary.ts';
import { prepareSchema } from './schema.ts';
import { DEFAULT_SOURCE_ORDER, writeSourceOrder } from './source-order.ts';

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

it('empties a file of another layout, and keeps the source order and whose file it is', () => {
  const path = filledMirror({ daily_summary: [daily('oura', '2026-02-28')] }, (database) => {
    writeSourceOrder(database, ['zepp', 'oura']);
    database.exec(
      `update sync_state set schema_version = 'another', server = 'https://a', person = 'user_1', since = 'x'`,
    );
    database.exec('create table retired (id text) strict');
    database.exec('drop view summary');
  });
  const database = new DatabaseSync(path);
  try {
    expect(prepareSchema(database)).toBe('rebuilt');
    expect(prepareSchema(database)).toBe('current');
  } finally {
    database.close();
  }
  expect(rowsOf(path, 'select * from daily_summary')).toEqual([]);
  expect(rowsOf(path, 'select * from summary')).toEqual([]);
  expect(rowsOf(path, `select name from sqlite_schema where name = 'retired'`)).toEqual([]);
  expect(rowsOf(path, 'select source from source_order order by rank')).toEqual([
    { source: 'zepp' },
    { source: 'oura' },
  ]);
  expect(rowsOf(path, 'select server, person, since from sync_state')).toEqual([
    { server: 'https://a', person: 'user_1', since: null },
  ]);
});
