import { decodeBiomarkerRow } from '../fold/biomarker-row.ts';
import type { Slice } from '../fold/cells.ts';
import { changesBetween, type PersonChanges } from '../fold/changes.ts';
import { rowKey } from '../fold/keys.ts';
import { compareOrders, LEGACY_ORDER } from '../fold/order.ts';
import { copyPersonState, emptyPersonState, foldPerson, type PersonState } from '../fold/person.ts';
import type { PreparedEvent } from '../ingest/prepared-event.ts';
import { columnsOf, readLabSession } from '../ingest/snapshot.ts';
import { labSessionKey } from '../normalize/lab-session.ts';
import type { BiomarkerContribution, LabReportContribution } from '../normalize/types.ts';
import { biomarkersOf, labContributionsOf } from './upload-reports.ts';

/** A stored row. */
export type LabRow = Readonly<Record<string, string | number | null>>;

/** A person's rows of `biomarkers_raw` that labs gave, and of `lab_sessions`. */
export type LabRows = { readonly biomarkers: readonly LabRow[]; readonly sessions: readonly LabRow[] };

/**
 * What becomes of biomarkers once some events are taken away: the sessions that had these events are folded anew from
 * what is left of them. Of what an earlier version stored, the rows in which one of these events still shows go the
 * same way; what came before cells and under a key that these events name is taken for theirs. Pure.
 */
export function withoutEvents(
  rows: LabRows,
  gone: readonly PreparedEvent[],
  others: readonly PreparedEvent[],
): PersonChanges {
  const before = stateOf(rows);
  const after = copyPersonState(before);
  const anew = new Set(gone.flatMap(labContributionsOf).map(sessionOf));
  for (const session of anew) after.labSessions.delete(session);
  const goneHashes = new Set(gone.map(({ row }) => row.dedup_key));
  const goneKeys = new Set(gone.flatMap(biomarkersOf).map(keyOf));
  const emptied = new Set<string>();
  for (const [key, row] of before.biomarkers) {
    const isGone = ([order]: Slice) =>
      goneHashes.has(order[2]) || (compareOrders(order, LEGACY_ORDER) === 0 && goneKeys.has(key));
    const hasGone = row.loose.some(isGone);
    if (hasGone) emptied.add(key);
    const results = row.results.filter(({ session }) => !anew.has(session));
    after.biomarkers.set(key, { loose: hasGone ? [] : row.loose, results });
  }
  const said = others.flatMap(labContributionsOf);
  for (const one of said) {
    if (one.kind === 'biomarker' && emptied.has(keyOf(one))) anew.add(sessionOf(one));
  }
  foldPerson(
    after,
    said.filter((one) => anew.has(sessionOf(one))),
  );
  return changesBetween(before, after);
}

/** How many of the shown values that some events named stay, because others give them too. */
export function keptBiomarkers(
  { biomarkers }: LabRows,
  gone: readonly PreparedEvent[],
  { deletions }: PersonChanges,
): number {
  const deleted = new Set(deletions.map(({ key }) => rowKey(...key)));
  const named = new Set(gone.flatMap(biomarkersOf).map(keyOf));
  const shown = biomarkers.map(({ source, draw_date, code }) =>
    rowKey(String(source), String(draw_date), String(code)),
  );
  return shown.filter((key) => named.has(key) && !deleted.has(key)).length;
}

function stateOf({ biomarkers, sessions }: LabRows): PersonState {
  const state = emptyPersonState();
  for (const row of biomarkers) {
    const key = rowKey(String(row.source), String(row.draw_date), String(row.code));
    const cells = row.cells == null ? null : String(row.cells);
    state.biomarkers.set(key, decodeBiomarkerRow(cells, columnsOf(row, 'biomarkers_raw')));
  }
  for (const row of sessions) state.labSessions.set(String(row.session), readLabSession(row));
  return state;
}

function sessionOf(one: BiomarkerContribution | LabReportContribution): string {
  if (one.kind === 'biomarker') return one.session ?? '';
  return labSessionKey(one.labSessionId, one.uploadId, one.order[2]);
}

function keyOf({ source, drawDate, code }: BiomarkerContribution): string {
  return rowKey(source, drawDate, code);
}
