import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { filledMirror } from '../../test/support/filled-mirror.ts';
import { inspectMirrorFile } from './file.ts';

/** What a mirror is taken for after this was done to it. */
function kindAfter(sql: string): string {
  const path = filledMirror({});
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
  return inspectMirrorFile(path, 100);
}

const anotherLayout = "update sync_state set schema_version = 'another';";

it.each([
  ['as it is', 'select 1', 'mirror'],
  ['with a view of its person’s own', 'create view mine as select * from summary', 'mirror'],
  ['without one of its views', 'drop view summary_composites', 'foreign'],
  ['of another layout, without a table of today', `${anotherLayout} drop table profiles`, 'mirror'],
  ['of another layout, without what all have', `${anotherLayout} drop table source_order`, 'foreign'],
  ['with another mark', 'pragma application_id = 7', 'foreign'],
])('a mirror %s', (_what, sql, kind) => {
  expect(kindAfter(sql)).toBe(kind);
});
