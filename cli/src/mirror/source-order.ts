import type { DatabaseSync } from 'node:sqlite';
import type { Provider } from '../../../cloud/src/contract/providers.ts';
import { tableOf } from './own-table.ts';

/** Which source is believed first, until the person says otherwise. Sources not named come after, by name. */
export const DEFAULT_SOURCE_ORDER: readonly Provider[] = [
  'oura',
  'whoop',
  'garmin',
  'fitbit',
  'apple',
  'withings',
  'polar',
];

export const SOURCE_ORDER_COLUMNS = {
  source: 'text not null primary key',
  rank: 'integer not null unique',
} as const;

export const METRIC_SOURCE_ORDER_COLUMNS = {
  metric: 'text not null',
  source: 'text not null',
  rank: 'integer not null',
} as const;

/** The person's own: no sync brings them. */
export const SOURCE_ORDER_TABLES: readonly string[] = ['source_order', 'metric_source_order'];

export const SOURCE_ORDER_SCHEMA: readonly string[] = [
  tableOf('if not exists source_order', SOURCE_ORDER_COLUMNS),
  'create index if not exists source_order_ranks on source_order(source, rank)',
  `${tableOf('if not exists metric_source_order', METRIC_SOURCE_ORDER_COLUMNS, ['primary key (metric, source)'])}, without rowid`,
];

/** Sources, the first believed first. */
export type SourceOrder = readonly string[];

/** Replaces the order; ranks count from 1. For use inside a transaction. */
export function writeSourceOrder(database: DatabaseSync, sources: SourceOrder): void {
  database.exec('delete from source_order');
  const insert = database.prepare('insert into source_order (source, rank) values (?, ?)');
  sources.forEach((source, index) => {
    insert.run(source, index + 1);
  });
}

export function readSourceOrder(database: DatabaseSync): SourceOrder {
  return database
    .prepare('select source from source_order order by rank')
    .all()
    .map(({ source }) => String(source));
}

/** Every source that says anything of a day, by name. */
export function readSourcesOfDays(database: DatabaseSync): SourceOrder {
  const found = database.prepare('select distinct source from daily_summary order by source').all();
  return found.map(({ source }) => String(source));
}

/** Replaces the order of one metric: its sources come before all others, which follow in the order of all metrics. */
export function writeMetricOrder(database: DatabaseSync, metric: string, sources: SourceOrder): void {
  database.prepare('delete from metric_source_order where metric = ?').run(metric);
  const insert = database.prepare('insert into metric_source_order (metric, source, rank) values (?, ?, ?)');
  sources.forEach((source, index) => {
    insert.run(metric, source, index + 1);
  });
}

/** Of each metric that has an order of its own, by the metric's name. */
export function readMetricOrders(database: DatabaseSync): Readonly<Record<string, SourceOrder>> {
  const orders = new Map<string, string[]>();
  const rows = database.prepare('select metric, source from metric_source_order order by metric, rank').all();
  for (const { metric, source } of rows) {
    const known = orders.get(String(metric)) ?? [];
    orders.set(String(metric), [...known, String(source)]);
  }
  return Object.fromEntries(orders);
}

/** Forgets what the person said: the default order, and none of a metric. */
export function resetSourceOrders(database: DatabaseSync): void {
  writeSourceOrder(database, DEFAULT_SOURCE_ORDER);
  database.exec('delete from metric_source_order');
}
