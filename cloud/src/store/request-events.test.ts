import { env } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { countingDatabase } from '../../test/support/counting-database.ts';
import { forgetRawEvents, insertRaw } from '../../test/support/raw-rows.ts';
import { sqliteTime } from '../clock.ts';
import { timedId } from '../ids.ts';
import { readEventsOfRequest } from './request-events.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);

beforeEach(forgetRawEvents);

describe('the events of a request', () => {
  const trace = (request: string, event: number | null) =>
    env.DB.prepare(
      "insert into trace_events(ts, level, event, request_id, raw_event_id) values (?, 'info', 'tested', ?, ?)",
    ).bind(sqliteTime(NOW_MS), request, event);

  it('are those that it stored and those that were traced under its id', async () => {
    const [id, other] = [timedId(NOW_MS), timedId(NOW_MS)];
    const received_at = sqliteTime(NOW_MS);
    const ids = await insertRaw(
      { request_id: id, received_at },
      { request_id: other, received_at },
      { received_at },
      { received_at },
    );
    const [stored = 0, , traced = 0, foreign = 0] = ids;
    await env.DB.batch([trace(id, traced), trace(id, stored), trace(id, null), trace(other, foreign)]);
    expect((await readEventsOfRequest(env.DB, id)).toSorted((a, b) => a - b)).toEqual([stored, traced]);
    expect(await readEventsOfRequest(env.DB, 'no time')).toEqual([]);
  });

  it('are looked for among those of its time alone', async () => {
    const ROWS = 12_000;
    // One event a second.
    await env.DB.prepare(
      `insert into raw_events(received_at, event_type, payload, signature_verified, dedup_key)
with recursive n(n) as (select 0 union all select n + 1 from n where n < ?1 - 1)
select strftime('%Y-%m-%d %H:%M:%f', ?2 + n, 'unixepoch'), 'daily', '', 1, n
from n`,
    )
      .bind(ROWS, NOW_MS / 1_000)
      .run();
    for (const second of [0, ROWS - 1]) {
      const { db, cost } = countingDatabase(env.DB);
      await readEventsOfRequest(db, timedId(NOW_MS + second * 1_000));
      expect(cost.rowsRead, `second ${second}`).toBeLessThan(ROWS / 2);
    }
  });
});
