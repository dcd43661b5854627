import { isoTime, sqliteTime, type UnixMs } from '../clock.ts';
import { DRAIN_LEASE_MS, DRAIN_WINDOW_MS } from '../limits.ts';
import { log } from '../log.ts';
import { writeTrace } from '../store/traces.ts';
import { takeUnprocessedEvents } from '../store/unprocessed-events.ts';
import { sendMessages } from './messages.ts';

/**
 * Re-enqueues what is left unprocessed and whose wait is over, oldest first: rows never attempted whatever
 * their age, and at most 50 of the last day that failed before, so that neither kind hides the other. Taking
 * a row moves its next attempt, so that two drains at once do not take it twice.
 */
export async function drain(env: Env, nowMs: UnixMs): Promise<number> {
  const rows = await takeUnprocessedEvents(env.DB, {
    now: isoTime(nowMs),
    leaseUntil: isoTime(nowMs + DRAIN_LEASE_MS),
    attemptedSince: sqliteTime(nowMs - DRAIN_WINDOW_MS),
  });
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
  await writeTrace(
    env.DB,
    { level: 'info', event: 'drain_enqueued', details: { rows: rows.length } },
    sqliteTime(nowMs),
  );
  return rows.length;
}
