import type { DatabaseSync } from 'node:sqlite';
import { isTimeZone, zoneOfOffset } from '../dates.ts';
import { readPerson } from './report-read.ts';

/** How many minutes the wall clock was ahead of UTC on the newest day that knows it; null where none does. */
export function readNewestOffset(database: DatabaseSync): number | null {
  const { utc_offset_minutes: minutes } =
    database
      .prepare(
        `select utc_offset_minutes from daily_summary
         where utc_offset_minutes is not null
         order by datetime desc, source
         limit 1`,
      )
      .get() ?? {};
  return typeof minutes === 'number' ? minutes : null;
}

/**
 * The time zone whose calendar says what today is, for every answer alike: that of the profile; where it has none, or one
 * that nobody knows, the newest known offset of a day (`+05:45`); failing that, `machine`, that of this machine.
 */
export function readTimeZone(database: DatabaseSync, machine: string): string {
  const offset = readNewestOffset(database);
  const zones = [readPerson(database).timezone, offset === null ? null : zoneOfOffset(offset)];
  return zones.find((zone) => zone !== null && isTimeZone(zone)) ?? machine;
}
