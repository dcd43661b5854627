import { storedInstant } from '../clock.ts';
import type { StoredEvent } from '../normalize/types.ts';
import { type Statement, statement } from './statements.ts';

/** A row of raw_events as the consumer reads it. */
export type RawEventRow = {
  readonly id: number;
  readonly received_at: string;
  readonly event_type: string;
  readonly terra_user_id: string | null;
  readonly reference_id: string | null;
  readonly provider: string | null;
  readonly payload: string;
  readonly payload_key: string | null;
  readonly payload_bytes: number | null;
  /** Of a ping: where what it pointed at is kept, once it was fetched. */
  readonly fetched_key: string | null;
  readonly dedup_key: string;
  readonly order_ms: number | null;
  readonly request_id: string | null;
};

/** The columns of a `RawEventRow`. */
export const EVENT_COLUMNS = `id, received_at, event_type, terra_user_id, reference_id, provider, payload, payload_key,
  payload_bytes, fetched_key, dedup_key, order_ms, request_id`;

/** Rows by id, payload included. */
export function selectRawEvents(ids: readonly number[]): Statement {
  return statement(
    `select ${EVENT_COLUMNS}
from raw_events
where id in (select value from json_each(?1))
order by id`,
    JSON.stringify(ids),
  );
}

/** Where the body of one of a person's own events is; null where they have no such event. */
export async function ownPayload(
  db: D1Database,
  userId: string,
  id: number,
): Promise<Pick<RawEventRow, 'payload' | 'payload_key' | 'fetched_key'> | null> {
  return db
    .prepare(
      `select payload, payload_key, fetched_key
from raw_events
where id = ?1
  and user_id = ?2`,
    )
    .bind(id, userId)
    .first();
}

/** The row as the pure functions see it. */
export function storedEvent(row: RawEventRow): StoredEvent {
  const receivedMs = storedInstant(row.received_at);
  return {
    eventType: row.event_type,
    terraUserId: row.terra_user_id ?? '',
    referenceId: row.reference_id,
    provider: row.provider,
    dedupKey: row.dedup_key,
    orderMs: row.order_ms ?? receivedMs,
    receivedMs,
  };
}
