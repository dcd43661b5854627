import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { afterEachTest } from '../../../cloud/dev/after-each-test.ts';

const folders = new Set<string>();

afterEachTest(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  folders.clear();
});

/** A folder of the test's own, gone after it. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'amy-test-'));
  folders.add(folder);
  return folder;
}

export type ReadRow = Record<string, string | number | null>;

/** Plain objects, so that whole rows can be compared. */
export function rowsOf(path: string, sql: string, ...parameters: SQLInputValue[]): ReadRow[] {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    return database
      .prepare(sql)
      .all(...parameters)
      .map((found) => ({ ...found }) as ReadRow);
  } finally {
    database.close();
  }
}

/** Everything a mirror holds, for "nothing changed" comparisons: of `coverage` and `source_changes`, which take their time, what they are made of. */
export function contentsOf(path: string): Record<string, ReadRow[]> {
  const tables = rowsOf(
    path,
    `select name from sqlite_schema where type in ('table', 'view') and name not in ('coverage', 'source_changes') order by name`,
  );
  return Object.fromEntries(
    tables.map(({ name }) => [String(name), rowsOf(path, `select * from "${name}"`)]),
  );
}

/** What `work` makes of the database at a path, which is closed behind it. */
export function inFile<Result>(path: string, work: (database: DatabaseSync) => Result): Result {
  const database = new DatabaseSync(path);
  try {
    return work(database);
  } finally {
    database.close();
  }
}
