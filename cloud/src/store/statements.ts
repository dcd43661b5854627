import { migrated } from './migrated.ts';

/**
 * One rule for the names of this folder, which holds all SQL: what ends in `Statement` or `Statements` makes SQL
 * and touches no database; it begins with a verb where it changes rows, `store` of rows that it has. What begins
 * with `read` or `write` runs against the database. A function whose effect depends on what is there runs against
 * it too, and has the verb of that effect: `claimKey`, `redeemDeviceLogin`, `revokeSession`.
 */

export type Value = string | number | null;

/** A statement that is not yet bound to a database: SQL, its parameters, and their size for the limits. */
export type Statement = {
  readonly sql: string;
  readonly parameters: readonly Value[];
  readonly bytes: number;
};

/** A statement with plain parameters. */
export function statement(sql: string, ...parameters: readonly Value[]): Statement {
  const bytes = parameters.reduce<number>(
    (total, value) => total + (typeof value === 'string' ? value.length : 8),
    sql.length,
  );
  return { sql, parameters, bytes };
}

/** The first row of an answer; null where there is none. */
export async function firstRow<Row>(db: D1Database, one: Statement): Promise<Row | null> {
  return migrated(bind(db, one).first<Row>());
}

/** Every row of an answer. */
export async function allRows<Row>(db: D1Database, one: Statement): Promise<readonly Row[]> {
  return (await migrated(bind(db, one).all<Row>())).results;
}

/** Runs a statement; answers how many rows it changed. */
export async function changedRows(db: D1Database, one: Statement): Promise<number> {
  return (await migrated(bind(db, one).run())).meta.changes;
}

/** Runs statements in one transaction and one round trip. */
export async function runAll<Row = Record<string, unknown>>(
  db: D1Database,
  statements: readonly Statement[],
): Promise<readonly D1Result<Row>[]> {
  return migrated(db.batch<Row>(statements.map((one) => bind(db, one))));
}

function bind(db: D1Database, { sql, parameters }: Statement): D1PreparedStatement {
  return db.prepare(sql).bind(...parameters);
}
