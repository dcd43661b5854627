import type { DatabaseSync } from 'node:sqlite';

/** Which source is believed first, until the person says otherwise. Sources not named come after, by name. */
export const DEFAULT_SOURCE_ORDER: readonly string[] = [
  'oura',
  'whoop',
  'garmin',
  'fitbit',
  'apple',
  'withings',
  'polar',
];

/** Kept over rebuilds of the file's layout: it is the person's, not the server's. */
export const SOURCE_ORDER_SCHEMA = `create table if not exists source_order (
  source text not null primary key,
  rank integer not null unique
) strict`;

/** Replaces the order; ranks count from 1. For use inside a transaction. */
export function writeSourceOrder(database: DatabaseSync, sources: readonly string[]): void {
  database.exec('delete from source_order');
  const insert = database.prepare('insert into source_order (source, rank) values (?, ?)');
  sources.forEach((source, index) => {
    insert.run(source, index + 1);
  });
}
