import type { DatabaseSync } from 'node:sqlite';
import { tableOf } from './own-table.ts';

export const DEVICE_HISTORY_COLUMNS = {
  month: 'text not null',
  source: 'text not null',
  kind: 'text not null',
  datetime: 'text not null',
  device: 'text',
  firmware: 'text',
} as const;

export const DEVICE_MONTHS_COLUMNS = {
  month: 'text not null primary key',
  sha256: 'text not null',
} as const;

export const DEVICE_HISTORY_SCHEMA: readonly string[] = [
  `${tableOf('device_history', DEVICE_HISTORY_COLUMNS, ['primary key (source, kind, datetime, month)'])}, without rowid`,
  tableOf('device_months', DEVICE_MONTHS_COLUMNS),
];

/** No sync brings them. */
export const DEVICE_HISTORY_TABLES: readonly string[] = ['device_history', 'device_months'];

/** What the events of one month said of the device that made a date's values. */
export type DeviceOfDate = {
  readonly source: string;
  readonly kind: 'daily' | 'sleep';
  readonly datetime: string;
  readonly device: string | null;
  readonly firmware: string | null;
};

/** The months that were read, and the sum of what was read. */
export function readDeviceMonths(database: DatabaseSync): ReadonlyMap<string, string> {
  const rows = database.prepare('select month, sha256 from device_months').all();
  return new Map(rows.map(({ month, sha256 }) => [String(month), String(sha256)]));
}

/** Forgets what a month said. For use inside a transaction, as `writeDeviceMonth`. */
export function forgetDeviceMonth(database: DatabaseSync, month: string): void {
  database.prepare('delete from device_history where month = ?').run(month);
  database.prepare('delete from device_months where month = ?').run(month);
}

/** Makes what a month said anew; of two of one date the later in the list counts. */
export function writeDeviceMonth(
  database: DatabaseSync,
  month: string,
  sha256: string,
  devices: readonly DeviceOfDate[],
): void {
  forgetDeviceMonth(database, month);
  const insert = database.prepare(
    `insert or replace into device_history (month, source, kind, datetime, device, firmware) values (?, ?, ?, ?, ?, ?)`,
  );
  for (const { source, kind, datetime, device, firmware } of devices) {
    insert.run(month, source, kind, datetime, device, firmware);
  }
  database.prepare('insert into device_months (month, sha256) values (?, ?)').run(month, sha256);
}
