import type { Headers } from './post.ts';

export type DeliveryState = 'waiting' | 'acknowledged' | 'lost';

/** One webhook and what became of it. */
export type Delivery = {
  readonly traceId: string;
  /** `type` of the event; `none` where it has none. */
  readonly type: string;
  readonly bytes: number;
  /** Hex SHA-256 of the body. */
  readonly sha256: string;
  /** Empty where it is not kept: the simulator was told not to keep bodies, or it was made oversize. */
  readonly body: Buffer;
  /** When it was emitted, unix ms: the ordering timestamp of every attempt. */
  readonly emittedMs: number;
  readonly reference: string | null;
  readonly duplicate: boolean;
  readonly state: DeliveryState;
  readonly acknowledged: boolean;
  /** Of the last attempt; null before the first and where no answer came. */
  readonly status: number | null;
  readonly attempts: number;
};

/** One event to send, before it is a delivery. */
export type Emission = {
  readonly type: string;
  readonly body: Buffer;
  /** Whether it is worth its memory once it was delivered. */
  readonly keepBody?: boolean;
  readonly reference: string | null;
  /** Sent as well, and in place of the simulator's own where the name is the same. */
  readonly headers: Headers;
};

export type DeliveryCounts = {
  /** Deliveries begun, duplicates included. */
  readonly sent: number;
  readonly acknowledged: number;
  /** Attempts beyond the first. */
  readonly retried: number;
  readonly lost: number;
  readonly waiting: number;
  /** Bytes of every delivery once, whatever its attempts. */
  readonly bytes: number;
};

export function countsOf(deliveries: readonly Delivery[]): DeliveryCounts {
  const counts = { sent: 0, acknowledged: 0, retried: 0, lost: 0, waiting: 0, bytes: 0 };
  for (const delivery of deliveries) {
    counts[delivery.state] += 1;
    counts.bytes += delivery.bytes;
    if (delivery.attempts > 0) counts.sent += 1;
    counts.retried += Math.max(0, delivery.attempts - 1);
  }
  return counts;
}
