import { DatabaseSync } from 'node:sqlite';
import { readSchemaVersion, SCHEMA, SCHEMA_VERSION } from './schema.ts';

/** Names and texts of all that a schema holds, as SQLite keeps them. */
type Layout = ReadonlyMap<string, string>;

let current: Layout | undefined;

/**
 * Whether a file that bears our mark has all that a mirror has, for whoever writes a number into a file writes a mark
 * as well. One of the current layout has every table, view and index of it, word for word; one of another layout the
 * tables and columns that every layout has. What somebody added to their own mirror is no fault.
 */
export function isWholeMirror(database: DatabaseSync): boolean {
  const hasEveryTable = Object.entries(EVERY_LAYOUT).every(([table, columns]) =>
    hasColumns(database, table, columns),
  );
  if (!hasEveryTable) return false;
  if (readSchemaVersion(database) !== SCHEMA_VERSION) return true;
  const found = layoutOf(database);
  current ??= onCurrent(layoutOf);
  return [...current].every(([name, sql]) => found.get(name) === sql);
}

export type LayoutAge = 'current' | 'older' | 'newer' | 'other';

/**
 * How a mirror's layout stands to this program's, by the columns of the tables that every layout has: one that lacks some is
 * older, one that only has others beside ours is newer. Layouts that differ elsewhere have no order.
 */
export function compareLayout(database: DatabaseSync): LayoutAge {
  if (readSchemaVersion(database) === SCHEMA_VERSION) return 'current';
  const ours = columnsOfCurrent();
  const tables = Object.keys(EVERY_LAYOUT).map((table) => ({
    here: ours.get(table) ?? new Set<string>(),
    there: columnsOf(database, table),
  }));
  if (tables.some(({ here, there }) => !here.isSubsetOf(there))) return 'older';
  return tables.some(({ here, there }) => !there.isSubsetOf(here)) ? 'newer' : 'other';
}

function columnsOfCurrent(): ReadonlyMap<string, ReadonlySet<string>> {
  return onCurrent(
    (database) => new Map(Object.keys(EVERY_LAYOUT).map((table) => [table, columnsOf(database, table)])),
  );
}

/** Whether an unmarked file is of the earlier CLI: it kept days by source and date, as the server does. */
export function isEarlierLayout(database: DatabaseSync): boolean {
  return (
    hasColumns(database, 'daily_summary', ['source', 'datetime', 'steps']) &&
    keyOf(database, 'daily_summary').join() === 'source,datetime'
  );
}

/** What every layout of ours has had. */
const EVERY_LAYOUT: Readonly<Record<string, readonly string[]>> = {
  sync_state: ['schema_version', 'server', 'person'],
  source_order: ['rank', 'source'],
  daily_summary: ['source', 'datetime', 'updated_at'],
  activities: ['source', 'start_time', 'updated_at'],
  sleep_sessions: ['source', 'start_time', 'updated_at'],
  biomarkers_raw: ['source', 'draw_date', 'code', 'updated_at'],
};

function hasColumns(database: DatabaseSync, table: string, wanted: readonly string[]): boolean {
  const found = columnsOf(database, table);
  return wanted.every((column) => found.has(column));
}

function columnsOf(database: DatabaseSync, table: string): ReadonlySet<string> {
  const columns = database.prepare('select name from pragma_table_info(?)').all(table);
  return new Set(columns.map(({ name }) => String(name)));
}

function keyOf(database: DatabaseSync, table: string): readonly string[] {
  return database
    .prepare('select name from pragma_table_info(?) where pk > 0 order by pk')
    .all(table)
    .map(({ name }) => String(name));
}

function layoutOf(database: DatabaseSync): Layout {
  const objects = database.prepare('select name, sql from sqlite_schema where sql is not null').all();
  return new Map(objects.map(({ name, sql }) => [String(name), String(sql)]));
}

/** What is read of a file as this program makes it. */
function onCurrent<Read>(read: (database: DatabaseSync) => Read): Read {
  const database = new DatabaseSync(':memory:');
  try {
    for (const statement of SCHEMA) database.exec(statement);
    return read(database);
  } finally {
    database.close();
  }
}
