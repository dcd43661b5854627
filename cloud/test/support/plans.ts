import { env } from 'cloudflare:test';
import { asOperator } from './stack.ts';

/** How SQLite runs each statement of an operator's request, one list of steps a statement, those on `tables` alone. */
export async function plansOf(
  path: string,
  init: RequestInit = {},
  tables = /raw_events/,
): Promise<string[][]> {
  const asked: string[] = [];
  const prepare = (sql: string) => {
    asked.push(sql);
    return env.DB.prepare(sql);
  };
  const DB = { prepare, batch: env.DB.batch.bind(env.DB) } as unknown as D1Database;
  const response = await asOperator(path, { ...init, env: { ...env, DB } });
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  const plans = await Promise.all(
    asked
      .filter((sql) => tables.test(sql))
      .map((sql) => {
        const parameters = Math.max(0, ...[...sql.matchAll(/\?(\d+)/g)].map(([, number]) => Number(number)));
        return env.DB.prepare(`explain query plan ${sql}`)
          .bind(...Array.from({ length: parameters }, () => '1'))
          .all<{ detail: string }>();
      }),
  );
  return plans.map(({ results }) => results.map(({ detail }) => detail));
}
