import { jsonParameters } from './json-parameter.ts';

/** A statement that is not yet bound to a database: SQL, its parameters, and their size for the limits. */
export type Statement = {
  readonly sql: string;
  readonly parameters: readonly (string | number | null)[];
  readonly bytes: number;
};

/** A statement with plain parameters. */
export function statement(sql: string, ...parameters: readonly (string | number | null)[]): Statement {
  const bytes = parameters.reduce<number>(
    (total, value) => total + (typeof value === 'string' ? value.length : 8),
    sql.length,
  );
  return { sql, parameters, bytes };
}

/**
 * One statement per parameter's worth of rows, none for no rows. `?1` is the JSON array of rows; further
 * parameters follow it.
 */
export function statementsForRows(
  sql: string,
  rows: Iterable<unknown>,
  ...rest: readonly (string | number | null)[]
): readonly Statement[] {
  return jsonParameters(rows).map(({ text, bytes }) => ({
    sql,
    parameters: [text, ...rest],
    bytes: bytes + sql.length,
  }));
}

/** Binds statements for `db.batch`, which runs them in one transaction and one round trip. */
export function bindAll(db: D1Database, statements: readonly Statement[]): D1PreparedStatement[] {
  return statements.map(({ sql, parameters }) => db.prepare(sql).bind(...parameters));
}
