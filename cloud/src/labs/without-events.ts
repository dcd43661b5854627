import { decodeBiomarkerRow } from '../fold/biomarker-row.ts';
import { mergeSlices, type Slice } from '../fold/cells.ts';
import { changesBetween, type PersonChanges } from '../fold/changes.ts';
import { rowKey } from '../fold/keys.ts';
import { compareOrders, LEGACY_ORDER } from '../fold/order.ts';
import { emptyPersonState } from '../fold/person.ts';
import type { PreparedEvent } from '../ingest/prepared-event.ts';
import { columnsOf } from '../ingest/snapshot.ts';
import type { BiomarkerContribution } from '../normalize/types.ts';
import { biomarkersOf } from './upload-reports.ts';

/** A stored row of `biomarkers_raw`. */
export type LabRow = Readonly<Record<string, string | number | null>>;

/**
 * What becomes of biomarkers once some events are taken away: rows in which one of these still shows are
 * folded anew from what the others say. What came before cells and under a key that these events name is taken
 * for theirs. Pure.
 */
export function withoutEvents(
  rows: readonly LabRow[],
  gone: readonly PreparedEvent[],
  others: readonly PreparedEvent[],
): PersonChanges {
  const goneHashes = new Set(gone.map(({ row }) => row.dedup_key));
  const goneKeys = new Set(gone.flatMap(biomarkersOf).map(keyOf));
  const rest = Map.groupBy(others.flatMap(biomarkersOf), keyOf);
  const [before, after] = [emptyPersonState(), emptyPersonState()];
  for (const row of rows) {
    const key = rowKey(String(row.source), String(row.draw_date), String(row.code));
    const isGone = ([order]: Slice) =>
      goneHashes.has(order[2]) || (compareOrders(order, LEGACY_ORDER) === 0 && goneKeys.has(key));
    const cells = row.cells == null ? null : String(row.cells);
    const slices = decodeBiomarkerRow(cells, columnsOf(row, 'biomarkers_raw'));
    if (!slices.some(isGone)) continue;
    const said = (rest.get(key) ?? []).map(({ order, columns }): Slice => [order, columns]);
    before.biomarkers.set(key, slices);
    after.biomarkers.set(key, mergeSlices([...slices.filter((slice) => !isGone(slice)), ...said]));
  }
  return changesBetween(before, after);
}

function keyOf({ source, drawDate, code }: BiomarkerContribution): string {
  return rowKey(source, drawDate, code);
}
