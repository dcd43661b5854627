import { isoTime, sqliteTime } from '../clock.ts';
import { DRAIN_ATTEMPTED_ROWS, DRAIN_LEASE_MS, DRAIN_NEW_ROWS, DRAIN_WINDOW_MS } from '../limits.ts';
import { log } from '../log.ts';
import { bindAll, statement } from '../store/statements.ts';
import { writeTraces } from '../store/traces.ts';
import { sendMessages } from './messages.ts';

/** Rows that only an operator or the thing they wait for can move. */
const NOT_DRAINED = `(
    process_error is null
    or (
      process_error not in (
        'no_connection_for_terra_user',
        'payload_url_expired',
        'payload_url_refused',
        'owner_conflict'
      )
      and substr(process_error, 1, 16) <> 'payload_invalid:'
      and substr(process_error, 1, 8) <> 'skipped:'
    )
  )`;

/**
 * Re-enqueues what is left unprocessed and whose wait is over, oldest first: rows never attempted whatever
 * their age, and at most 50 of the last day that failed before, so that neither kind hides the other. Taking
 * a row moves its next attempt, so that two drains at once do not take it twice.
 */
export async function drain(env: Env, nowMs: number): Promise<number> {
  const now = isoTime(nowMs);
  const lease = isoTime(nowMs + DRAIN_LEASE_MS);
  const [fresh, attempted] = await env.DB.batch<{ id: number; payload_bytes: number | null }>(
    bindAll(env.DB, [
      statement(takeRows('attempts = 0', DRAIN_NEW_ROWS), now, lease),
      statement(
        takeRows('attempts > 0\n  and received_at >= ?3', DRAIN_ATTEMPTED_ROWS),
        now,
        lease,
        sqliteTime(nowMs - DRAIN_WINDOW_MS),
      ),
    ]),
  );
  const rows = [...(fresh?.results ?? []), ...(attempted?.results ?? [])].toSorted((a, b) => a.id - b.id);
  if (rows.length === 0) {
    log('info', 'drain', { message: 'cron(5m): nothing to drain' });
    return 0;
  }
  await sendMessages(
    env.TERRA_EVENTS,
    rows.map(({ id, payload_bytes }) => ({
      rawEventId: id,
      ...(payload_bytes === null ? {} : { bytes: payload_bytes }),
    })),
  );
  log('info', 'drain_enqueued', { rows: rows.length });
  await env.DB.batch(
    bindAll(
      env.DB,
      writeTraces(
        [{ level: 'info', event: 'drain_enqueued', details: { rows: rows.length } }],
        sqliteTime(nowMs),
      ),
    ),
  );
  return rows.length;
}

function takeRows(which: string, limit: number): string {
  return `update raw_events set next_attempt_at = ?2
where id in (
  select id
  from raw_events
  where processed_at is null
  and ${which}
  and (next_attempt_at is null or next_attempt_at <= ?1)
  and ${NOT_DRAINED}
  order by id
  limit ${limit}
)
returning id, payload_bytes`;
}
