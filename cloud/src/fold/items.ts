import type { ActivityContribution, Columns, Order, SleepContribution } from '../normalize/types.ts';
import { mergeRevisions, type Slice, winningColumns } from './cells.ts';
import { EMPTY_ITEM_ROW, type ItemRow } from './item-row.ts';
import { rowKey } from './keys.ts';
import { compareOrders, LEGACY_ORDER, laterOrder } from './order.ts';

/** Where an item lives, and the newest deletion Terra told of. */
export type ItemHome = {
  readonly startTime: string | null;
  readonly wakeDate: string | null;
  readonly deletedUpTo: Order | null;
};

/** The rows and homes one kind of item touches, by `rowKey(source, start_time)` and `rowKey(source, item)`. */
export type ItemState = {
  readonly rows: Map<string, ItemRow>;
  readonly homes: Map<string, ItemHome>;
};

/** An item's known columns before and after, for what is derived from it. Null: it is not there. */
export type ItemChange = {
  readonly source: string;
  readonly item: string;
  readonly before: Columns | null;
  readonly after: Columns | null;
};

type ItemContribution = SleepContribution | ActivityContribution;

const NOWHERE: ItemHome = { startTime: null, wakeDate: null, deletedUpTo: null };

/**
 * Joins revisions of items into `state`. An item that moved to another start leaves its old row; a deletion
 * withdraws every revision before it, whichever arrives first.
 */
export function foldItems(state: ItemState, contributions: readonly ItemContribution[]): ItemChange[] {
  const byItem = Map.groupBy(contributions, (revision) => rowKey(revision.source, revision.item));
  return [...byItem].flatMap(([key, revisions]) => {
    const [first] = revisions;
    return first === undefined ? [] : [foldItem(state, key, first.source, first.item, revisions)];
  });
}

function foldItem(
  state: ItemState,
  key: string,
  source: string,
  item: string,
  revisions: readonly ItemContribution[],
): ItemChange {
  const home = state.homes.get(key) ?? NOWHERE;
  const known = takeOut(state, source, item, home.startTime);
  const deletedUpTo = revisions.reduce<Order | null>(
    (latest, revision) => (isDeletion(revision) ? laterOrder(latest, revision.order) : latest),
    home.deletedUpTo,
  );
  const merged = mergeRevisions([
    ...known,
    ...revisions.filter((r) => !isDeletion(r)).map(revisionSlice),
  ]).filter(([order]) => deletedUpTo === null || compareOrders(order, deletedUpTo) > 0);
  const before = known.length === 0 ? null : winningColumns(known);
  if (merged.length === 0) {
    state.homes.set(key, { ...NOWHERE, deletedUpTo });
    return { source, item, before, after: null };
  }
  const startTime = textOf(winningColumns(merged).start_time) ?? '';
  const after = winningColumns(putIn(state, source, item, startTime, merged));
  state.homes.set(key, { startTime, wakeDate: textOf(after.wake_date), deletedUpTo });
  return { source, item, before, after };
}

/** Removes the item from the row it lives in and gives its slices; a row from before cells gives its columns. */
function takeOut(state: ItemState, source: string, item: string, startTime: string | null): readonly Slice[] {
  if (startTime === null) return [];
  const key = rowKey(source, startTime);
  const row = state.rows.get(key) ?? EMPTY_ITEM_ROW;
  const slices = row.items.get(item);
  if (slices !== undefined) {
    state.rows.set(key, { ...row, items: new Map([...row.items].filter(([id]) => id !== item)) });
    return slices;
  }
  if (row.legacy === null) return [];
  state.rows.set(key, { ...row, legacy: null });
  return [legacySlice(row.legacy, startTime)];
}

/** Puts the item into its row; what a row from before cells knew is taken over as the lowest order. */
function putIn(
  state: ItemState,
  source: string,
  item: string,
  startTime: string,
  slices: readonly Slice[],
): readonly Slice[] {
  const key = rowKey(source, startTime);
  const row = state.rows.get(key) ?? EMPTY_ITEM_ROW;
  const all = row.legacy === null ? slices : mergeRevisions([...slices, legacySlice(row.legacy, startTime)]);
  state.rows.set(key, { items: new Map([...row.items, [item, all]]), legacy: null });
  return all;
}

function legacySlice(columns: Columns, startTime: string): Slice {
  return [LEGACY_ORDER, { ...columns, start_time: startTime }];
}

function revisionSlice(revision: ItemContribution): Slice {
  return [revision.order, { ...revision.columns, start_time: revision.startTime }];
}

function isDeletion(revision: ItemContribution): boolean {
  return revision.kind === 'activity' && revision.deleted;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
