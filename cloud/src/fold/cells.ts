import type { Columns, ColumnValue, Order } from '../normalize/types.ts';
import { compareOrders } from './order.ts';

/** One revision's values that still win: `[order, {column: value}]`. */
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

/** The winning value of every known column. */
export function winningColumns(slices: readonly Slice[]): Columns {
  return Object.assign({}, ...slices.map(([, columns]) => columns)) as Columns;
}

/** The order of the latest revision that still wins something, null of none. */
export function latestOrder(slices: readonly Slice[]): Order | null {
  return slices[0]?.[0] ?? null;
}
