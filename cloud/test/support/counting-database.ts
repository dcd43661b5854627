/** What a stretch of work cost the database. */
export type DatabaseCost = {
  /** Calls that crossed the network: a batch is one. */
  roundTrips: number;
  statements: number;
  rowsRead: number;
  rowsWritten: number;
  /** The largest single parameter and the largest batch, in UTF-8 bytes of their texts. */
  largestParameter: number;
  largestBatch: number;
  largestParameterCount: number;
};

/**
 * A D1 database that does the real work and counts it. What production refuses and the local runtime does
 * not (bound parameters over 100, values over 2 MB, statements over 100 KB) is refused here.
 */
export function countingDatabase(db: D1Database): { db: D1Database; cost: DatabaseCost; reset: () => void } {
  const zero = (): DatabaseCost => ({
    roundTrips: 0,
    statements: 0,
    rowsRead: 0,
    rowsWritten: 0,
    largestParameter: 0,
    largestBatch: 0,
    largestParameterCount: 0,
  });
  const cost = zero();
  const sizes = new WeakMap<D1PreparedStatement, number>();
  const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
  const count = (results: readonly D1Result[], bytes: number) => {
    cost.roundTrips += 1;
    cost.statements += results.length;
    cost.largestBatch = Math.max(cost.largestBatch, bytes);
    for (const { meta } of results) {
      cost.rowsRead += meta.rows_read ?? 0;
      cost.rowsWritten += meta.rows_written ?? 0;
    }
  };
  const wrap = (original: D1PreparedStatement, sql: string, bytes: number): D1PreparedStatement => {
    const wrapped = {
      bind: (...values: unknown[]) => {
        const lengths = values.map((value) =>
          typeof value === 'string' ? new TextEncoder().encode(value).byteLength : 8,
        );
        const largest = Math.max(0, ...lengths);
        cost.largestParameter = Math.max(cost.largestParameter, largest);
        cost.largestParameterCount = Math.max(cost.largestParameterCount, values.length);
        if (values.length > 100) throw new Error(`${values.length} bound parameters; D1 takes 100`);
        if (largest > 2_000_000) throw new Error(`a parameter of ${largest} bytes; D1 takes 2,000,000`);
        return wrap(
          original.bind(...values),
          sql,
          lengths.reduce((a, b) => a + b, 0),
        );
      },
      all: async () => {
        const result = await original.all();
        count([result], bytes);
        return result;
      },
      run: async () => {
        const result = await original.run();
        count([result], bytes);
        return result;
      },
      first: async (column?: string) => {
        const result = await original.all<Record<string, unknown>>();
        count([result], bytes);
        const row = result.results[0] ?? null;
        return column === undefined || row === null ? row : (row[column] ?? null);
      },
    } as unknown as D1PreparedStatement;
    sizes.set(wrapped, bytes);
    originals.set(wrapped, original);
    return wrapped;
  };
  const counted = {
    prepare: (sql: string) => {
      if (sql.length > 100_000) throw new Error(`a statement of ${sql.length} bytes; D1 takes 100,000`);
      return wrap(db.prepare(sql), sql, 0);
    },
    batch: async (statements: D1PreparedStatement[]) => {
      const bytes = statements.reduce((total, one) => total + (sizes.get(one) ?? 0), 0);
      const results = await db.batch(statements.map((one) => originals.get(one) ?? one));
      count(results, bytes);
      return results;
    },
  } as unknown as D1Database;
  return { db: counted, cost, reset: () => void Object.assign(cost, zero()) };
}
