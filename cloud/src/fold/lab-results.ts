import { labSessionKey } from '../normalize/lab-session.ts';
import type { BiomarkerContribution, LabReportContribution, Order } from '../normalize/types.ts';
import {
  type BiomarkerRow,
  EMPTY_BIOMARKER_ROW,
  withoutEarlier,
  withoutSession,
  withResult,
} from './biomarker-row.ts';
import { rowKey } from './keys.ts';
import { compareOrders, eventOrder } from './order.ts';

/** A lab session: its newest event, and the rows in which that event has a result. */
export type LabSession = {
  /** Of the event, so its position is 0. */
  readonly newest: Order;
  /** `rowKey(source, draw_date, code)`, sorted. */
  readonly keys: readonly string[];
};

export type LabState = {
  readonly biomarkers: Map<string, BiomarkerRow>;
  /** By `labSessionKey`. */
  readonly labSessions: Map<string, LabSession>;
};

/** A result that names its session. */
type LabResult = BiomarkerContribution & { readonly session: string };

export function isLabResult(contribution: BiomarkerContribution): contribution is LabResult {
  return contribution.session !== undefined;
}

/**
 * Joins lab events into `state`. The newest event of a session replaces all that the session said before, under
 * other dates and codes too; an older one that comes later changes nothing. `state` must hold the rows that the
 * events and their sessions name.
 */
export function foldLabResults(
  state: LabState,
  reports: readonly LabReportContribution[],
  results: readonly LabResult[],
): void {
  const bySession = Map.groupBy(results, ({ session }) => session);
  for (const [session, newest] of newestEvents(reports, results)) {
    const own = bySession.get(session) ?? [];
    dropEarlier(state, own);
    const known = state.labSessions.get(session);
    if (known !== undefined && compareOrders(known.newest, newest) > 0) continue;
    for (const key of known?.keys ?? []) setRow(state, key, (row) => withoutSession(row, session));
    const said = own.filter(({ order }) => compareOrders(eventOrder(order), newest) === 0);
    for (const { order, columns, ...result } of said) {
      setRow(state, keyOf(result), (row) => withResult(row, { session, order, columns }));
    }
    state.labSessions.set(session, { newest, keys: [...new Set(said.map(keyOf))].toSorted() });
  }
}

function newestEvents(
  reports: readonly LabReportContribution[],
  results: readonly LabResult[],
): ReadonlyMap<string, Order> {
  const newest = new Map<string, Order>();
  const note = (session: string, order: Order) => {
    const known = newest.get(session);
    const event = eventOrder(order);
    if (known === undefined || compareOrders(event, known) > 0) newest.set(session, event);
  };
  for (const { labSessionId, uploadId, order, outcome } of reports) {
    // A failure says nothing of results. A report without any says that there are none.
    if (outcome.state === 'parsed') note(labSessionKey(labSessionId, uploadId, order[2]), order);
  }
  for (const { session, order } of results) note(session, order);
  return newest;
}

/** What an earlier version stored names no session: an event about the same key is taken for its own or a later one. */
function dropEarlier(state: LabState, results: readonly LabResult[]): void {
  for (const result of results) {
    setRow(state, keyOf(result), (row) => withoutEarlier(row, result.order));
  }
}

function setRow(state: LabState, key: string, change: (row: BiomarkerRow) => BiomarkerRow): void {
  const row = state.biomarkers.get(key);
  const changed = change(row ?? EMPTY_BIOMARKER_ROW);
  if (row !== undefined || changed !== EMPTY_BIOMARKER_ROW) state.biomarkers.set(key, changed);
}

function keyOf({ source, drawDate, code }: Pick<LabResult, 'source' | 'drawDate' | 'code'>): string {
  return rowKey(source, drawDate, code);
}
