import type { DatabaseSync } from 'node:sqlite';
import { AmyError } from '../errors.ts';
import { FORM_NUMBER, formNumberOf, readSchemaVersion, SCHEMA, SCHEMA_VERSION } from './schema.ts';

/** One table, index, view or trigger, as SQLite keeps it. */
export type LayoutObject = {
  readonly type: string;
  readonly name: string;
  readonly sql: string;
};

/** All that a schema holds, by name, in the order in which it was made. */
type Layout = ReadonlyMap<string, LayoutObject>;

/** `create view if not exists summary as`: SQLite keeps such a statement from the name on, behind a beginning of its own. */
const BEGINNING = /^create (table|index|view) (?:if not exists )?(\w+)/;

let current: Layout | undefined;

/** The layout of this program. Told by the statements' texts: making it in a database takes as long as reading a file of it. */
export function currentLayout(): Layout {
  current ??= new Map(SCHEMA.map(asKept).map((one) => [one.name, one]));
  return current;
}

function asKept(statement: string): LayoutObject {
  const [beginning = '', type = '', name = ''] = BEGINNING.exec(statement) ?? [];
  return { type, name, sql: `CREATE ${type.toUpperCase()} ${name}${statement.slice(beginning.length)}` };
}

/** What a database holds, the tables of SQLite's own left out. */
export function readLayout(database: DatabaseSync, schema: 'main' | 'previous' = 'main'): Layout {
  const objects = database
    .prepare(
      `select type, name, sql from ${schema}.sqlite_schema
       where sql is not null and name not like 'sqlite\\_%' escape '\\' order by rowid`,
    )
    .all();
  return new Map(
    objects.map(({ type, name, sql }) => [
      String(name),
      { type: String(type), name: String(name), sql: String(sql) },
    ]),
  );
}

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
  const found = readLayout(database);
  return [...currentLayout().values()].every(({ name, sql }) => found.get(name)?.sql === sql);
}

export type LayoutAge = 'current' | 'older' | 'newer' | 'other';

/** How a mirror's layout stands to this program's. Two of one number (`other`) differ only in what is made anew without a loss. */
export function compareLayout(database: DatabaseSync): LayoutAge {
  const version = readSchemaVersion(database);
  if (version === SCHEMA_VERSION) return 'current';
  const number = formNumberOf(version);
  if (number === FORM_NUMBER) return 'other';
  return number > FORM_NUMBER ? 'newer' : 'older';
}

/**
 * Throws `newer_file` where a newer amy made the layout: this one would drop the tables and columns that it does not know, with
 * what no sync brings back. For use before anything is written, in the transaction that would write it.
 */
export function refuseNewerFile(database: DatabaseSync, path: string): void {
  if (compareLayout(database) !== 'newer') return;
  throw new AmyError(
    'newer_file',
    `${path} was made by a newer amy, and was left as it is: update amy, or name another file with --db`,
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
export const EVERY_LAYOUT: Readonly<Record<string, readonly string[]>> = {
  sync_state: ['schema_version', 'server', 'person'],
  source_order: ['rank', 'source'],
  daily_summary: ['source', 'datetime', 'updated_at'],
  activities: ['source', 'start_time', 'updated_at'],
  sleep_sessions: ['source', 'start_time', 'updated_at'],
  biomarkers_raw: ['source', 'draw_date', 'code', 'updated_at'],
};

export function hasColumns(
  database: DatabaseSync,
  table: string,
  wanted: readonly string[],
  schema: 'main' | 'previous' = 'main',
): boolean {
  const columns = database.prepare('select name from pragma_table_info(?, ?)').all(table, schema);
  const found = new Set(columns.map(({ name }) => name));
  return wanted.every((column) => found.has(column));
}

function keyOf(database: DatabaseSync, table: string): readonly string[] {
  return database
    .prepare('select name from pragma_table_info(?) where pk > 0 order by pk')
    .all(table)
    .map(({ name }) => String(name));
}
