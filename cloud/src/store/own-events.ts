import type { SqliteTime, UnixMs } from '../clock.ts';
import type { RawEventId, UserId } from '../ids.ts';
import { allRows, statement } from './statements.ts';

/** An event as its person sees it in a list. */
export type OwnEventRow = {
  readonly id: RawEventId;
  readonly event_type: string;
  readonly provider: string | null;
  readonly received_at: SqliteTime;
  readonly order_ms: UnixMs | null;
  readonly payload_bytes: number | null;
  readonly dedup_key: string;
  readonly processed_at: SqliteTime | null;
  readonly process_error: string | null;
};

/**
 * A person's events below an id, the newest first: the index of their events is in this order. Of a ping whose link was followed the size
 * that is kept is of what it led to, so it has none here.
 */
export function readOwnEvents(
  db: D1Database,
  userId: UserId,
  below: number,
  limit: number,
): Promise<readonly OwnEventRow[]> {
  return allRows<OwnEventRow>(
    db,
    statement(
      `select id, event_type, provider, received_at, order_ms, iif(fetched_key is null, payload_bytes, null) as payload_bytes, dedup_key,
  processed_at, process_error
from raw_events indexed by idx_raw_user
where user_id = ?1
  and id < ?2
order by id desc
limit ?3`,
      userId,
      below,
      limit,
    ),
  );
}
