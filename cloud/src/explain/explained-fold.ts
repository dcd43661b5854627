import { type BiomarkerRow, decodeBiomarkerRow } from '../fold/biomarker-row.ts';
import { decodeBodyDay } from '../fold/body-day.ts';
import type { Slice } from '../fold/cells.ts';
import type { FoldedTable } from '../fold/changes.ts';
import { decodeDailyRow } from '../fold/daily-row.ts';
import { explainBiomarker } from '../fold/explain-biomarker.ts';
import { explainDaily } from '../fold/explain-daily.ts';
import { explainActivity, explainSession } from '../fold/explain-item.ts';
import { type ExplainedColumn, orderKey, type Revisions } from '../fold/explanation.ts';
import { decodeItemRow, type ItemRow } from '../fold/item-row.ts';
import { LEGACY_ORDER } from '../fold/order.ts';
import type { UserId } from '../ids.ts';
import { columnsOf } from '../ingest/snapshot.ts';
import { LAB_SOURCE } from '../normalize/lab-report.ts';
import type { RowContribution } from '../normalize/told.ts';
import type { Order } from '../normalize/types.ts';
import {
  type ExplainedRow,
  type NamedEvent,
  readEventsByHash,
  readNamedLabEvents,
} from '../store/explained.ts';
import type { AnyRow } from '../store/raw-events.ts';
import { unreachable } from '../unreachable.ts';
import type { ToldItem } from './told-events.ts';

/** How a row of one table is explained: which events it needs, which items of them, and what is made of those. */
export type ExplainedFold = {
  readonly readEvents: (db: D1Database, userId: UserId) => Promise<readonly NamedEvent[]>;
  readonly isWanted: (contribution: RowContribution) => boolean;
  readonly explain: (items: ReadonlyMap<string, ToldItem>) => readonly ExplainedColumn[];
};

type Key = { readonly table: FoldedTable; readonly key: readonly string[] };

export function explainedFold({ table, key }: Key, { row, beside }: ExplainedRow): ExplainedFold {
  const cells = cellsOf(row);
  const columns = columnsOf(row, table);
  const [source = ''] = key;
  switch (table) {
    case 'daily_summary': {
      const day = decodeDailyRow(cells, columns);
      const sleeps = beside.map((night) => decodeItemRow(cellsOf(night), columnsOf(night, 'sleep_sessions')));
      const slices = [day.daily, ...sleeps.flatMap(slicesOf)];
      return bySlices(slices, (revisions) => explainDaily(source, day, sleeps, revisions));
    }
    case 'sleep_sessions': {
      const night = decodeItemRow(cells, columns);
      return bySlices(slicesOf(night), (revisions) => explainSession(source, night, revisions));
    }
    case 'activities': {
      const activity = decodeItemRow(cells, columns);
      return bySlices(slicesOf(activity), (revisions) => explainActivity(activity, revisions));
    }
    case 'biomarkers_raw':
      return ofBiomarker(key, decodeBiomarkerRow(cells, columns, ordersOfDay(beside, key[2] ?? '')));
    default:
      return unreachable(table);
  }
}

/** The events are those whose orders stand in the cells, what wins first. */
function bySlices(
  slices: readonly (readonly Slice[])[],
  explain: (revisions: Revisions) => readonly ExplainedColumn[],
): ExplainedFold {
  const orders = ordersOf(slices);
  const wanted = new Set(orders.map(orderKey));
  return {
    readEvents: (db, userId) => readByOrders(db, userId, orders),
    isWanted: ({ kind, order }) => kind !== 'biomarker' && wanted.has(orderKey(order)),
    explain: (items) => explain(revisionsOf(items)),
  };
}

/** One event gives several codes, so items are told by the key. What labs replaced stands in no cells. */
function ofBiomarker(key: readonly string[], row: BiomarkerRow): ExplainedFold {
  const [source, drawDate, code = ''] = key;
  const isLab = source === LAB_SOURCE;
  return {
    readEvents: (db, userId) =>
      isLab
        ? readNamedLabEvents(
            db,
            userId,
            row.results.map(({ order }) => order[2]),
          )
        : readByOrders(db, userId, ordersOf([row.loose])),
    isWanted: (one) =>
      one.kind === 'biomarker' && one.source === source && one.drawDate === drawDate && one.code === code,
    explain: (items) => explainBiomarker(code, row, revisionsOf(items), isLab ? [...items.values()] : []),
  };
}

async function readByOrders(
  db: D1Database,
  userId: UserId,
  orders: readonly Order[],
): Promise<readonly NamedEvent[]> {
  const hashes = [...new Set(orders.map(([, , hash]) => hash))];
  const events = await readEventsByHash(db, userId, hashes);
  const placeOf = new Map(hashes.map((hash, place) => [hash, place]));
  return events.toSorted((a, b) => (placeOf.get(a.dedup_key) ?? 0) - (placeOf.get(b.dedup_key) ?? 0));
}

function ordersOf(slices: readonly (readonly Slice[])[]): readonly Order[] {
  const events = slices.flat().filter(([[rank]]) => rank !== LEGACY_ORDER[0]);
  const isWinning = ([, columns]: Slice) => Object.keys(columns).length > 0;
  return [...events.filter(isWinning), ...events.filter((one) => !isWinning(one))].map(([order]) => order);
}

function slicesOf({ items }: ItemRow): readonly (readonly Slice[])[] {
  return [...items.values()];
}

function revisionsOf(items: ReadonlyMap<string, ToldItem>): Revisions {
  return new Map([...items].map(([key, { columns }]) => [key, columns]));
}

/** A body's code: the orders that its day tells. */
function ordersOfDay([day]: readonly AnyRow[], code: string): readonly Order[] {
  return (day === undefined ? undefined : decodeBodyDay(cellsOf(day)).get(code)) ?? [];
}

function cellsOf({ cells }: AnyRow): string | null {
  return typeof cells === 'string' ? cells : null;
}
