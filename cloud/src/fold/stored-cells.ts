import type { Columns, ColumnValue, Order } from '../normalize/types.ts';
import type { Slice } from './cells.ts';

/**
 * How cells are written. They are the larger part of a row, so that they spell nothing out.
 *
 * - columns: `"ab",4910,52`: a letter for each column, then the values in the order of the letters
 * - an order: `[1795913530932,"kMF4bTPFURCh..."]`, the hash in base64 without its last `=`; where the item is tentative or not the first of
 *   its event in full: `[rank,ms,hash,position]`
 * - a slice: `[order,columns]`; of a revision that wins nothing the order alone
 *
 * What earlier versions wrote is read as well: `[[rank,ms,"hash in hex",position],{"steps":4910}]`.
 */

/** A letter stands in stored rows for ever: a new column comes at the end of the list, and none is taken out. */
const COLUMNS = `
  steps resting_heart_rate heart_rate_variability active_zone_minutes fatburn_active_zone_minutes
  cardio_active_zone_minutes peak_active_zone_minutes stress_management_score sleep_score spo2 skin_temperature
  respiratory_rate strain recovery_score calories_total calories_active calories_basal distance floors_climbed
  elevation_gain vo2_max heart_rate_min heart_rate_max heart_rate_avg stress_score stress_level body_battery_low
  body_battery_high activity_score hrv_method utc_offset_minutes wake_date start_time end_time raw is_nap
  asleep_seconds deep_seconds rem_seconds light_seconds awake_seconds in_bed_seconds sleep_efficiency
  latency_seconds awakenings activity_name duration average_heart_rate calories elevation_method
`;

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

const LETTER_OF: ReadonlyMap<string, string> = new Map(
  COLUMNS.trim()
    .split(/\s+/)
    .map((column, place) => [column, LETTERS.charAt(place)]),
);
const COLUMN_OF: ReadonlyMap<string, string> = new Map(
  [...LETTER_OF].map(([column, letter]) => [letter, column]),
);

/** Letters and values; behind them, by name, the columns that have no letter. */
export type StoredColumns = readonly [letters: string, ...values: readonly (ColumnValue | Columns)[]];

export type StoredOrder = readonly [ms: number, hash: string] | Order;

export type StoredSlice = StoredOrder | readonly [StoredOrder, ...StoredColumns];

/** What a database may hold: the form of today or that of earlier versions. */
export type AnyColumns = StoredColumns | readonly [Columns];
export type AnySlice = StoredSlice | Slice;

export function hasLetter(column: string): boolean {
  return LETTER_OF.has(column);
}

/** Of a column that has one. Throws where it has none. */
export function letterOf(column: string): string {
  const letter = LETTER_OF.get(column);
  if (letter === undefined) throw new Error(`${column} has no letter`);
  return letter;
}

export function encodeColumns(columns: Columns): StoredColumns {
  const known = Object.entries(columns).filter(([column]) => hasLetter(column));
  const others = Object.entries(columns).filter(([column]) => !hasLetter(column));
  return [
    known.map(([column]) => LETTER_OF.get(column)).join(''),
    ...known.map(([, value]) => value),
    ...(others.length === 0 ? [] : [Object.fromEntries(others)]),
  ];
}

export function decodeColumns([letters, ...values]: AnyColumns): Columns {
  if (typeof letters !== 'string') return letters;
  const columns: Record<string, ColumnValue> = {};
  for (const [place, value] of values.entries()) {
    if (typeof value === 'object' && value !== null) Object.assign(columns, value);
    else columns[COLUMN_OF.get(letters.charAt(place)) ?? ''] = value;
  }
  return columns;
}

const CONFIRMED_RANK = 1;
const SHA256_HEX = /^[0-9a-f]{64}$/;
const SHA256_BASE64_CHARS = 43;

export function encodeOrder([rank, ms, dedupKey, index]: Order): StoredOrder {
  const hash = SHA256_HEX.test(dedupKey) ? base64OfHex(dedupKey) : dedupKey;
  return rank === CONFIRMED_RANK && index === 0 ? [ms, hash] : [rank, ms, hash, index];
}

export function decodeOrder(stored: StoredOrder): Order {
  const [rank, ms, hash, index] = stored.length === 2 ? ([CONFIRMED_RANK, ...stored, 0] as const) : stored;
  return [rank, ms, hash.length === SHA256_BASE64_CHARS ? hexOfBase64(hash) : hash, index];
}

function base64OfHex(hex: string): string {
  const bytes = Array.from({ length: hex.length / 2 }, (_, at) =>
    Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16),
  );
  return btoa(String.fromCharCode(...bytes)).slice(0, SHA256_BASE64_CHARS);
}

function hexOfBase64(base64: string): string {
  return [...atob(base64)].map((byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}

export function encodeSlice([order, columns]: Slice): StoredSlice {
  const stored = encodeOrder(order);
  return Object.keys(columns).length === 0 ? stored : [stored, ...encodeColumns(columns)];
}

export function decodeSlice(stored: AnySlice): Slice {
  if (isOrder(stored)) return [decodeOrder(stored), {}];
  const [order, ...columns] = stored;
  return [decodeOrder(order), decodeColumns(columns)];
}

function isOrder(stored: AnySlice): stored is StoredOrder {
  return typeof stored[0] === 'number';
}
