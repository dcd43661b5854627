import { valueColumns } from '../contract/tables.ts';
import type { Columns, ColumnValue } from '../normalize/types.ts';
import { type BiomarkerDayChange, biomarkerCells, changedBiomarkerDays } from './biomarker-days.ts';
import { shownBiomarker } from './biomarker-row.ts';
import { encodeDailyRow, shownDaily } from './daily-row.ts';
import { EMPTY_ITEM_ROW, encodeItemRow, type ItemRow, longestActivity, shownColumns } from './item-row.ts';
import type { ItemHome, ItemState } from './items.ts';
import { rowKeyParts } from './keys.ts';
import type { LabSession } from './lab-results.ts';
import { OMITTED_RAW, shownSession } from './nights.ts';
import type { PersonState } from './person.ts';

/** The tables the fold writes. */
export type FoldedTable = 'daily_summary' | 'activities' | 'sleep_sessions' | 'biomarkers_raw';

/** A row to write: its key in the table's order, its visible columns and its cells. */
export type RowChange = {
  readonly table: FoldedTable;
  readonly key: readonly string[];
  readonly columns: Columns;
  readonly cells: string | null;
  /** The row was not there before. */
  readonly isNew: boolean;
  /** What is shown stays as it was: the same was said again, by another event. */
  readonly isOnlyCells: boolean;
  /** An input withdrew a value: nulls overwrite. */
  readonly replace: boolean;
};

/** A row to delete, leaving a tombstone. */
export type RowDeletion = { readonly table: FoldedTable; readonly key: readonly string[] };

export type HomeChange = {
  readonly kind: 'sleep' | 'activity';
  readonly source: string;
  readonly item: string;
  readonly home: ItemHome;
};

/** What is remembered of a lab session from now on; null: nothing. */
export type LabSessionChange = { readonly session: string; readonly known: LabSession | null };

export type PersonChanges = {
  readonly rows: readonly RowChange[];
  readonly deletions: readonly RowDeletion[];
  /** The days of all biomarkers among `rows`, and those of bodies where only an order moved. */
  readonly biomarkerDays: readonly BiomarkerDayChange[];
  readonly homes: readonly HomeChange[];
  readonly labSessions: readonly LabSessionChange[];
};

type Rendered = { readonly columns: Columns | null; readonly cells: string | null };

/** What a fold changed, row by row. Rows that read the same before and after are left out. */
export function changesBetween(before: PersonState, after: PersonState): PersonChanges {
  const rows: RowChange[] = [];
  const deletions: RowDeletion[] = [];
  const compare = <Row>(
    table: FoldedTable,
    from: ReadonlyMap<string, Row>,
    to: ReadonlyMap<string, Row>,
    render: (row: Row | undefined, key: readonly string[]) => Rendered,
  ) => {
    for (const [mapKey, row] of to) {
      if (from.get(mapKey) === row) continue;
      const key = rowKeyParts(mapKey);
      const old = render(from.get(mapKey), key);
      const now = render(row, key);
      if (now.columns !== null) {
        if (isSame(old, now)) continue;
        rows.push({
          table,
          key,
          columns: now.columns,
          cells: now.cells,
          isNew: old.columns === null,
          isOnlyCells: old.columns !== null && isEqual(old.columns, now.columns),
          replace: withdrawsValue(old.columns, now.columns),
        });
      } else if (old.columns !== null) deletions.push({ table, key });
    }
  };
  compare('daily_summary', before.daily, after.daily, (row) => ({
    columns: row === undefined ? null : shownDaily(row),
    cells: row === undefined ? null : encodeDailyRow(row),
  }));
  compare('biomarkers_raw', before.biomarkers, after.biomarkers, (row, key) => ({
    columns: row === undefined ? null : shownBiomarker(key[2] ?? '', row),
    cells: row === undefined ? null : biomarkerCells(key, row),
  }));
  compare('sleep_sessions', before.sleep.rows, after.sleep.rows, (row, key) =>
    renderItem(row, valueColumns('sleep_sessions'), (one) => shownSession(key[0] ?? '', one), {
      raw: OMITTED_RAW,
    }),
  );
  compare('activities', before.activities.rows, after.activities.rows, (row) =>
    renderItem(row, valueColumns('activities'), longestActivity),
  );
  return {
    rows,
    deletions,
    biomarkerDays: changedBiomarkerDays(before, after, keysOf('biomarkers_raw', rows)),
    homes: [
      ...changedHomes('sleep', before.sleep, after.sleep),
      ...changedHomes('activity', before.activities, after.activities),
    ],
    labSessions: changedLabSessions(before, after),
  };
}

function keysOf(table: FoldedTable, rows: readonly RowChange[]): readonly (readonly string[])[] {
  return rows.flatMap((row) => (row.table === table ? [row.key] : []));
}

function renderItem(
  row: ItemRow = EMPTY_ITEM_ROW,
  names: readonly string[],
  pickShown: (row: ItemRow) => string | null,
  /** Shown where the item does not know them. */
  instead: Columns = {},
): Rendered {
  const item = pickShown(row);
  const shown = shownColumns(row, item);
  if (shown === null) return { columns: null, cells: null };
  return {
    columns: Object.fromEntries(
      names.map((name): [string, ColumnValue] => [name, shown[name] ?? instead[name] ?? null]),
    ),
    cells: encodeItemRow(row, item),
  };
}

function changedHomes(kind: HomeChange['kind'], before: ItemState, after: ItemState): HomeChange[] {
  return [...after.homes].flatMap(([key, home]) => {
    const [source = '', item = ''] = rowKeyParts(key);
    const isSameHome = JSON.stringify(before.homes.get(key)) === JSON.stringify(home);
    return isSameHome ? [] : [{ kind, source, item, home }];
  });
}

function changedLabSessions(before: PersonState, after: PersonState): LabSessionChange[] {
  const sessions = new Set([...before.labSessions.keys(), ...after.labSessions.keys()]);
  return [...sessions].flatMap((session) => {
    const known = after.labSessions.get(session) ?? null;
    const isSameSession = JSON.stringify(before.labSessions.get(session) ?? null) === JSON.stringify(known);
    return isSameSession ? [] : [{ session, known }];
  });
}

function isSame(a: Rendered, b: Rendered): boolean {
  return a.cells === b.cells && a.columns !== null && b.columns !== null && isEqual(a.columns, b.columns);
}

function isEqual(a: Columns, b: Columns): boolean {
  return Object.keys(b).every((column) => (a[column] ?? null) === (b[column] ?? null));
}

function withdrawsValue(before: Columns | null, after: Columns): boolean {
  return (
    before !== null && Object.keys(after).some((column) => before[column] != null && after[column] == null)
  );
}
