import { EXPLAINED_LOSERS_KEPT } from '../limits.ts';
import type { Columns, ColumnValue, Order } from '../normalize/types.ts';
import { compareOrders, LEGACY_ORDER } from './order.ts';

/** One revision's values that still win: `[order, {column: value}]`; none of one that is only remembered. */
export type Slice = readonly [Order, Columns];

/**
 * Joins revisions: every column belongs to the revision with the greatest order that knows it.
 * Commutative, associative and idempotent, so any delivery order gives the same slices. A revision that
 * wins nothing is dropped. Latest first.
 */
export function mergeSlices(slices: readonly Slice[]): readonly Slice[] {
  const latestFirst = slices.toSorted((a, b) => compareOrders(b[0], a[0]));
  const taken = new Set<string>();
  const merged: Slice[] = [];
  for (const [order, columns] of latestFirst) {
    const won: Record<string, ColumnValue> = {};
    for (const [column, value] of Object.entries(columns)) {
      if (value === null || taken.has(column)) continue;
      taken.add(column);
      won[column] = value;
    }
    if (Object.keys(won).length > 0) merged.push([order, won]);
  }
  return merged;
}

/**
 * The same, and behind what wins the orders of the latest revisions that win nothing, as `[order, {}]`: who asks what
 * lost finds its event by them. They are the greatest of a set, so this too does not depend on the order of delivery.
 */
export function mergeRevisions(slices: readonly Slice[]): readonly Slice[] {
  const merged = mergeSlices(slices);
  return [...merged, ...losersAmong(slices, merged)];
}

/** The latest orders among `slices` that are none of the `winners`, as slices that win nothing. */
export function losersAmong(slices: readonly Slice[], winners: readonly Slice[]): readonly Slice[] {
  const isKnown = (order: Order, among: readonly Slice[]) =>
    among.some(([other]) => compareOrders(other, order) === 0);
  const lost: Slice[] = [];
  for (const [order] of slices.toSorted((a, b) => compareOrders(b[0], a[0]))) {
    if (lost.length === EXPLAINED_LOSERS_KEPT) break;
    // A row from before cells is no event.
    const isEvent = order[0] !== LEGACY_ORDER[0];
    if (isEvent && !isKnown(order, winners) && !isKnown(order, lost)) lost.push([order, {}]);
  }
  return lost;
}

/** The winning value of every known column. */
export function winningColumns(slices: readonly Slice[]): Columns {
  return Object.assign({}, ...slices.map(([, columns]) => columns)) as Columns;
}

/** The order of the latest revision that still wins something, null of none: what wins stands first. */
export function latestOrder(slices: readonly Slice[]): Order | null {
  return slices[0]?.[0] ?? null;
}
