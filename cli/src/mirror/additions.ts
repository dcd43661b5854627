import type { DatabaseSync } from 'node:sqlite';
import { currentLayout, EVERY_LAYOUT, type LayoutObject, readLayout } from './layout.ts';

/**
 * What somebody added to a mirror of whatever layout: tables, indexes, views and triggers. Ours are those that the file's own
 * dictionary names, and indexes under a name of today's; a file of before there was a dictionary held nothing under a name
 * that today's layout has not.
 */
export function readAdditions(database: DatabaseSync, schema: 'main' | 'previous'): readonly LayoutObject[] {
  const layout = readLayout(database, schema);
  const named = layout.has('data_dictionary') ? namesOfDictionary(database, schema) : currentLayout();
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
export function nameAside(name: string, isTaken: (name: string) => boolean): string {
  const wanted = `${name}_of_yours`;
  return isTaken(wanted) ? nameAside(wanted, isTaken) : wanted;
}

/** What somebody added and today's layout has no place for, and why. */
export type LeftOut = { readonly name: string; readonly why: string };

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
