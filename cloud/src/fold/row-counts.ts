import type { IsoTime } from '../clock.ts';
import type { PersonChanges } from './changes.ts';

/** How many rows a person has: by table, then by source, `''` in a table without one. What has no rows is not named. */
export type RowCounts = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The counts of a person without any row. */
export const NO_ROWS: RowCounts = {};

/** The counts after a fold. A row's source is the first part of its key in every table the fold writes. */
export function countsAfter(before: RowCounts, { rows, deletions }: PersonChanges): RowCounts {
  const counts = new Map(
    Object.entries(before).map(([table, sources]) => [table, new Map(Object.entries(sources))]),
  );
  const add = (table: string, [source = '']: readonly string[], rows: 1 | -1) => {
    const sources = counts.get(table) ?? new Map<string, number>();
    counts.set(table, sources.set(source, (sources.get(source) ?? 0) + rows));
  };
  for (const { table, key, isNew } of rows) if (isNew) add(table, key, 1);
  for (const { table, key } of deletions) add(table, key, -1);
  return Object.fromEntries(
    [...counts].map(([table, sources]) => [
      table,
      Object.fromEntries([...sources].filter(([, rows]) => rows > 0)),
    ]),
  );
}

/**
 * As `users.row_counts` keeps them: `{"clock":"2026-03-01T10:00:00.000Z","counts":{"daily_summary":{"oura":31}}}`. Whoever
 * moves the clock and does not say what the counts are from then on leaves them to be counted.
 */
export function encodeRowCounts(counts: RowCounts, clock: IsoTime): string {
  return JSON.stringify({ clock, counts });
}

/** Null where they are of another moment, or of none. */
export function decodeRowCounts(text: string | null, clock: IsoTime | null): RowCounts | null {
  if (text === null) return null;
  const stored = JSON.parse(text) as { readonly clock: IsoTime; readonly counts: RowCounts };
  return stored.clock === clock ? stored.counts : null;
}
