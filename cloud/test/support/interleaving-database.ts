/**
 * A D1 database that lets something else happen between an attempt's look and its commit: `meanwhile` runs
 * once, just before the next commit reaches the database. `commits` counts the tries, `lost` those rolled back.
 */
export function interleavingDatabase(
  db: D1Database,
  meanwhile: () => Promise<unknown>,
): { db: D1Database; counts: { commits: number; lost: number } } {
  const counts = { commits: 0, lost: 0 };
  const guards = new WeakSet<D1PreparedStatement>();
  let isDone = false;
  const interleaved = {
    prepare: (sql: string) => {
      const statement = db.prepare(sql);
      if (!sql.startsWith('insert into commit_guard')) return statement;
      return {
        bind: (...values: unknown[]) => {
          const bound = statement.bind(...values);
          guards.add(bound);
          return bound;
        },
      };
    },
    batch: async (statements: D1PreparedStatement[]) => {
      const isCommit = statements.some((statement) => guards.has(statement));
      if (isCommit && !isDone) {
        isDone = true;
        await meanwhile();
      }
      if (isCommit) counts.commits += 1;
      try {
        return await db.batch(statements);
      } catch (error) {
        if (isCommit) counts.lost += 1;
        throw error;
      }
    },
  };
  return { db: interleaved as unknown as D1Database, counts };
}
