import { DatabaseSync } from 'node:sqlite';
import type { Fields } from '../shape.ts';
import { DEVICE_HISTORY_SCHEMA, DEVICE_HISTORY_TABLES } from './device-history.ts';
import { SAMPLES_SCHEMA, SAMPLES_TABLES } from './samples.ts';
import { SOURCE_ORDER_TABLES } from './source-order.ts';
import { MIRRORED, MIRRORED_NAMES } from './tables.ts';

/**
 * What no sync brings. A mirror that is made anew takes it over from the one before, which is attached as `previous`.
 * For use inside the transaction that makes it.
 */

/** Tables that are the person's own, or were filled from elsewhere than a sync. Every one of them is in this list. */
function keptTables(database: DatabaseSync): readonly string[] {
  return [
    ...SOURCE_ORDER_TABLES,
    ...tablesAsToday(database, SAMPLES_TABLES, SAMPLES_SCHEMA),
    ...tablesAsToday(database, DEVICE_HISTORY_TABLES, DEVICE_HISTORY_SCHEMA),
  ];
}

/**
 * Of tables that the archive fills together: all, where in the mirror before they, and their indexes, are today's word for word,
 * else none. The archive fills them anew.
 */
function tablesAsToday(
  database: DatabaseSync,
  tables: readonly string[],
  schema: readonly string[],
): readonly string[] {
  const today = new DatabaseSync(':memory:');
  try {
    for (const one of schema) today.exec(one);
    const wanted = today.prepare('select name, sql from sqlite_schema where sql is not null').all();
    // What somebody added to them, such as an index, makes them no others.
    const found = database.prepare('select 1 from previous.sqlite_schema where name = ?1 and sql = ?2');
    const isFound = ({ name, sql }: Fields) => found.get(String(name), String(sql)) !== undefined;
    return wanted.every(isFound) ? tables : [];
  } finally {
    today.close();
  }
}

/** Forgets what the archive filled. For use inside a transaction. */
export function forgetArchived(database: DatabaseSync): void {
  for (const table of [...SAMPLES_TABLES, ...DEVICE_HISTORY_TABLES]) database.exec(`delete from ${table}`);
}

/** Takes the kept tables over, of a mirror of whatever layout: the columns that both have. */
export function takeOverKept(database: DatabaseSync): void {
  for (const table of keptTables(database)) {
    database.exec(`delete from main.${table}`);
    copyRows(database, table);
  }
  const columns = commonColumns(database, 'sync_state').filter((column) => KEPT_STATE.includes(column));
  for (const column of columns)
    database.exec(`update main.sync_state set ${column} = (select ${column} from previous.sync_state)`);
}

/** Whose data it is, and when it was last found equal to the server. */
const KEPT_STATE: readonly string[] = ['server', 'person', 'last_verify_at'];

/** Copies all rows of a table: the columns that both have, but no generated ones, which nobody can write. */
function copyRows(database: DatabaseSync, table: string): void {
  const columns = commonColumns(database, table).map(quoted).join(', ');
  if (columns === '') return;
  const name = quoted(table);
  database.exec(`insert into main.${name} (${columns}) select ${columns} from previous.${name}`);
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function commonColumns(database: DatabaseSync, table: string): string[] {
  const common = database.prepare(
    `select name from pragma_table_info(?1, 'previous')
     intersect select name from pragma_table_info(?1, 'main')`,
  );
  return common.all(table).map(({ name }) => String(name));
}

/**
 * Takes over what somebody added to a mirror of today's layout: tables, indexes, views and triggers under names of their own.
 * Of tables of modules, such as a search index, only that there was one is known: those are made anew by who made them.
 */
export function takeOverAdditions(database: DatabaseSync): void {
  const added = database
    .prepare(
      `select o.type, o.name, o.sql from previous.sqlite_schema o
       left join main.sqlite_schema n on n.name = o.name
       where n.name is null and o.sql is not null and o.name not like 'sqlite_%'
         and (o.type <> 'table' or o.name in (
           select name from pragma_table_list where schema = 'previous' and type = 'table'))
       order by o.type <> 'table', o.type <> 'view', o.type <> 'index'`,
    )
    .all();
  for (const { type, name, sql } of added) {
    database.exec(String(sql));
    if (type === 'table') copyRows(database, String(name));
  }
}

/** Takes `raw` over of rows that did not change since: a sync leaves it out. */
export function takeOverRaw(database: DatabaseSync): void {
  for (const name of MIRRORED_NAMES.filter((one) => Object.hasOwn(MIRRORED[one].columns, 'raw'))) {
    database.exec(
      `update main.${name} as n set raw = o.raw from previous.${name} o
       where o.raw is not null and n.raw is null and o.updated_at = n.updated_at and ${sameKey(name)}`,
    );
  }
}

/** How many rows the mirror before had that this one has not. */
export function countRemoved(database: DatabaseSync): number {
  return MIRRORED_NAMES.reduce((sum, name) => {
    const row = database
      .prepare(
        `select count(*) as gone from previous.${name} o
         where not exists (select 1 from main.${name} n where ${sameKey(name)})`,
      )
      .get();
    return sum + Number(row?.gone);
  }, 0);
}

/** A table without a key holds one row. */
function sameKey(name: (typeof MIRRORED_NAMES)[number]): string {
  return MIRRORED[name].key.map((column) => `n.${column} = o.${column}`).join(' and ') || 'true';
}
