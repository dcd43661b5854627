import { valueColumns } from '../contract/tables.ts';
import type { Columns, ColumnValue, Order } from '../normalize/types.ts';
import { CANONICAL_UNITS } from '../normalize/units.ts';
import { latestOrder, losersAmong, type Slice, winningColumns } from './cells.ts';
import { compareOrders, eventOrder, LEGACY_ORDER } from './order.ts';

/** What one lab session says of a code at a date: one whole result, never mixed with another's. */
export type SessionResult = { readonly session: string; readonly order: Order; readonly columns: Columns };

/** One row of `biomarkers_raw`. */
export type BiomarkerRow = {
  /**
   * What no session is known of: a body's measurement, one slice; or a lab's row as an earlier version stored it, its
   * columns by revision.
   */
  readonly loose: readonly Slice[];
  /** At most one of each session. */
  readonly results: readonly SessionResult[];
};

export const EMPTY_BIOMARKER_ROW: BiomarkerRow = { loose: [], results: [] };

const COLUMNS = valueColumns('biomarkers_raw').filter((column) => column !== 'canonical');

/** The visible columns of `code`, null where no row should stand. `canonical` is told by code, unit and operator. */
export function shownBiomarker(code: string, row: BiomarkerRow): Columns | null {
  const best = bestResult(row);
  if (best === null) return null;
  const shown = Object.fromEntries(COLUMNS.map((column) => [column, best.columns[column] ?? null]));
  return { ...shown, canonical: canonicalFlag(code, best.columns) };
}

/** The row with a body's measurement: the greater order wins whole, and of the others the latest are remembered. */
export function withMeasurement(row: BiomarkerRow, order: Order, columns: Columns): BiomarkerRow {
  const known = latestOrder(row.loose);
  const isLater = known === null || compareOrders(known, order) <= 0;
  const winner: readonly Slice[] = isLater ? [[order, columns]] : row.loose.filter(isWinning);
  return { ...row, loose: [...winner, ...losersAmong([...row.loose, [order, columns]], winner)] };
}

function isWinning([, columns]: Slice): boolean {
  return Object.keys(columns).length > 0;
}

/** The row with a session's result; of two on one key the better one stays. */
export function withResult(row: BiomarkerRow, result: SessionResult): BiomarkerRow {
  const others = row.results.filter(({ session }) => session !== result.session);
  const own = row.results.find(({ session }) => session === result.session);
  const kept = own !== undefined && compareResults(own, result) > 0 ? own : result;
  return { ...row, results: [...others, kept].toSorted((a, b) => (a.session < b.session ? -1 : 1)) };
}

/** The row without what a session says. */
export function withoutSession(row: BiomarkerRow, gone: string): BiomarkerRow {
  return { ...row, results: row.results.filter(({ session }) => session !== gone) };
}

/**
 * The row without what an earlier version stored of it, where an event of this order is about the same key: the event
 * is that revision itself, read anew, or a later one.
 */
export function withoutEarlier(row: BiomarkerRow, order: Order): BiomarkerRow {
  const known = latestOrder(row.loose);
  const isLater = known !== null && compareOrders(eventOrder(known), eventOrder(order)) > 0;
  return known === null || isLater ? row : { ...row, loose: [] };
}

/**
 * The orders of the events that measured a body's code, latest first, where the first gave all that the row shows: they
 * stand in the cells of its day. Null of any other row, which keeps its own: a lab's, and one from before events or
 * before values were taken whole.
 */
export function measuredOrders({ loose, results }: BiomarkerRow): readonly Order[] | null {
  const [latest, another] = loose.filter(isWinning);
  const isWhole = latest !== undefined && another === undefined && latest[0][0] !== LEGACY_ORDER[0];
  return isWhole && results.length === 0 ? loose.map(([order]) => order) : null;
}

/** The `cells` column of a row whose orders stand in the cells of its day. */
export const CELLS_IN_DAY = '[]';

/**
 * The `cells` column: `[[order, {column: value}], [order, {column: value}, session], ...]`. The `raw` that is shown
 * stands in the row's own column; `null` marks the slice it belongs to.
 */
export function encodeBiomarkerRow(row: BiomarkerRow): string {
  const best = bestResult(row);
  const isShown = (session: string | null) => best !== null && best.session === session;
  const withoutRaw = (columns: Columns, session: string | null): Columns =>
    isShown(session) && 'raw' in columns ? { ...columns, raw: null } : columns;
  return JSON.stringify([
    ...row.loose.map(([order, columns]) => [order, withoutRaw(columns, null)]),
    ...row.results.map(({ session, order, columns }) => [order, withoutRaw(columns, session), session]),
  ]);
}

/**
 * Reads a stored row back; a row from before cells counts as lowest order. `measured`: its orders in the cells of its
 * day, before which the row's own cells count for nothing.
 */
export function decodeBiomarkerRow(
  cells: string | null,
  columns: Columns,
  [latest, ...lost]: readonly Order[] = [],
): BiomarkerRow {
  if (latest !== undefined) {
    const isGiven = ([column, value]: [string, ColumnValue]) => value !== null && column !== 'canonical';
    const given = Object.fromEntries(Object.entries(columns).filter(isGiven));
    return { loose: [[latest, given], ...lost.map((order): Slice => [order, {}])], results: [] };
  }
  if (cells === null) return { loose: [[LEGACY_ORDER, columns]], results: [] };
  const slices = JSON.parse(cells) as (readonly [Order, Columns, string?])[];
  const loose: Slice[] = [];
  const results: SessionResult[] = [];
  for (const [order, stored, session] of slices) {
    const known = stored.raw === null ? { ...stored, raw: columns.raw ?? null } : stored;
    if (session === undefined) loose.push([order, known]);
    else results.push({ session, order, columns: known });
  }
  return { loose, results };
}

export type RankedResult = {
  readonly session: string | null;
  readonly order: Order;
  readonly columns: Columns;
};

/** What the row shows: a number before a text, a text before nothing, then the greater order. */
function bestResult(row: BiomarkerRow): RankedResult | null {
  return rankedResults(row)[0] ?? null;
}

/** All that a row knows, each whole, the shown one first. */
export function rankedResults({ loose, results }: BiomarkerRow): readonly RankedResult[] {
  const order = latestOrder(loose);
  const candidates: readonly RankedResult[] = [
    ...(order === null ? [] : [{ session: null, order, columns: winningColumns(loose) }]),
    ...results,
  ];
  return candidates.toSorted((a, b) => compareResults(b, a));
}

function compareResults(
  a: Pick<RankedResult, 'order' | 'columns'>,
  b: Pick<RankedResult, 'order' | 'columns'>,
): number {
  return knowledge(a.columns) - knowledge(b.columns) || compareOrders(a.order, b.order);
}

export function knowledge({ value, value_text }: Columns): number {
  if ((value ?? null) !== null) return 2;
  return (value_text ?? null) === null ? 0 : 1;
}

/**
 * 1: a plain number in the canonical unit of a code of the wide view; 0: another unit, or a bound, which the view
 * would show as though it were exact; null: not a code of the wide view.
 */
export function canonicalFlag(code: string, { unit, operator }: Columns): number | null {
  const canonical = CANONICAL_UNITS[code];
  if (canonical === undefined) return null;
  return unit === canonical && (operator ?? null) === null ? 1 : 0;
}
