import { EMPTY_BIOMARKER_ROW } from './biomarker-row.ts';
import type { Slice } from './cells.ts';
import { EMPTY_DAILY_ROW } from './daily-row.ts';
import type { ItemRow } from './item-row.ts';
import type { ItemHome, ItemState } from './items.ts';
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
  return { ...older, sleep: olderItems(sleep), activities: olderItems(activities) };
}

function isOlder([order]: Slice): boolean {
  return compareOrders(order, LEGACY_ORDER) === 0;
}

/** An item that took such a row over keeps what it still has of it, and goes on from where it is now. */
function olderItems({ rows, homes }: ItemState): ItemState {
  const older: ItemState = { rows: new Map(), homes: new Map() };
  for (const [key, row] of rows) {
    const [source = '', startTime = ''] = rowKeyParts(key);
    if (row.legacy !== null) {
      older.rows.set(key, { items: new Map(), legacy: row.legacy });
      for (const [item, home] of homes) {
        if (rowKeyParts(item)[0] === source && home.startTime === startTime) older.homes.set(item, home);
      }
      continue;
    }
    const items = olderSlices(row, startTime);
    if (items.size === 0) continue;
    older.rows.set(key, { items, legacy: null });
    const home: ItemHome = { startTime, wakeDate: null, deletedUpTo: null };
    for (const item of items.keys()) older.homes.set(rowKey(source, item), home);
  }
  return older;
}

function olderSlices({ items }: ItemRow, startTime: string): Map<string, readonly Slice[]> {
  const older = new Map<string, readonly Slice[]>();
  for (const [item, slices] of items) {
    const kept = slices
      .filter(isOlder)
      .map(([order, columns]): Slice => [order, { ...columns, start_time: startTime }]);
    if (kept.length > 0) older.set(item, kept);
  }
  return older;
}
