import type { DatabaseSync } from 'node:sqlite';
import {
  type ColumnType,
  DAILY_SUMMARY_COLUMNS,
  SYNCED_TABLES,
  type SyncedTableName,
} from '../../../cloud/src/contract/tables.ts';
import { DICTIONARY_COLUMNS } from './dictionary/table.ts';
import { SOURCE_CHANGES_COLUMNS } from './source-changes.ts';

export type ExportedTable = {
  readonly name: string;
  readonly columns: Readonly<Record<string, ColumnType>>;
  /** What an SQL query reads as the date of a row; null where all rows belong to every range. */
  readonly date: string | null;
  readonly order: string;
  readonly where?: string;
};

export type Cell = string | number | null;

/** The date on the wall clock of who was there; of a time without Z it is that already. */
function dateAt(time: string): string {
  return `date(${time}, case when ${time} like '%Z' then coalesce(utc_offset_minutes, 0) else 0 end || ' minutes')`;
}

/** Without `raw`: one text of it is longer than a cell of a spreadsheet may be, and the archive keeps it as it came. */
function columnsOf(table: SyncedTableName): Record<string, ColumnType> {
  const columns: Record<string, ColumnType> = { ...SYNCED_TABLES[table].columns, updated_at: 'text' };
  delete columns.raw;
  return columns;
}

function texts(columns: readonly string[]): Record<string, ColumnType> {
  return Object.fromEntries(columns.map((column) => [column, 'text' as const]));
}

const TABLES: readonly ExportedTable[] = [
  {
    name: 'summary',
    columns: { datetime: 'text', ...DAILY_SUMMARY_COLUMNS },
    date: 'datetime',
    order: 'datetime',
  },
  {
    name: 'daily_summary',
    columns: columnsOf('daily_summary'),
    date: 'datetime',
    order: 'datetime, source',
  },
  {
    name: 'activities_merged',
    columns: {
      ...columnsOf('activities'),
      recordings: 'integer',
      twin_source: 'text',
      twin_start_time: 'text',
    },
    date: dateAt('start_time'),
    order: 'start_time, source',
  },
  {
    name: 'activities',
    columns: columnsOf('activities'),
    date: dateAt('start_time'),
    order: 'start_time, source',
  },
  {
    name: 'sleep_sessions',
    columns: columnsOf('sleep_sessions'),
    // As in a day: that of waking up.
    date: dateAt('end_time'),
    order: 'start_time, source',
  },
  {
    name: 'biomarkers_raw',
    columns: columnsOf('biomarkers_raw'),
    date: 'draw_date',
    order: 'draw_date, source, code',
  },
  {
    name: 'lab_uploads',
    columns: columnsOf('lab_uploads'),
    date: 'substr(uploaded_at, 1, 10)',
    order: 'uploaded_at, id',
  },
  { name: 'profiles', columns: columnsOf('profiles'), date: null, order: 'rowid' },
  {
    name: 'source_changes',
    columns: texts(SOURCE_CHANGES_COLUMNS),
    date: 'datetime',
    order: 'datetime, "column"',
  },
];

/** What a person would open in another program, first what to start with; last what its columns mean. */
export const EXPORTED_TABLES: readonly ExportedTable[] = [
  ...TABLES,
  {
    name: 'data_dictionary',
    columns: texts(Object.keys(DICTIONARY_COLUMNS)),
    date: null,
    order: 'rowid',
    where: `column_name <> 'raw' and table_name in (${[...TABLES.map(({ name }) => name), 'data_dictionary'].map((name) => `'${name}'`).join(', ')})`,
  },
];

/** The rows of a table, one after another, from a date on; of all time where that is null. */
export function* exportedRows(
  database: DatabaseSync,
  { name, columns, date, order, where }: ExportedTable,
  from: string | null,
): Generator<readonly Cell[]> {
  const named = Object.keys(columns);
  const isCut = from !== null && date !== null;
  const conditions = [...(where === undefined ? [] : [where]), ...(isCut ? [`${date} >= ?`] : [])];
  const statement = database.prepare(
    `select ${named.map((column) => `"${column}"`).join(', ')} from ${name}
     ${conditions.length > 0 ? `where ${conditions.join(' and ')}` : ''}
     order by ${order}`,
  );
  for (const row of statement.iterate(...(isCut ? [from] : []))) {
    yield named.map((column) => cellOf(row[column]));
  }
}

function cellOf(value: unknown): Cell {
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}
