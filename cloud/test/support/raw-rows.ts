import { env } from 'cloudflare:test';

/** Columns of a row of raw_events that a test sets itself; the rest is as a delivery leaves it. */
export type RawColumns = Readonly<Record<string, string | number | null>>;

/** Inserts rows of raw_events; answers their ids, in order. */
export async function insertRaw(...rows: readonly RawColumns[]): Promise<number[]> {
  const answers = await env.DB.batch<{ id: number }>(
    rows.map((row) => {
      const whole: RawColumns = {
        event_type: 'daily',
        terra_user_id: '',
        payload: '{}',
        payload_bytes: 2,
        signature_verified: 1,
        dedup_key: crypto.randomUUID(),
        ...row,
      };
      const columns = Object.keys(whole);
      return env.DB.prepare(
        `insert into raw_events(${columns.join()}) values (${columns.map(() => '?').join()}) returning id`,
      ).bind(...Object.values(whole));
    }),
  );
  return answers.flatMap(({ results }) => results.map(({ id }) => id));
}

/** So many rows that are alike. */
export async function insertAlike(count: number, row: RawColumns): Promise<number[]> {
  return insertRaw(...Array.from({ length: count }, () => row));
}

/** Nothing is left to drain: a test that counts what is drained starts here. */
export async function forgetRawEvents(): Promise<void> {
  await env.DB.prepare('delete from raw_events').run();
}
