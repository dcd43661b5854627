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

/** Kept over rebuilds of the file's layout: it is the person's, not the server's. */
export const SOURCE_ORDER_SCHEMA = tableOf('if not exists source_order', SOURCE_ORDER_COLUMNS);

/** Replaces the order; ranks count from 1. For use inside a transaction. */
export function writeSourceOrder(database: DatabaseSync, sources: readonly string[]): void {
  database.exec('delete from source_order');
  const insert = database.prepare('insert into source_order (source, rank) values (?, ?)');
  sources.forEach((source, index) => {
    insert.run(source, index + 1);
  });
}
