import type { UnixMs } from '../clock.ts';
import {
  DAY_MS,
  HABIT_DAYS_LEAST,
  HABIT_DAYS_MAX,
  HABIT_FACTOR,
  HABIT_GRACE_MAX_MS,
  HABIT_SHARE,
  HABIT_SPAN_DAYS_LEAST,
  MINUTE_MS,
  OVERDUE_LEAST_MS,
  OVERDUE_MAX_MS,
  RECEIPT_BURST_MS,
} from '../limits.ts';

/** What a connection is used to, and when it is overdue by that. Pure. */

/**
 * What is kept of a resource's deliveries, however many come: when the last one came, and of each of the latest days
 * that had any the longest wait for one, in minutes. `day` counts from 1970, UTC.
 */
export type Receipts = {
  readonly last: UnixMs;
  readonly waits: readonly (readonly [day: number, minutes: number])[];
};

/** One more delivery. The same object where it belongs to the last one, or came before it. */
export function withReceipt(before: Receipts | undefined, atMs: UnixMs): Receipts {
  if (before === undefined) return { last: atMs, waits: [] };
  const waitMs = atMs - before.last;
  if (waitMs < RECEIPT_BURST_MS) return before;
  const day = Math.floor(atMs / DAY_MS);
  // One silence is no new habit; when it happens again and again, the habit grows by each.
  const minutes = Math.round(Math.min(waitMs, overdueAfterMs(before) ?? waitMs) / MINUTE_MS);
  const latest = before.waits.at(-1);
  const isSameDay = latest !== undefined && latest[0] === day;
  const earlier = isSameDay ? before.waits.slice(0, -1) : before.waits;
  const wait = [day, isSameDay ? Math.max(minutes, latest[1]) : minutes] as const;
  return { last: atMs, waits: [...earlier, wait].slice(-HABIT_DAYS_MAX) };
}

/** A silence by a connection's own habit: since when, and how long it usually waits, in ms. */
export type Overdue = { readonly sinceMs: UnixMs; readonly usualMs: number };

/** Null where the connection is in time, where too little is known of it, and where it ended long ago. */
export function overdue(receipts: Receipts, nowMs: UnixMs): Overdue | null {
  const afterMs = overdueAfterMs(receipts);
  const silentMs = nowMs - receipts.last;
  if (afterMs === null || silentMs <= afterMs || silentMs > OVERDUE_MAX_MS) return null;
  return { sinceMs: receipts.last, usualMs: quantileMs(receipts, 0.5) };
}

/**
 * After how long without a delivery a connection is overdue; null before enough is known. The longest wait of nearly
 * all of its days, which has weekends in it, and a part of that again.
 */
function overdueAfterMs({ waits }: Receipts): number | null {
  const [first] = waits;
  const latest = waits.at(-1);
  if (first === undefined || latest === undefined || waits.length < HABIT_DAYS_LEAST) return null;
  if (latest[0] - first[0] < HABIT_SPAN_DAYS_LEAST) return null;
  const longestMs = quantileMs({ waits }, HABIT_SHARE);
  return Math.max(OVERDUE_LEAST_MS, longestMs + Math.min(longestMs * HABIT_FACTOR, HABIT_GRACE_MAX_MS));
}

/** Of few days the longest wait itself: one weekend among ten days is as much a habit as four among thirty. */
function quantileMs({ waits }: Pick<Receipts, 'waits'>, share: number): number {
  const sorted = waits.map(([, minutes]) => minutes).toSorted((a, b) => a - b);
  const rank = Math.min(sorted.length, Math.ceil(share * (sorted.length + 1)));
  return (sorted[rank - 1] ?? 0) * MINUTE_MS;
}
