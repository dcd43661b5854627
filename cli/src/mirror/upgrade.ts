import type { DatabaseSync } from 'node:sqlite';
import { type LeftOut, moveAside, readAdditions, remakeAdditions } from './additions.ts';
import { DEVICE_HISTORY_TABLES } from './device-history.ts';
import { copyRows } from './kept.ts';
import { currentLayout, type LayoutObject, readLayout } from './layout.ts';
import { quoted } from './own-table.ts';
import { SAMPLES_TABLES } from './samples.ts';
import { fillMadeTables, MADE_TABLES, SCHEMA_VERSION } from './schema.ts';
import { SOURCE_ORDER_TABLES } from './source-order.ts';
import { MIRRORED_NAMES } from './tables.ts';

/** Those that are filled together: of one in another form than today's all are emptied, and filled anew by the archive. */
const FILLED_TOGETHER: readonly (readonly string[])[] = [SAMPLES_TABLES, DEVICE_HISTORY_TABLES];

/** A few rows that nothing brings back. They are written again where their table gets another form: the columns that both have. */
const CARRIED: readonly string[] = ['sync_state', ...SOURCE_ORDER_TABLES];

/** Before the transaction of `upgradeLayout`, in which SQLite would leave these as they are. */
export function setUpForUpgrade(database: DatabaseSync): void {
  // A table that somebody's own refers to could not be made anew.
  database.exec('pragma foreign_keys = off');
  // A view of somebody's own that reads what is no more would keep every table from another name.
  database.exec('pragma legacy_alter_table = on');
}

/**
 * Gives a mirror of another layout the current one and leaves its rows where they are, so that nothing has to be fetched anew.
 * What somebody added stays; what of it cannot is told. Null, and nothing changed, where the server's tables themselves have
 * another form: then what the rows lack is on the server alone. For use inside a transaction, after `setUpForUpgrade`.
 */
export function upgradeLayout(database: DatabaseSync): readonly LeftOut[] | null {
  const found = readLayout(database);
  const isAsToday = (name: string) => found.get(name)?.sql === currentLayout().get(name)?.sql;
  if (!MIRRORED_NAMES.every(isAsToday)) return null;
  const additions = readAdditions(database, 'main');
  const leftOut = makeRoom(database, found, additions);
  const emptied = new Set([
    ...MADE_TABLES,
    ...FILLED_TOGETHER.filter((tables) => !tables.every(isAsToday)).flat(),
  ]);
  const stays = (name: string) => isAsToday(name) && !emptied.has(name);
  const added = new Set(additions.map(({ name }) => name));
  const isCarried = (table: string) => found.has(table) && !added.has(table) && !isAsToday(table);
  for (const table of CARRIED.filter(isCarried)) remakeTable(database, table);
  for (const { type, name } of found.values()) {
    if (!added.has(name) && !stays(name) && !CARRIED.includes(name))
      database.exec(`drop ${type} if exists ${quoted(name)}`);
  }
  const left = readLayout(database);
  for (const { name, sql } of currentLayout().values()) if (!left.has(name)) database.exec(sql);
  fillMadeTables(database);
  database.prepare('update sync_state set schema_version = ?').run(SCHEMA_VERSION);
  const isInTheWay = ({ name }: LayoutObject) => currentLayout().has(name);
  return [
    ...leftOut,
    ...remakeAdditions(
      database,
      additions.filter((one) => !isInTheWay(one)),
    ),
  ];
}

/** A table or view of somebody's own that has a name of today's layout goes on under another. */
function makeRoom(
  database: DatabaseSync,
  found: ReadonlyMap<string, LayoutObject>,
  additions: readonly LayoutObject[],
): readonly LeftOut[] {
  const isTaken = (name: string) => found.has(name) || currentLayout().has(name);
  return additions
    .filter(({ name }) => currentLayout().has(name))
    .map((one) => {
      const name = quoted(one.name);
      if (one.type !== 'table') database.exec(`drop ${one.type} ${name}`);
      return moveAside(database, one, isTaken, (aside) =>
        database.exec(`alter table ${name} rename to ${quoted(aside)}`),
      );
    });
}

function remakeTable(database: DatabaseSync, table: string): void {
  database.exec(`create temp table carried as select * from main.${table}`);
  database.exec(`drop table main.${table}`);
  database.exec(currentLayout().get(table)?.sql ?? '');
  copyRows(database, { schema: 'temp', table: 'carried' }, table);
  database.exec('drop table temp.carried');
}
