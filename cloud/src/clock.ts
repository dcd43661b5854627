/** Time as text. Instants are always passed in: nothing here asks what time it is. */

import type { Brand, WeakBrand } from './brand.ts';

/** Milliseconds since 1970. Any number may stand for one, but no id may. */
export type UnixMs = WeakBrand<number, 'UnixMs'>;

/** ISO 8601 UTC with milliseconds: `2026-01-31T12:00:00.000Z`. */
export type IsoTime = Brand<string, 'IsoTime'>;

/**
 * SQLite's own form, UTC: `2026-01-31 12:00:00.000`, or without milliseconds. The two forms do not compare: a
 * blank is before a `T`, whatever the time.
 */
export type SqliteTime = Brand<string, 'SqliteTime'>;

/** Of a column that holds both forms: rows of the earlier version have SQLite's. */
export type StoredTime = IsoTime | SqliteTime;

export function isoTime(ms: UnixMs): IsoTime {
  return new Date(ms).toISOString() as IsoTime;
}

/** As the columns of the first migrations hold it: it compares with what `datetime('now')` wrote. */
export function sqliteTime(ms: UnixMs): SqliteTime {
  return isoTime(ms).replace('T', ' ').slice(0, -1) as SqliteTime;
}

/** Unix ms of a stored time in either form, both UTC; NaN where it is none. */
export function unixMsOf(text: StoredTime): UnixMs {
  return Date.parse(text.includes('T') ? text : `${text.replace(' ', 'T')}Z`);
}

/** A text that has the form already, because of the column or the cursor of ours that it comes from. */
export function isoText(text: string): IsoTime {
  return text as IsoTime;
}

/** The same of SQLite's form. */
export function sqliteText(text: string): SqliteTime {
  return text as SqliteTime;
}

/** The same where it may be either. */
export function storedText(text: string): StoredTime {
  return text as StoredTime;
}
