import { env } from 'cloudflare:test';

/** An env on whose next guarded commit somebody else acts first: after the load, before the write. */
export function envWithInterloper(acts: () => Promise<unknown>, base: Env = env): Env {
  let isCommitting = false;
  let hasActed = false;
  const db = {
    prepare(sql: string) {
      isCommitting ||= sql.startsWith('insert into commit_guard');
      return base.DB.prepare(sql);
    },
    async batch(statements: D1PreparedStatement[]) {
      if (isCommitting && !hasActed) {
        hasActed = true;
        await acts();
      }
      return base.DB.batch(statements);
    },
  };
  return { ...base, DB: db as unknown as D1Database };
}
