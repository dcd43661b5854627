import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { SyncPage, SyncRow } from '../../../cloud/src/contract/sync.ts';
import type { SyncedTableName } from '../../../cloud/src/contract/tables.ts';
import { AmyError } from '../errors.ts';
import { writeAskedRanges } from './coverage.ts';
import { keyValues, rowValues } from './rows.ts';
import { isMirrored, MIRRORED, MIRRORED_NAMES } from './tables.ts';

type AppliedPage = { readonly received: Readonly<Record<string, number>>; readonly deleted: number };

type PageApplier = {
  /** Writes a page's rows, then its deletions. Pages are given in the order they came. */
  applyPage(page: SyncPage): AppliedPage;
  /** After all pages of a full answer: deletes the rows it did not contain; how many those were. */
  removeUnseen(): number;
};

/** Applies the pages of one answer. For use inside a transaction. */
export function pageApplier(database: DatabaseSync): PageApplier {
  const statement = preparerOf(database);
  const seen: SeenKeys = new Map(MIRRORED_NAMES.map((name) => [name, new Set<string>()]));
  return {
    applyPage({ data, asked }) {
      const received: Record<string, number> = {};
      for (const name of MIRRORED_NAMES) {
        const rows = data[name];
        if (rows === undefined)
          throw new AmyError('unexpected_answer', `the server left out the table ${name}`);
        for (const row of rows) seen.get(name)?.add(writeRow(statement, name, row));
        received[name] = rows.length;
      }
      // A table this version does not know has nothing here to delete.
      const deletions = data.deleted.filter(({ table }) => isMirrored(table));
      for (const { table, key } of deletions) {
        if (isMirrored(table)) statement(deletion(table)).run(...keyValues(table, key));
      }
      // On the last page alone; a server of an earlier version tells nothing of it.
      if (asked !== undefined) writeAskedRanges(database, asked);
      return { received, deleted: deletions.length };
    },
    removeUnseen: () =>
      MIRRORED_NAMES.reduce((removed, name) => removed + removeAllBut(statement, name, seen.get(name)), 0),
  };
}

/**
 * Makes a group of a table's rows the given ones: writes them, and deletes whatever else there is, by its place in the
 * file, since a damaged row may have any key. The group are the rows of which an expression has a value. For use inside
 * a transaction.
 */
export function writeGroup(
  database: DatabaseSync,
  name: SyncedTableName,
  group: { readonly expression: string; readonly value: string },
  rows: readonly SyncRow[],
): void {
  const statement = preparerOf(database);
  const keys = new Set(rows.map((row) => JSON.stringify(keyValues(name, row))));
  const { key } = MIRRORED[name];
  const found = `select ${['rowid', ...key].join(', ')} from ${name} where ${group.expression} = ?`;
  for (const row of statement(found).all(group.value)) {
    if (keys.has(JSON.stringify(key.map((column) => row[column])))) continue;
    statement(`delete from ${name} where rowid = ?`).run(row.rowid ?? null);
  }
  for (const row of rows) writeRow(statement, name, row);
}

type Prepare = (sql: string) => StatementSync;

function preparerOf(database: DatabaseSync): Prepare {
  const prepared = new Map<string, StatementSync>();
  return (sql) => {
    const known = prepared.get(sql) ?? database.prepare(sql);
    prepared.set(sql, known);
    return known;
  };
}

/** Of each table the keys of the rows that came, as `writeRow` gives them. */
type SeenKeys = ReadonlyMap<SyncedTableName, Set<string>>;

/** Gives the row's key as one text. */
function writeRow(statement: Prepare, name: SyncedTableName, row: SyncRow): string {
  const key = keyValues(name, row);
  // A table without a key holds one row.
  if (key.length === 0) statement(deletion(name)).run();
  statement(upsert(name, Object.hasOwn(row, 'raw'))).run(...rowValues(name, row));
  return JSON.stringify(key);
}

/** Deletes the rows of a table whose key is not among these; how many those were. */
function removeAllBut(
  statement: Prepare,
  name: SyncedTableName,
  keys: ReadonlySet<string> = new Set(),
): number {
  const { key } = MIRRORED[name];
  let removed = 0;
  for (const row of statement(`select ${key.join(', ') || '1'} from ${name}`).all()) {
    const values = key.map((column) => String(row[column]));
    if (keys.has(JSON.stringify(values))) continue;
    statement(deletion(name)).run(...values);
    removed += 1;
  }
  return removed;
}

/**
 * The server's row is the whole row, so its nulls overwrite. `raw` is the exception where the row comes
 * without it: what is stored is still right as long as the row did not change.
 */
function upsert(name: SyncedTableName, withRaw: boolean): string {
  const { columns, key } = MIRRORED[name];
  const names = [...Object.keys(columns), 'updated_at'];
  const assignments = names
    .filter((column) => !key.includes(column))
    .map((column) =>
      column === 'raw' && !withRaw
        ? 'raw = case when updated_at = excluded.updated_at then raw end'
        : `${column} = excluded.${column}`,
    );
  const insert = `insert into ${name} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`;
  if (key.length === 0) return insert;
  return `${insert} on conflict (${key.join(', ')}) do update set ${assignments.join(', ')}`;
}

function deletion(name: SyncedTableName): string {
  const { key } = MIRRORED[name];
  if (key.length === 0) return `delete from ${name}`;
  return `delete from ${name} where ${key.map((column) => `${column} = ?`).join(' and ')}`;
}
