import type { Columns, ColumnValue, Order } from '../normalize/types.ts';
import { latestOrder, type Slice, winningColumns } from './cells.ts';
import { compareOrders, LEGACY_ORDER } from './order.ts';
import { type AnySlice, decodeSlice, encodeSlice } from './stored-cells.ts';

/**
 * One row of `sleep_sessions` or `activities`: the items that start there. Usually one; where two items start together,
 * both are kept and one is shown. A row of `sleep_sessions` also holds the other records of the sleep that it shows
 * (nights.ts). Item ids are Terra's, so they are keys of a Map, never of an object.
 */
export type ItemRow = {
  readonly items: ReadonlyMap<string, readonly Slice[]>;
  /** Visible columns of a row from before cells, until an item takes them over. */
  readonly legacy: Columns | null;
};

export const EMPTY_ITEM_ROW: ItemRow = { items: new Map(), legacy: null };

type Candidate = { readonly item: string; readonly seconds: number; readonly order: Order };

/** The id of the item with the latest revision, null where the row has none. */
export function shownItem(row: ItemRow): string | null {
  return firstShown(row, () => 0);
}

/**
 * The id of the activity that a row shows: the longest. A triathlon and its first leg start together, and the longer
 * one holds the other. Of two that last as long, the later revision is the better known.
 */
export function longestActivity(row: ItemRow): string | null {
  return firstShown(row, (slices) => {
    const seconds = winningColumns(slices).duration;
    // An activity that does not know how long it is counts as the shortest.
    return typeof seconds === 'number' ? seconds : -1;
  });
}

function firstShown(row: ItemRow, secondsOf: (slices: readonly Slice[]) => number): string | null {
  const candidates = [...row.items].map(
    ([item, slices]): Candidate => ({
      item,
      seconds: secondsOf(slices),
      order: latestOrder(slices) ?? LEGACY_ORDER,
    }),
  );
  return candidates.toSorted(shownFirst)[0]?.item ?? null;
}

function shownFirst(a: Candidate, b: Candidate): number {
  return b.seconds - a.seconds || compareOrders(b.order, a.order) || (a.item < b.item ? 1 : -1);
}

/** What the row shows: every known column of the shown item, null where no row should stand. */
export function shownColumns(row: ItemRow, item: string | null): Columns | null {
  if (item === null) return row.legacy;
  return winningColumns(row.items.get(item) ?? []);
}

/**
 * The `cells` column. The shown item's `raw` stands in the row's own column and is left out here:
 * `null` marks the revision it belongs to.
 * Shape: `[[item, [slice, ...]], ...]`, sorted by item, slices as in stored-cells.ts.
 */
export function encodeItemRow(row: ItemRow, shown: string | null): string | null {
  if (row.items.size === 0) return null;
  const items = [...row.items]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([item, slices]) => [item, (item === shown ? replaceRaw(slices, null) : slices).map(encodeSlice)]);
  return JSON.stringify(items);
}

/** Reads a stored row back. `columns` are its visible columns, `raw` among them. */
export function decodeItemRow(cells: string | null, columns: Columns): ItemRow {
  if (cells === null) return { items: new Map(), legacy: columns };
  const items = JSON.parse(cells) as [string, AnySlice[]][];
  return {
    items: new Map(
      items.map(([item, slices]) => [item, replaceRaw(slices.map(decodeSlice), columns.raw ?? null)]),
    ),
    legacy: null,
  };
}

/** Stored cells in the form of today. */
export function shortItemCells(cells: string): string {
  const items = JSON.parse(cells) as [string, AnySlice[]][];
  return JSON.stringify(items.map(([item, slices]) => [item, slices.map(decodeSlice).map(encodeSlice)]));
}

function replaceRaw(slices: readonly Slice[], raw: ColumnValue): readonly Slice[] {
  return slices.map(([order, columns]): Slice => {
    const replaces = raw === null ? 'raw' in columns : columns.raw === null;
    return replaces ? [order, { ...columns, raw }] : [order, columns];
  });
}
