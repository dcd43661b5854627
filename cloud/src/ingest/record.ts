import { isoTime, sqliteTime, type UnixMs } from '../clock.ts';
import type { RawEventId } from '../ids.ts';
import { FIRST_ATTEMPT_GRACE_MS, ORDERING_AHEAD_MS, ORDERING_FIRST_MS } from '../limits.ts';
import type { Envelope } from '../normalize/envelope.ts';
import { writeDelivery } from '../store/deliveries.ts';
import { idHash } from '../store/id-hash.ts';
import type { TerraRemovalRow } from '../store/terra-removals.ts';

/** A verified delivery, ready to be stored. */
export type Delivery = {
  readonly requestId: string;
  readonly receivedMs: UnixMs;
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
  /** `x-terra-ordering-timestamp` as it came, null where absent. */
  readonly orderingMs: UnixMs | null;
};

export type Recorded =
  | { readonly state: 'stored'; readonly id: RawEventId }
  /** The same bytes are there already. `isNeverAttempted`: its own message may have been lost. */
  | { readonly state: 'duplicate'; readonly id: RawEventId; readonly isNeverAttempted: boolean }
  /** `removals` are in the outbox, to be sent. */
  | { readonly state: 'erased'; readonly removals: readonly TerraRemovalRow[] };

/**
 * Stores a delivery verbatim, once, unless it speaks of an erased person: one transaction, one round trip.
 * A duplicate writes nothing, unless it answers another request than the event that is there.
 */
export async function recordDelivery(db: D1Database, delivery: Delivery): Promise<Recorded> {
  const { envelope } = delivery;
  const { newId, isErased, removals, same } = await writeDelivery(
    db,
    {
      event_type: envelope.eventType,
      terra_user_id: envelope.terraUserId,
      dedup_key: delivery.dedupKey,
      received_at: sqliteTime(delivery.receivedMs),
      reference_id: envelope.referenceId,
      provider: envelope.provider,
      payload: delivery.payload,
      payload_key: delivery.payloadKey,
      payload_bytes: delivery.payloadBytes,
      request_id: delivery.requestId,
      trace_id: delivery.traceId,
      terra_reference: delivery.terraReference,
      order_ms: orderingOf(delivery),
      next_attempt_at: isoTime(delivery.receivedMs + FIRST_ATTEMPT_GRACE_MS),
    },
    envelope.subjects.map(idHash),
  );
  if (newId !== null) return { state: 'stored', id: newId };
  if (isErased) return { state: 'erased', removals };
  if (same === null) throw new Error('a delivery was neither stored nor found');
  const isNeverAttempted = same.processed_at === null && same.attempts === 0;
  return { state: 'duplicate', id: same.id, isNeverAttempted };
}

/**
 * The event's order in unix ms. The header is not covered by the signature, so whoever holds one signed delivery
 * could send it again with any time: a time that cannot be Terra's counts as none, and the receipt orders the event.
 */
function orderingOf({ orderingMs, receivedMs }: Delivery): UnixMs {
  const isBelieved =
    orderingMs !== null && orderingMs >= ORDERING_FIRST_MS && orderingMs <= receivedMs + ORDERING_AHEAD_MS;
  return isBelieved ? orderingMs : receivedMs;
}
