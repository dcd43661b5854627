/** The version of amy that brought a column. What the earlier version had is older than the first release. */
export type Since = 'before 0.1.0' | '0.1.0';

/** What is told of one column. */
export type ColumnEntry = {
  /** In plain sentences, for somebody who sees the column for the first time; also what null means, where it is not plain. */
  readonly meaning: string;
  /** UCUM, as `biomarkers_raw.unit` and `population.unit`; of a date or time its form; null of what has none. */
  readonly unit: string | null;
  /** Which kind of event, or who else, gives it. */
  readonly source: string;
  readonly since: Since;
};

/** A table or view: what one row of it is, and an entry for each of its columns and no other. */
export type TableEntry<Column extends string> = {
  readonly about: string;
  readonly columns: Readonly<Record<Column, ColumnEntry>>;
};

/** Entries of columns that share where they come from and since when they are there. */
export function entriesFrom(source: string, since: Since) {
  return (meaning: string, unit: string | null = null): ColumnEntry => ({ meaning, unit, source, since });
}

/** The same columns, seen in a view: what they mean stays, where they come from is told anew. */
export function entriesSeen<Column extends string>(
  columns: Readonly<Record<Column, ColumnEntry>>,
  seen: (column: Column, entry: ColumnEntry) => Partial<ColumnEntry>,
): Readonly<Record<Column, ColumnEntry>> {
  const entries = Object.entries<ColumnEntry>(columns).map(([column, entry]) => [
    column,
    // The keys of `columns` are its columns.
    { ...entry, ...seen(column as Column, entry) },
  ]);
  return Object.fromEntries(entries) as Record<Column, ColumnEntry>;
}

/** The forms in which dates and times are written. */
export const DATE = 'YYYY-MM-DD';
export const TIME = 'ISO 8601, UTC';
export const WALL_TIME = 'ISO 8601, wall clock';
