import type { Columns } from '../normalize/types.ts';
import { EMPTY_BIOMARKER_ROW } from './biomarker-row.ts';
import { type Slice, winningColumns } from './cells.ts';
import { EMPTY_DAILY_ROW } from './daily-row.ts';
import { EMPTY_ITEM_ROW } from './item-row.ts';
import type { ItemState } from './items.ts';
import { rowKey, rowKeyParts } from './keys.ts';
import { compareOrders, LEGACY_ORDER } from './order.ts';
import { emptyPersonState, type PersonState } from './person.ts';

/**
 * What of a person's state came from rows from before cells, whose events may be gone: with this a rebuild begins, so
 * that it survives. Folded with all events it gives what it gave the first time. Pure.
 */
export function olderPart({ daily, sleep, activities, biomarkers }: PersonState): PersonState {
  const older = emptyPersonState();
  for (const [key, { legacy }] of daily) {
    if (legacy !== null) older.daily.set(key, { ...EMPTY_DAILY_ROW, legacy });
  }
  for (const [key, { loose }] of biomarkers) {
    const kept = loose.filter(isOlder);
    if (kept.length > 0) older.biomarkers.set(key, { ...EMPTY_BIOMARKER_ROW, loose: kept });
  }
  return { ...older, sleep: olderItems(sleep, nightTimes), activities: olderItems(activities, startOf) };
}

function isOlder([order]: Slice): boolean {
  return compareOrders(order, LEGACY_ORDER) === 0;
}

/** An item that took such a row over keeps what it still has of it, at the start that it has now. */
function olderItems({ rows, homes }: ItemState, timesOf: (known: Columns) => Columns): ItemState {
  const older: ItemState = { rows: new Map(), homes: new Map() };
  for (const [key, { items, legacy }] of rows) {
    const [source = '', startTime = ''] = rowKeyParts(key);
    if (legacy !== null) {
      older.rows.set(key, { items: new Map(), legacy });
      for (const [item, home] of homes) {
        if (rowKeyParts(item)[0] === source && home.startTime === startTime) older.homes.set(item, home);
      }
    }
    for (const [item, slices] of items) {
      const kept = slices.filter(isOlder);
      if (kept.length === 0) continue;
      const times = timesOf(winningColumns(slices));
      const placed = kept.map(([order, columns]): Slice => [order, { ...columns, ...times }]);
      placeItem(older, source, item, placed);
    }
  }
  return older;
}

/** Later revisions gave the start: theirs stands in for the older one until they come again. */
function startOf({ start_time = null }: Columns): Columns {
  return { start_time };
}

/** The same of a night, whose row may be without neither an end nor its item. */
function nightTimes({ start_time = null, end_time = null, raw = null }: Columns): Columns {
  return { start_time, end_time, raw: raw ?? '{}' };
}

function placeItem({ rows, homes }: ItemState, source: string, item: string, slices: readonly Slice[]): void {
  const startTime = String(winningColumns(slices).start_time);
  const key = rowKey(source, startTime);
  const row = rows.get(key) ?? EMPTY_ITEM_ROW;
  rows.set(key, { ...row, items: new Map([...row.items, [item, slices]]) });
  homes.set(rowKey(source, item), { startTime, wakeDate: null, deletedUpTo: null });
}
