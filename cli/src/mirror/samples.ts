import type { DatabaseSync } from 'node:sqlite';
import { tableOf } from './own-table.ts';

export const SAMPLES_COLUMNS = {
  source: 'text not null',
  metric: 'text not null',
  time: 'text not null',
  utc_offset_minutes: 'integer',
  value: 'real not null',
  unit: 'text not null',
  event: 'integer not null',
} as const;

export const SAMPLES_BENEATH_COLUMNS = {
  series: 'integer not null',
  source: 'text not null',
  metric: 'text not null',
  time: 'text not null',
  utc_offset_minutes: 'integer',
  value: 'real not null',
} as const;

export const SAMPLE_SERIES_COLUMNS = {
  id: 'integer primary key',
  source: 'text not null',
  kind: 'text not null',
  item: 'text not null',
  metric: 'text not null',
  unit: 'text',
  event: 'integer not null',
  rank: 'integer not null',
  order_ms: 'integer not null',
  sha256: 'text not null',
  position: 'integer not null',
  first_time: 'text',
  last_time: 'text',
  times: 'text',
} as const;

export const SAMPLES_READ_COLUMNS = {
  file: 'text not null primary key',
  bytes: 'integer not null',
  sha256: 'text not null',
  rules: 'integer not null',
  events: 'integer not null',
  disbelieved: 'integer not null',
} as const;

/**
 * Filled from the archive, so that no sync touches them and they outlive a new layout of the synced tables.
 * Keyed by metric and time: a metric over a year is one stretch of the table, a day one of its index.
 */
export const SAMPLES_SCHEMA: readonly string[] = [
  `${tableOf('if not exists samples', SAMPLES_COLUMNS, ['primary key (metric, time, source)'])}, without rowid`,
  'create index if not exists samples_by_time on samples(time)',
  `${tableOf('if not exists samples_beneath', SAMPLES_BENEATH_COLUMNS, ['primary key (metric, time, source, series)'])}, without rowid`,
  tableOf('if not exists sample_series', SAMPLE_SERIES_COLUMNS, ['unique (source, kind, item, metric)']),
  'create index if not exists sample_series_by_event on sample_series(event, metric)',
  'create index if not exists sample_series_by_time on sample_series(metric, source, last_time)',
  tableOf('if not exists samples_read', SAMPLES_READ_COLUMNS),
];

/** No sync brings them. */
export const SAMPLES_TABLES: readonly string[] = [
  'samples',
  'samples_beneath',
  'sample_series',
  'samples_read',
];

/** What is known of a month of the archive that was read. */
export type MonthRead = {
  readonly file: string;
  /** How long it was, and the SHA-256 of so many bytes of it. */
  readonly bytes: number;
  readonly sha256: string;
  /** The version of the rules that it was read by. */
  readonly rules: number;
  readonly events: number;
  readonly disbelieved: number;
};

export function readMonthsRead(database: DatabaseSync): readonly MonthRead[] {
  const rows = database.prepare('select * from samples_read order by file').all();
  return rows.map(({ file, bytes, sha256, rules, events, disbelieved }) => ({
    ...{ file: String(file), bytes: Number(bytes), sha256: String(sha256), rules: Number(rules) },
    ...{ events: Number(events), disbelieved: Number(disbelieved) },
  }));
}

/** For use inside the transaction that wrote the month's samples: both commit or neither. */
export function recordMonthRead(database: DatabaseSync, month: MonthRead): void {
  const { file, bytes, sha256, rules, events, disbelieved } = month;
  database
    .prepare('insert or replace into samples_read values (?, ?, ?, ?, ?, ?)')
    .run(file, bytes, sha256, rules, events, disbelieved);
}

/** For use inside a transaction. */
export function forgetSamples(database: DatabaseSync): void {
  for (const table of SAMPLES_TABLES) database.exec(`delete from ${table}`);
}

export type SamplesOfMetric = {
  readonly metric: string;
  readonly unit: string;
  readonly samples: number;
  readonly sources: readonly string[];
  readonly first: string;
  readonly last: string;
};

const BY_METRIC =
  'select metric, count(*) as samples, min(time) as first, max(time) as last from samples group by metric';
const SOURCES = `select distinct source, unit from sample_series where metric = ? and unit is not null order by source`;

/** How many samples there are of which metrics. */
export function countSamples(database: DatabaseSync): readonly SamplesOfMetric[] {
  const sourcesOf = database.prepare(SOURCES);
  return database
    .prepare(BY_METRIC)
    .all()
    .map(({ metric, samples, first, last }) => {
      const found = sourcesOf.all(String(metric));
      return {
        ...{ metric: String(metric), unit: String(found[0]?.unit), samples: Number(samples) },
        sources: found.map(({ source }) => String(source)),
        ...{ first: String(first), last: String(last) },
      };
    });
}
