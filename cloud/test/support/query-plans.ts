/**
 * How SQLite runs every statement that the Worker prepares in any test: none may walk a whole table that grows, whatever
 * is stored. Each statement is looked at once in a runtime, after the file of tests that first prepared it.
 */

/** Tables of a bounded number of rows, whoever does whatever: reading all of one costs the same for ever. */
const BOUNDED = new Set([
  // One row a cron, a switch, a sweep; 144 slots a kind; at most UNKNOWN_FIELDS_MAX.
  'cron_runs',
  'operator_switches',
  'sweeps',
  'outcome_counts',
  'rejected_signatures',
  'unknown_fields',
  'commit_guard',
  // What Terra is yet to delete: a row goes once it did.
  'terra_removals',
]);

/** Walks that stop after a row or a page, because they go in the order that is asked for; and one over nothing. */
const CUT_SHORT: readonly RegExp[] = [
  /\bfrom raw_events order by id desc limit 1\b/,
  /\bfrom trace_events indexed by idx_trace_ts\s+where true\s+order by ts desc, id desc\s+limit /,
  /\bfrom raw_events\s+where false\b/,
];

declare global {
  /** Statements that were prepared in this runtime, and whether their plan was looked at. */
  var preparedStatements: Map<string, 'new' | 'looked_at'> | undefined;
}

function preparedSoFar(): Map<string, 'new' | 'looked_at'> {
  globalThis.preparedStatements ??= new Map();
  return globalThis.preparedStatements;
}

/** The Worker numbers its parameters; what does not is a test's own. */
const IS_A_TESTS = /\?(?!\d)/;

export function notePrepared(sql: string): void {
  if (IS_A_TESTS.test(sql)) return;
  const prepared = preparedSoFar();
  if (!prepared.has(sql)) prepared.set(sql, 'new');
}

/** The walks over whole tables in statements that were not looked at yet, each with its statement. */
export async function findTableWalks(db: D1Database): Promise<readonly string[]> {
  const prepared = preparedSoFar();
  const unseen = [...prepared].filter(([, state]) => state === 'new').map(([sql]) => sql);
  for (const sql of unseen) prepared.set(sql, 'looked_at');
  const partial = await namesOf(db, "type = 'index' and replace(sql, char(10), ' ') like '% where %'");
  const tables = await namesOf(db, "type = 'table'");
  const walks: string[] = [];
  for (const sql of unseen.filter((one) => !CUT_SHORT.some((form) => form.test(one)))) {
    for (const step of await planOf(db, sql)) {
      if (isTableWalk(step, tablesByName(sql, tables), partial)) walks.push(`${step}\n${sql}`);
    }
  }
  return walks;
}

async function planOf(db: D1Database, sql: string): Promise<readonly string[]> {
  const parameters = Math.max(0, ...[...sql.matchAll(/\?(\d+)/g)].map(([, number]) => Number(number)));
  const values = Array.from({ length: parameters }, () => '1');
  const explained = db.prepare(`explain query plan ${sql}`).bind(...values);
  const { results } = await explained.all<{ detail: string }>();
  return results.map(({ detail }) => detail);
}

async function namesOf(db: D1Database, which: string): Promise<ReadonlySet<string>> {
  const { results } = await db
    .prepare(`select name from sqlite_schema where ${which}`)
    .all<{ name: string }>();
  return new Set(results.map(({ name }) => name));
}

/** Tables by the names that a statement gives them; names of its own results and of lists are none. */
function tablesByName(sql: string, tables: ReadonlySet<string>): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const others: string[] = [];
  for (const [, table = '', alias = table] of sql.matchAll(NAMED)) {
    const name = NOT_A_NAME.test(alias) ? table : alias;
    if (tables.has(table)) names.set(name, table);
    else others.push(name);
  }
  for (const [, name = ''] of sql.matchAll(/(\w+)(?:\([^)]*\))? as (?:materialized )?\(/g))
    names.delete(name);
  for (const [, name = ''] of sql.matchAll(/\) (?:as )?(\w+)/g)) names.delete(name);
  for (const name of others) names.delete(name);
  return names;
}

const NAMED = /\b(?:from|join|update)\s+(\w+)(?:\s+(?:as\s+)?(\w+))?/g;
const NOT_A_NAME = /^(where|on|order|group|left|join|indexed|not|set|limit|inner|cross|union|using)$/;

/** A walk over a partial index is over the rows that it was made for. */
function isTableWalk(
  step: string,
  tables: ReadonlyMap<string, string>,
  partial: ReadonlySet<string>,
): boolean {
  // Whether there is any row is told by the first.
  if (step.includes(' EXISTS ')) return false;
  const [, name = '', index] = /^SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?/.exec(step) ?? [];
  const table = tables.get(name);
  if (table === undefined || BOUNDED.has(table)) return false;
  return index === undefined || !partial.has(index);
}
