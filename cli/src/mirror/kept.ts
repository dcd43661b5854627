import type { DatabaseSync } from 'node:sqlite';
import { COPIED_ROWS_AT_ONCE } from '../limits.ts';
import { letInterrupt } from '../under-way.ts';
import { type LeftOut, moveAside, readAdditions, remakeAdditions } from './additions.ts';
import { DEVICE_HISTORY_TABLES } from './device-history.ts';
import { currentLayout, readLayout } from './layout.ts';
import { quoted } from './own-table.ts';
import { SAMPLES_TABLES } from './samples.ts';
import { SOURCE_ORDER_TABLES } from './source-order.ts';
import { MIRRORED, MIRRORED_NAMES } from './tables.ts';

/**
 * What no sync brings. A mirror that is made anew takes it over from the one before, which is attached as `previous`.
 * For use inside the transaction that makes it.
 */

/** Tables that are the person's own, or were filled from elsewhere than a sync. Every one of them is in this list. */
function keptTables(database: DatabaseSync): readonly string[] {
  const added = new Set(readAdditions(database, 'previous').map(({ name }) => name));
  const found = new Map([...readLayout(database, 'previous')].filter(([name]) => !added.has(name)));
  // Of tables that the archive fills together all, or none where one of them had another form: the archive fills them anew.
  const asToday = (tables: readonly string[]) =>
    tables.every((name) => found.get(name)?.sql === currentLayout().get(name)?.sql) ? tables : [];
  return [
    ...SOURCE_ORDER_TABLES.filter((name) => found.has(name)),
    ...asToday(SAMPLES_TABLES),
    ...asToday(DEVICE_HISTORY_TABLES),
  ];
}

/** Forgets what the archive filled. For use inside a transaction. */
export function forgetArchived(database: DatabaseSync): void {
  for (const table of [...SAMPLES_TABLES, ...DEVICE_HISTORY_TABLES]) database.exec(`delete from ${table}`);
}

/** Takes the kept tables over, of a mirror of whatever layout: the columns that both have. */
export async function takeOverKept(database: DatabaseSync): Promise<void> {
  for (const table of keptTables(database)) {
    database.exec(`delete from main.${table}`);
    if (BY_METRIC_AND_TIME.includes(table)) await copyByMetricAndTime(database, table);
    else copyRows(database, { schema: 'previous', table }, table);
    await letInterrupt();
  }
  const columns = commonColumns(database, { schema: 'previous', table: 'sync_state' }, 'sync_state');
  for (const column of columns.filter((one) => KEPT_STATE.includes(one)))
    database.exec(`update main.sync_state set ${column} = (select ${column} from previous.sync_state)`);
}

/** Whose data it is, and when it was last found equal to the server. */
const KEPT_STATE: readonly string[] = ['server', 'person', 'last_verify_at'];

/** Millions of rows, in the order of their key. */
const BY_METRIC_AND_TIME: readonly string[] = ['samples', 'samples_beneath'];

/** Copies a table piece by piece: one statement of millions of rows would leave Ctrl-C without a turn for seconds. */
async function copyByMetricAndTime(database: DatabaseSync, table: string): Promise<void> {
  const columns = commonColumns(database, { schema: 'previous', table }, table).join(', ');
  const nextMetric = database.prepare(`select min(metric) as metric from previous.${table} where metric > ?`);
  const endOfPiece = database.prepare(
    `select time from previous.${table} where metric = ? and time > ? order by time limit 1 offset ${COPIED_ROWS_AT_ONCE}`,
  );
  const copy = database.prepare(
    `insert into main.${table} (${columns})
     select ${columns} from previous.${table} where metric = ?1 and time > ?2 and (?3 is null or time <= ?3)`,
  );
  let metric = nextMetric.get('')?.metric ?? null;
  while (typeof metric === 'string') {
    let from = '';
    for (;;) {
      const end = endOfPiece.get(metric, from)?.time;
      const to = typeof end === 'string' ? end : null;
      copy.run(metric, from, to);
      await letInterrupt();
      if (to === null) break;
      from = to;
    }
    metric = nextMetric.get(metric)?.metric ?? null;
  }
}

type Source = { readonly schema: 'previous' | 'temp'; readonly table: string };

/** Copies all rows of a table: the columns that both have, but no generated ones, which nobody can write. */
export function copyRows(database: DatabaseSync, from: Source, table: string): void {
  const columns = commonColumns(database, from, table).map(quoted).join(', ');
  if (columns === '') return;
  database.exec(
    `insert into main.${quoted(table)} (${columns}) select ${columns} from ${from.schema}.${quoted(from.table)}`,
  );
}

function commonColumns(database: DatabaseSync, from: Source, table: string): string[] {
  const common = database.prepare(
    `select name from pragma_table_info(?, ?) intersect select name from pragma_table_info(?, 'main')`,
  );
  return common.all(from.table, from.schema, table).map(({ name }) => String(name));
}

/**
 * Takes over what somebody added to a mirror of whatever layout: tables, indexes, views and triggers under names of their own.
 * Of tables of modules, such as a search index, only that there was one is known: those are made anew by who made them.
 */
export function takeOverAdditions(database: DatabaseSync): readonly LeftOut[] {
  const plain = namesOfPlainTables(database);
  const added = readAdditions(database, 'previous').filter(
    ({ type, name }) => type !== 'table' || plain.has(name),
  );
  const inTheWay = added.filter(({ name }) => currentLayout().has(name));
  const before = readLayout(database, 'previous');
  const isTaken = (name: string) => before.has(name) || currentLayout().has(name);
  const moved = inTheWay.map((one) =>
    moveAside(database, one, isTaken, (aside) =>
      database.exec(`create table main.${quoted(aside)} as select * from previous.${quoted(one.name)}`),
    ),
  );
  const others = added.filter((one) => !inTheWay.includes(one));
  const fill = (table: string) => copyRows(database, { schema: 'previous', table }, table);
  return [...moved, ...remakeAdditions(database, others, fill)];
}

function namesOfPlainTables(database: DatabaseSync): ReadonlySet<string> {
  const rows = database.prepare(
    `select name from pragma_table_list where schema = 'previous' and type = 'table'`,
  );
  return new Set(rows.all().map(({ name }) => String(name)));
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
