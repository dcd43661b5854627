import { LAB_SOURCE } from '../normalize/lab-report.ts';
import type { Order } from '../normalize/types.ts';
import { type BiomarkerRow, CELLS_IN_DAY, encodeBiomarkerRow, measuredOrders } from './biomarker-row.ts';
import { encodeBodyDay } from './body-day.ts';
import { rowKey, rowKeyParts } from './keys.ts';
import type { PersonState } from './person.ts';

/** What becomes of the row of a day of biomarkers. */
export type BiomarkerDayChange = {
  readonly source: string;
  readonly drawDate: string;
  /** Null: as they are. A lab's day has none. */
  readonly cells: string | null;
  /** One of the day's biomarkers is written too. */
  readonly hasRows: boolean;
};

/** The `cells` column of a biomarker. */
export function biomarkerCells([source]: readonly string[], row: BiomarkerRow): string {
  return ordersInDay(source, row) === null ? encodeBiomarkerRow(row) : CELLS_IN_DAY;
}

/** A lab's results keep their orders in their own row, together with their sessions. */
function ordersInDay(source: string | undefined, row: BiomarkerRow): readonly Order[] | null {
  return source === LAB_SOURCE ? null : measuredOrders(row);
}

/** The days that a fold changed, where the biomarkers with these keys are written. */
export function changedBiomarkerDays(
  before: PersonState,
  after: PersonState,
  keys: readonly (readonly string[])[],
): readonly BiomarkerDayChange[] {
  const measured = measuredDays(before, after);
  const written = new Set(keys.map(([source = '', drawDate = '']) => rowKey(source, drawDate)));
  return [...new Set([...measured.keys(), ...written])].flatMap((day) => {
    const [source = '', drawDate = ''] = rowKeyParts(day);
    const cells = measured.get(day) ?? null;
    const hasRows = written.has(day);
    return cells === null && !hasRows ? [] : [{ source, drawDate, cells, hasRows }];
  });
}

/** The cells of the days on which a code's orders are others than before. */
function measuredDays(before: PersonState, after: PersonState): ReadonlyMap<string, string> {
  const days = new Map<string, Map<string, readonly Order[]>>();
  for (const [rowAt, row] of after.biomarkers) {
    if (before.biomarkers.get(rowAt) === row) continue;
    const [source = '', drawDate = '', code = ''] = rowKeyParts(rowAt);
    const orders = ordersInDay(source, row);
    if (orders === null) continue;
    const day = rowKey(source, drawDate);
    const codes = days.get(day) ?? new Map(before.bodyDays.get(day) ?? []);
    days.set(day, codes.set(code, orders));
  }
  const changed = new Map<string, string>();
  for (const [day, codes] of days) {
    const cells = encodeBodyDay(codes);
    const known = before.bodyDays.get(day);
    if (known === undefined || encodeBodyDay(known) !== cells) changed.set(day, cells);
  }
  return changed;
}
