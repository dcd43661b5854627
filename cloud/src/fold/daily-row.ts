import { DAILY_SUMMARY_COLUMNS, SLEEP_UNIT_COLUMNS } from '../contract/tables.ts';
import type { Columns, ColumnValue } from '../normalize/types.ts';
import { type Slice, winningColumns } from './cells.ts';
import { longestFirst, napMinutes, type Sessions, sleepUnit, VITAL_COLUMNS } from './main-session.ts';
import {
  type AnyColumns,
  type AnySlice,
  decodeColumns,
  decodeSlice,
  encodeColumns,
  encodeSlice,
} from './stored-cells.ts';

/** One row of `daily_summary`: what daily events said, and the shown sessions that ended on that date. */
export type DailyRow = {
  readonly daily: readonly Slice[];
  /** By item id, naps (`is_nap` 1) among them. */
  readonly sessions: Sessions;
  /** Visible columns of a row from before cells. */
  readonly legacy: Columns | null;
};

export const EMPTY_DAILY_ROW: DailyRow = { daily: [], sessions: new Map(), legacy: null };

/** Columns that only a night's main session gives, as a unit. */
const UNIT_COLUMNS: ReadonlySet<string> = new Set(SLEEP_UNIT_COLUMNS);

/**
 * The visible columns, null where no row should stand.
 * Times, durations and stages are the main session's, nulls included; vitals and scores come from the
 * longest session that knows them and win over the daily event's; of naps there is only their time asleep; a row
 * from before cells fills what nothing else knows.
 */
export function shownDaily(row: DailyRow): Columns | null {
  const sessions = longestFirst(row.sessions);
  const [main] = sessions;
  const daily = winningColumns(row.daily);
  const legacy = row.legacy ?? {};
  const ofNight: Columns = { ...longestVitals(sessions), nap_minutes: napMinutes(row.sessions) };
  const unit: Columns = main === undefined ? pick(legacy, UNIT_COLUMNS) : sleepUnit(main);
  const shown: Record<string, ColumnValue> = {};
  for (const column of Object.keys(DAILY_SUMMARY_COLUMNS)) {
    shown[column] = UNIT_COLUMNS.has(column)
      ? (unit[column] ?? null)
      : (ofNight[column] ?? daily[column] ?? legacy[column] ?? null);
  }
  shown.utc_offset_minutes =
    main?.utc_offset_minutes ?? daily.utc_offset_minutes ?? legacy.utc_offset_minutes ?? null;
  shown.hrv_method = hrvMethod(ofNight, daily, legacy);
  return Object.values(shown).some((value) => value !== null) ? shown : null;
}

/**
 * The `cells` column: `{daily: [slice, ...], sleep: [[item, columns], ...], legacy?: {column: value}}`, slices and columns
 * as in stored-cells.ts.
 */
export function encodeDailyRow(row: DailyRow): string {
  const sessions = [...row.sessions].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify({
    daily: row.daily.map(encodeSlice),
    sleep: sessions.map(([item, columns]) => [item, ...encodeColumns(columns)]),
    ...(row.legacy === null ? {} : { legacy: row.legacy }),
  });
}

/** Reads a stored row back; `columns` are the visible columns of a row from before cells. */
export function decodeDailyRow(cells: string | null, columns: Columns | null): DailyRow {
  if (cells === null) return { daily: [], sessions: new Map(), legacy: columns };
  const stored = JSON.parse(cells) as {
    daily: AnySlice[];
    sleep: [string, ...AnyColumns][];
    legacy?: Columns;
  };
  return {
    daily: stored.daily.map(decodeSlice),
    sessions: new Map(stored.sleep.map(([item, ...columns]) => [item, decodeColumns(columns)])),
    legacy: stored.legacy ?? null,
  };
}

/** Stored cells in the form of today. */
export function shortDailyCells(cells: string): string {
  return encodeDailyRow(decodeDailyRow(cells, null));
}

function longestVitals(sessions: readonly Columns[]): Columns {
  const vitals: Record<string, ColumnValue> = {};
  for (const column of VITAL_COLUMNS) {
    const session = sessions.find((candidate) => (candidate[column] ?? null) !== null);
    vitals[column] = session?.[column] ?? null;
    if (column === 'heart_rate_variability') vitals.hrv_method = session?.hrv_method ?? null;
  }
  return vitals;
}

/** The method belongs to the value that is shown. */
function hrvMethod(...byPrecedence: readonly Columns[]): ColumnValue {
  const owner = byPrecedence.find((columns) => (columns.heart_rate_variability ?? null) !== null);
  return owner?.hrv_method ?? null;
}

function pick(columns: Columns, names: ReadonlySet<string>): Columns {
  return Object.fromEntries(Object.entries(columns).filter(([name]) => names.has(name)));
}
