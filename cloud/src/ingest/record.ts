import { isoTime, sqliteTime } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { FIRST_ATTEMPT_GRACE_MS } from '../limits.ts';
import type { Envelope } from '../normalize/envelope.ts';
import { redeliveryStatement } from '../store/redeliveries.ts';
import { bindAll, type Statement, statement } from '../store/statements.ts';

/** A verified delivery, ready to be stored. */
export type Delivery = {
  readonly requestId: string;
  readonly receivedMs: number;
  readonly envelope: Envelope;
  readonly dedupKey: string;
  /** The verbatim text, or `''` where `payloadKey` names the R2 object. */
  readonly payload: string;
  readonly payloadKey: string | null;
  readonly payloadBytes: number;
  /** `x-terra-trace-id`, stable over retries; kept for correlation only. */
  readonly traceId: string | null;
  /** `terra-reference`: which request of ours caused the delivery. */
  readonly terraReference: string | null;
  /** `x-terra-ordering-timestamp`, null where absent. */
  readonly orderingMs: number | null;
};

export type Recorded =
  | { readonly state: 'stored'; readonly id: number }
  /** The same bytes are there already. `isNeverAttempted`: its own message may have been lost. */
  | { readonly state: 'duplicate'; readonly id: number; readonly isNeverAttempted: boolean }
  | { readonly state: 'erased' };

/**
 * Stores a delivery verbatim, once, unless it speaks of an erased person: one transaction, one round trip.
 * A duplicate writes nothing, unless it answers another request than the event that is there.
 */
export async function recordDelivery(db: D1Database, delivery: Delivery): Promise<Recorded> {
  const { envelope } = delivery;
  const subjects = JSON.stringify(envelope.subjects.map(sha256Hex));
  const same = envelope.eventType === 's3_payload' ? SAME_PING : SAME_EVENT;
  const identity = [envelope.eventType, envelope.terraUserId, delivery.dedupKey] as const;
  const [inserted, found, erased] = await db.batch<{
    id: number;
    processed_at: string | null;
    attempts: number;
  }>(
    bindAll(db, [
      statement(
        insertUnless(same),
        ...identity,
        subjects,
        sqliteTime(delivery.receivedMs),
        envelope.referenceId,
        envelope.provider,
        delivery.payload,
        delivery.payloadKey,
        delivery.payloadBytes,
        delivery.requestId,
        delivery.traceId,
        delivery.terraReference,
        delivery.orderingMs ?? delivery.receivedMs,
        isoTime(delivery.receivedMs + FIRST_ATTEMPT_GRACE_MS),
      ),
      statement(
        `select id, processed_at, attempts
from raw_events
where ${same}`,
        ...identity,
      ),
      statement(
        `select 1 as id
from erased_subjects
where subject_hash in (select value from json_each(?1))
limit 1`,
        subjects,
      ),
      ...redelivery(delivery, same),
    ]),
  );
  const [stored] = inserted?.results ?? [];
  if (stored !== undefined) return { state: 'stored', id: stored.id };
  if (erased?.results[0] !== undefined) return { state: 'erased' };
  const [row] = found?.results ?? [];
  if (row === undefined) throw new Error('a delivery was neither stored nor found');
  const isNeverAttempted = row.processed_at === null && row.attempts === 0;
  return { state: 'duplicate', id: row.id, isNeverAttempted };
}

function redelivery(delivery: Delivery, same: string): readonly Statement[] {
  const { envelope, dedupKey, terraReference, traceId, receivedMs } = delivery;
  if (terraReference === null) return [];
  const { eventType, terraUserId } = envelope;
  const deliveredAt = sqliteTime(receivedMs);
  return [
    redeliveryStatement(same, { eventType, terraUserId, dedupKey, terraReference, traceId, deliveredAt }),
  ];
}

const SAME_EVENT = `event_type = ?1
  and terra_user_id = ?2
  and dedup_key = ?3`;

/** A ping names nobody; its row does, once what it pointed at was fetched. */
const SAME_PING = `event_type = 's3_payload'
  and dedup_key = ?3`;

function insertUnless(same: string): string {
  return `insert into raw_events(event_type, terra_user_id, dedup_key, received_at, reference_id, provider,
  payload, payload_key, payload_bytes, request_id, trace_id, terra_reference, order_ms, next_attempt_at,
  signature_verified)
select ?1, ?2, ?3, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, 1
where not exists (select 1 from raw_events where ${same})
  and not exists (
    select 1
    from erased_subjects
    where subject_hash in (select value from json_each(?4))
  )
returning id`;
}
