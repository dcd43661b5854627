import type { DatabaseSync } from 'node:sqlite';
import {
  type DAILY_SUMMARY_COLUMNS,
  SLEEP_UNIT_COLUMNS,
  type SYNCED_TABLES,
  type WIDE_BIOMARKERS,
} from '../../../../cloud/src/contract/tables.ts';
import type { RECORDING_COLUMNS } from '../activities-merged.ts';
import type { COMPOSITES } from '../composites.ts';
import type { ASKED_RANGES_COLUMNS, COVERAGE_COLUMNS } from '../coverage.ts';
import type { DEVICE_HISTORY_COLUMNS, DEVICE_MONTHS_COLUMNS } from '../device-history.ts';
import type { ACTIVITIES_LOCAL, SLEEP_LOCAL, SUMMARY_LOCAL } from '../local-times.ts';
import type { POPULATION_COLUMNS } from '../population.ts';
import type {
  SAMPLE_SERIES_COLUMNS,
  SAMPLES_BENEATH_COLUMNS,
  SAMPLES_COLUMNS,
  SAMPLES_READ_COLUMNS,
} from '../samples.ts';
import type { SOURCE_CHANGES_COLUMNS } from '../source-changes.ts';
import type { METRIC_SOURCE_ORDER_COLUMNS, SOURCE_ORDER_COLUMNS } from '../source-order.ts';
import type { SYNC_STATE_COLUMNS } from '../sync-state.ts';
import { BIOMARKER_ENTRIES, UPLOAD_ENTRIES, WIDE_ENTRIES } from './biomarkers.ts';
import { ASKED_RANGES_ENTRIES, COVERAGE_ENTRIES } from './coverage.ts';
import { DAILY_ENTRIES } from './days.ts';
import {
  ACTIVITIES_MERGED_ENTRIES,
  DEVICE_HISTORY_ENTRIES,
  DEVICE_MONTHS_ENTRIES,
  SOURCE_CHANGES_ENTRIES,
} from './devices.ts';
import { type ColumnEntry, DATE, entriesFrom, entriesSeen, type TableEntry } from './entry.ts';
import { ACTIVITIES_LOCAL_ENTRIES, SLEEP_LOCAL_ENTRIES, SUMMARY_LOCAL_ENTRIES } from './local.ts';
import {
  COMPOSITE_ENTRIES,
  DICTIONARY_ENTRIES,
  METRIC_SOURCE_ORDER_ENTRIES,
  POPULATION_ENTRIES,
  SOURCE_ORDER_ENTRIES,
  SYNC_STATE_ENTRIES,
} from './own.ts';
import {
  SAMPLE_SERIES_ENTRIES,
  SAMPLES_BENEATH_ENTRIES,
  SAMPLES_ENTRIES,
  SAMPLES_READ_ENTRIES,
} from './samples.ts';
import { ACTIVITY_ENTRIES, SLEEP_ENTRIES, SOURCE_MEANING, UPDATED_AT } from './sessions.ts';
import type { DICTIONARY_COLUMNS } from './table.ts';

type DailyColumn = keyof typeof DAILY_SUMMARY_COLUMNS;

/** The columns of every table and view, from the lists that those are made of. */
type ColumnsOf = {
  [Table in keyof typeof SYNCED_TABLES]: keyof (typeof SYNCED_TABLES)[Table]['columns'] | 'updated_at';
} & {
  summary: 'datetime' | DailyColumn;
  summary_local: keyof typeof SUMMARY_LOCAL;
  sleep_local: keyof typeof SLEEP_LOCAL;
  activities_local: keyof typeof ACTIVITIES_LOCAL;
  activities_merged:
    | keyof (typeof SYNCED_TABLES)['activities']['columns']
    | 'updated_at'
    | (typeof RECORDING_COLUMNS)[number];
  coverage: (typeof COVERAGE_COLUMNS)[number];
  source_changes: (typeof SOURCE_CHANGES_COLUMNS)[number];
  device_history: keyof typeof DEVICE_HISTORY_COLUMNS;
  device_months: keyof typeof DEVICE_MONTHS_COLUMNS;
  asked_ranges: keyof typeof ASKED_RANGES_COLUMNS;
  summary_composites: 'datetime' | keyof typeof COMPOSITES;
  biomarkers_wide: 'source' | 'draw_date' | keyof typeof WIDE_BIOMARKERS | 'updated_at';
  population: keyof typeof POPULATION_COLUMNS;
  source_order: keyof typeof SOURCE_ORDER_COLUMNS;
  metric_source_order: keyof typeof METRIC_SOURCE_ORDER_COLUMNS;
  sync_state: keyof typeof SYNC_STATE_COLUMNS;
  data_dictionary: keyof typeof DICTIONARY_COLUMNS;
  samples: keyof typeof SAMPLES_COLUMNS;
  samples_beneath: keyof typeof SAMPLES_BENEATH_COLUMNS;
  sample_series: keyof typeof SAMPLE_SERIES_COLUMNS;
  samples_read: keyof typeof SAMPLES_READ_COLUMNS;
};

export type MirrorTable = keyof ColumnsOf;

const datetime = entriesFrom('daily and sleep events', 'before 0.1.0')(
  'The date on your own calendar; of a night the date of waking up.',
  DATE,
);

/** Where a column of `summary` comes from, when several devices know it. */
function seenInSummary(column: DailyColumn): Partial<ColumnEntry> {
  const nights: readonly string[] = SLEEP_UNIT_COLUMNS;
  const source = nights.includes(column)
    ? 'daily_summary: the whole night of the first source of source_order that knows its length'
    : 'daily_summary: the first source of source_order that knows it';
  return { source, since: '0.1.0' };
}

/** What stands in the file: a table or column without an entry does not compile. First what to start with. */
export const DICTIONARY: { readonly [Table in MirrorTable]: TableEntry<ColumnsOf[Table]> } = {
  summary: {
    about: 'Start here: one row a date, over all devices.',
    columns: { datetime: { ...datetime, since: '0.1.0' }, ...entriesSeen(DAILY_ENTRIES, seenInSummary) },
  },
  summary_local: {
    about: 'The same rows as summary, with bed and wake-up times as the clock on the wall showed them.',
    columns: SUMMARY_LOCAL_ENTRIES,
  },
  sleep_local: {
    about: 'One row a sleep of a source, naps included, with times as the clock on the wall showed them.',
    columns: SLEEP_LOCAL_ENTRIES,
  },
  activities_local: {
    about: 'One row an activity of a source, with times as the clock on the wall showed them.',
    columns: ACTIVITIES_LOCAL_ENTRIES,
  },
  activities_merged: {
    about: 'One row a workout, also where several devices recorded it.',
    columns: ACTIVITIES_MERGED_ENTRIES,
  },
  summary_composites: {
    about: 'One row a date: ratios, and means and spreads over the last 30 days. Computed when read.',
    columns: COMPOSITE_ENTRIES,
  },
  biomarkers_wide: {
    about: 'One row a source and date: the most common lab values and blood pressure, each in one unit.',
    columns: WIDE_ENTRIES,
  },
  coverage: {
    about:
      'Why a day has no value: one row a source, metric and day. Narrow it by source and metric, and count by state.',
    columns: COVERAGE_ENTRIES,
  },
  source_changes: {
    about:
      'Since when a column of summary comes from another source or device: one row a column and change. Look here before a step in a curve is read as one of the body.',
    columns: SOURCE_CHANGES_ENTRIES,
  },
  data_dictionary: {
    about: 'What every column of this file means.',
    columns: DICTIONARY_ENTRIES,
  },
  daily_summary: {
    about: 'One row a source and date: what each device says of it, from which summary chooses.',
    columns: {
      source: entriesFrom('the event', 'before 0.1.0')(SOURCE_MEANING),
      datetime,
      ...DAILY_ENTRIES,
      updated_at: UPDATED_AT,
    },
  },
  activities: {
    about: 'One row an activity of a source: a run, a ride, a hike.',
    columns: { ...ACTIVITY_ENTRIES, updated_at: UPDATED_AT },
  },
  sleep_sessions: {
    about: 'One row a sleep of a source, naps included. What was measured in it is in daily_summary.',
    columns: { ...SLEEP_ENTRIES, updated_at: UPDATED_AT },
  },
  biomarkers_raw: {
    about: 'One row a lab result or measurement of a body, whatever its code.',
    columns: { ...BIOMARKER_ENTRIES, updated_at: UPDATED_AT },
  },
  lab_uploads: {
    about: 'One row an uploaded lab report.',
    columns: { ...UPLOAD_ENTRIES, updated_at: UPDATED_AT },
  },
  profiles: {
    about: 'One row, what you said of yourself.',
    columns: {
      data: entriesFrom('you, with `amy profile set`', 'before 0.1.0')('Age, sex, height and so on.', 'JSON'),
      updated_at: UPDATED_AT,
    },
  },
  population: {
    about: 'Published percentiles to compare with, each with its study and what it must not be mistaken for.',
    columns: POPULATION_ENTRIES,
  },
  asked_ranges: {
    about:
      'Which days of which source the server asked Terra for, and how it stands with them: what coverage is made of.',
    columns: ASKED_RANGES_ENTRIES,
  },
  device_history: {
    about: 'Which device measured a date, as archived events say: what source_changes knows of devices.',
    columns: DEVICE_HISTORY_ENTRIES,
  },
  device_months: {
    about: 'Which months of the archive were read for device_history.',
    columns: DEVICE_MONTHS_ENTRIES,
  },
  source_order: { about: 'Which device summary believes first.', columns: SOURCE_ORDER_ENTRIES },
  metric_source_order: {
    about: 'Which device summary believes first for one metric, where you said so.',
    columns: METRIC_SOURCE_ORDER_ENTRIES,
  },
  samples: {
    about:
      'One row a value inside a day: heart rates, glucose, sleep stages and their like. Empty until `amy archive --samples` fills it.',
    columns: SAMPLES_ENTRIES,
  },
  samples_beneath: {
    about:
      'Samples at whose time another day, sleep or activity of the same source gives another one: they come back where that goes. Sleep stages lie here all, and those of them that count in samples too.',
    columns: SAMPLES_BENEATH_ENTRIES,
  },
  sample_series: {
    about: 'One row a metric of a day, sleep or activity: which event its samples are from.',
    columns: SAMPLE_SERIES_ENTRIES,
  },
  samples_read: {
    about: 'Which months of the archive the samples were read from.',
    columns: SAMPLES_READ_ENTRIES,
  },
  sync_state: {
    about: 'One row: whose file this is, and when it was last synced.',
    columns: SYNC_STATE_ENTRIES,
  },
};

/** A row of `data_dictionary`. */
export type DictionaryRow = { readonly table: string; readonly column: string } & ColumnEntry;

/** The rows of `data_dictionary`, in its order. */
export function dictionaryRows(): readonly DictionaryRow[] {
  return Object.entries<TableEntry<string>>(DICTIONARY).flatMap(([table, { columns }]) =>
    Object.entries(columns).map(([column, entry]) => ({ table, column, ...entry })),
  );
}

/** Fills the empty table. For use inside a transaction. */
export function fillDictionary(database: DatabaseSync): void {
  const insert = database.prepare('insert into data_dictionary values (?, ?, ?, ?, ?, ?)');
  for (const { table, column, meaning, unit, source, since } of dictionaryRows()) {
    insert.run(table, column, meaning, unit, source, since);
  }
}
