import type { DatabaseSync } from 'node:sqlite';
import { DICTIONARY_COLUMNS } from './dictionary/table.ts';
import { currentLayout, EVERY_LAYOUT, hasColumns, type LayoutObject, readLayout } from './layout.ts';
import { quoted } from './own-table.ts';

/** What amy's files held before there was a dictionary in them: tables with some of their columns, and views. */
const BEFORE_DICTIONARY: Readonly<Record<string, readonly string[]>> = {
  ...EVERY_LAYOUT,
  lab_uploads: ['id', 'uploaded_at'],
  profiles: ['data', 'updated_at'],
  population: ['metric', 'percentile', 'value'],
  biomarkers_wide: [],
  summary: [],
  summary_composites: [],
};

/**
 * What somebody added to a mirror of whatever layout: tables, indexes, views and triggers. Ours are those that the file's own
 * dictionary names, of a file of before there was a dictionary those that such a file held, and indexes under a name of today's.
 */
export function readAdditions(database: DatabaseSync, schema: 'main' | 'previous'): readonly LayoutObject[] {
  const layout = readLayout(database, schema);
  const has = (table: string, wanted: readonly string[]) => hasColumns(database, table, wanted, schema);
  const named = has('data_dictionary', Object.keys(DICTIONARY_COLUMNS))
    ? namesOfDictionary(database, schema)
    : new Set(Object.keys(BEFORE_DICTIONARY).filter((name) => has(name, BEFORE_DICTIONARY[name] ?? [])));
  const isOurs = ({ type, name }: LayoutObject) =>
    type === 'index'
      ? currentLayout().get(name)?.type === type
      : named.has(name) || Object.hasOwn(EVERY_LAYOUT, name);
  return [...layout.values()].filter((one) => !isOurs(one));
}

function namesOfDictionary(database: DatabaseSync, schema: string): ReadonlySet<string> {
  const names = database.prepare(`select distinct table_name from ${schema}.data_dictionary`).all();
  return new Set(names.map(({ table_name }) => String(table_name)));
}

/** Under this name somebody's own table goes on where an update of amy has one of its name. */
function nameAside(name: string, isTaken: (name: string) => boolean): string {
  const wanted = `${name}_of_yours`;
  return isTaken(wanted) ? nameAside(wanted, isTaken) : wanted;
}

/** What somebody added and today's layout has no place for, and why. */
export type LeftOut = { readonly name: string; readonly why: string };

/**
 * Lets something that has a name of today's layout go on under another: a table by `moveTable`, a view made anew. An index of such
 * a name holds no rows and nobody reads it: it goes.
 */
export function moveAside(
  database: DatabaseSync,
  { type, name, sql }: LayoutObject,
  isTaken: (name: string) => boolean,
  moveTable: (aside: string) => void,
): LeftOut {
  if (type !== 'table' && type !== 'view') return { name, why: 'amy has something of its name now' };
  const aside = nameAside(name, isTaken);
  const moved = { name, why: `amy has something of its name now; yours is ${aside}` };
  if (type === 'table') {
    moveTable(aside);
    return moved;
  }
  const why = whyNotMade(
    database,
    sql.replace(VIEW_NAME, () => `CREATE VIEW ${quoted(aside)}`),
  );
  return why === null ? moved : { name, why };
}

/** How SQLite keeps a view: `CREATE VIEW "coverage" as select 1`. */
const VIEW_NAME =
  /^CREATE VIEW (?:"(?:[^"]|"")*"|'(?:[^']|'')*'|`(?:[^`]|``)*`|\[[^\]]*\]|[\w$\u0080-\uffff]+)/;

/**
 * Makes what does not stand there of what somebody added, in the order in which it was made: of a table `fill` is called before its
 * triggers are there.
 */
export function remakeAdditions(
  database: DatabaseSync,
  additions: readonly LayoutObject[],
  fill: (table: string) => void = () => {},
): readonly LeftOut[] {
  return additions.flatMap(({ type, name, sql }) => {
    if (readLayout(database).has(name)) return [];
    const why = whyNotMade(database, sql);
    if (why !== null) return [{ name, why }];
    if (type === 'table') fill(name);
    return [];
  });
}

/** Null where it is made; else what SQLite says of a column or a table that is no more. */
function whyNotMade(database: DatabaseSync, sql: string): string | null {
  try {
    database.exec(sql);
    return null;
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}
