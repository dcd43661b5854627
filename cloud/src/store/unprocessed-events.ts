import type { IsoTime, SqliteTime } from '../clock.ts';
import type { RawEventId } from '../ids.ts';
import { DRAIN_ATTEMPTED_ROWS, DRAIN_NEW_ROWS } from '../limits.ts';
import { IS_DRAINED } from './event-state.ts';
import { allRows, runAll, statement } from './statements.ts';

/** An event to enqueue, and how large its body is where that is known. */
export type UnprocessedEvent = { readonly id: RawEventId; readonly payload_bytes: number | null };

/**
 * Takes what is left unprocessed and whose wait is over, oldest first: rows never attempted whatever their age,
 * and a few that failed before, not received before `attemptedSince`, so that neither kind hides the other. Taking
 * a row moves its next attempt to `leaseUntil`, so that two drains at once do not take it twice.
 */
export async function takeUnprocessedEvents(
  db: D1Database,
  times: { readonly now: IsoTime; readonly leaseUntil: IsoTime; readonly attemptedSince: SqliteTime },
): Promise<readonly UnprocessedEvent[]> {
  const { now, leaseUntil, attemptedSince } = times;
  const taken = await runAll<UnprocessedEvent>(db, [
    statement(takeRows('attempts = 0', DRAIN_NEW_ROWS), now, leaseUntil),
    statement(
      takeRows('attempts > 0\n  and received_at >= ?3', DRAIN_ATTEMPTED_ROWS),
      now,
      leaseUntil,
      attemptedSince,
    ),
  ]);
  return taken.flatMap(({ results }) => results).toSorted((a, b) => a.id - b.id);
}

function takeRows(which: string, limit: number): string {
  return `update raw_events set next_attempt_at = ?2
where id in (
  select id
  from raw_events
  where processed_at is null
  and ${which}
  and (next_attempt_at is null or next_attempt_at <= ?1)
  and ${IS_DRAINED}
  order by id
  limit ${limit}
)
returning id, payload_bytes`;
}

export type UnprocessedFilter = {
  readonly event_type?: string | undefined;
  readonly user_id?: string | undefined;
  /** The error, or how it begins. */
  readonly error?: string | undefined;
  readonly limit: number;
};

/** Unprocessed rows, oldest first, whatever their age or error. */
export async function readUnprocessedEvents(
  db: D1Database,
  filter: UnprocessedFilter,
): Promise<readonly UnprocessedEvent[]> {
  return allRows(
    db,
    statement(
      `select id, payload_bytes
from raw_events
where processed_at is null
  and (?1 is null or event_type = ?1)
  and (?2 is null or user_id = ?2 or reference_id = ?2)
  and (?3 is null or substr(process_error, 1, length(?3)) = ?3)
order by id
limit ?4`,
      filter.event_type ?? null,
      filter.user_id ?? null,
      filter.error ?? null,
      filter.limit,
    ),
  );
}
