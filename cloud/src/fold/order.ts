import type { Order } from '../normalize/types.ts';

/** Rows from before cells lose against every event. */
export const LEGACY_ORDER: Order = [-1, 0, '', 0];

/** Negative when `a` comes before `b`: by rank, time, body hash, position. */
export function compareOrders(a: Order, b: Order): number {
  if (a[0] !== b[0]) return a[0] - b[0];
  if (a[1] !== b[1]) return a[1] - b[1];
  if (a[2] !== b[2]) return a[2] < b[2] ? -1 : 1;
  return a[3] - b[3];
}

/** The order of the event that a revision is of: its position left out. */
export function eventOrder([rank, ms, dedupKey]: Order): Order {
  return [rank, ms, dedupKey, 0];
}

/** The later of two orders; null is before everything. */
export function laterOrder(a: Order | null, b: Order | null): Order | null {
  if (a === null) return b;
  if (b === null) return a;
  return compareOrders(a, b) >= 0 ? a : b;
}
