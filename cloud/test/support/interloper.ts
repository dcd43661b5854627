import { env } from 'cloudflare:test';

/** An env on whose next guarded commits, so many, somebody else acts first: after the load, before the write. */
export function envWithInterloper(acts: () => Promise<unknown>, base: Env = env, commits = 1): Env {
  let isCommitting = false;
  let left = commits;
  const db = {
    prepare(sql: string) {
      isCommitting ||= sql.startsWith('insert into commit_guard');
      return base.DB.prepare(sql);
    },
    async batch(statements: D1PreparedStatement[]) {
      if (isCommitting && left > 0) {
        left -= 1;
        isCommitting = false;
        await acts();
      }
      return base.DB.batch(statements);
    },
  };
  return { ...base, DB: db as unknown as D1Database };
}
