/** Time as text. Instants are always passed in: nothing here asks what time it is. */

/** ISO 8601 UTC with milliseconds: `2026-01-31T12:00:00.000Z`. */
export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/**
 * SQLite's own form, `2026-01-31 12:00:00.000`, as the columns of the first migrations hold it: it compares
 * with what `datetime('now')` wrote.
 */
export function sqliteTime(ms: number): string {
  return isoTime(ms).replace('T', ' ').slice(0, -1);
}

/** Unix ms of a stored time in either form, both UTC; NaN where it is none. */
export function storedInstant(text: string): number {
  return Date.parse(text.includes('T') ? text : `${text.replace(' ', 'T')}Z`);
}
