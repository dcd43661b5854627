import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { SyncPage, SyncRow } from '../../../cloud/src/contract/sync.ts';
import type { SyncedTableName } from '../../../cloud/src/contract/tables.ts';
import { AmyError } from '../errors.ts';
import { writeAskedRanges } from './coverage.ts';
import { keyValues, rowReader } from './rows.ts';
import { isMirrored, MIRRORED, MIRRORED_NAMES } from './tables.ts';

type AppliedPage = { readonly received: Readonly<Record<string, number>>; readonly deleted: number };

type PageApplier = {
  /** Writes a page's rows, then its deletions. Pages are given in the order they came. */
  applyPage(page: SyncPage): AppliedPage;
};

/** Applies the pages of one answer. For use inside a transaction. */
export function pageApplier(database: DatabaseSync): PageApplier {
  const writers = new Map(MIRRORED_NAMES.map((name) => [name, rowWriter(database, name)]));
  const statement = preparerOf(database);
  return {
    applyPage({ data, asked }) {
      const received: Record<string, number> = {};
      for (const [name, write] of writers) {
        const rows = data[name];
        if (rows === undefined)
          throw new AmyError('unexpected_answer', `the server left out the table ${name}`);
        for (const row of rows) write(row);
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
  const write = rowWriter(database, name);
  for (const row of rows) write(row);
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

/** Writes rows of a table, each by the one statement that it is prepared for. */
function rowWriter(database: DatabaseSync, name: SyncedTableName): (row: SyncRow) => void {
  const read = rowReader(name);
  const [hasRaw, hasKey] = [Object.hasOwn(MIRRORED[name].columns, 'raw'), MIRRORED[name].key.length > 0];
  const withoutRaw = database.prepare(upsert(name, false));
  const withRaw = hasRaw ? database.prepare(upsert(name, true)) : withoutRaw;
  const clear = database.prepare(deletion(name));
  return (row) => {
    const values = read(row);
    // A table without a key holds one row.
    if (!hasKey) clear.run();
    (hasRaw && Object.hasOwn(row, 'raw') ? withRaw : withoutRaw).run(...values);
  };
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
