import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { DateRange } from '../days-read.ts';
import { readPerson } from '../report-read.ts';
import { SPAN_BY_SOURCE } from '../status.ts';
import { readNewestOffset } from '../wall-clock.ts';

const extent = z.object({
  last_sync_at: z.string().nullable(),
  oldest_day: z.string().nullable(),
  newest_day: z.string().nullable(),
});

const span = z.object({ source: z.string(), oldest: z.string(), newest: z.string() });

export type Extent = {
  readonly lastSyncAt: string | null;
  readonly oldestDay: string | null;
  readonly newestDay: string | null;
  /** Of the newest day that knows it. */
  readonly utcOffsetMinutes: number | null;
  /** As the person told it in their profile: Europe/Berlin. */
  readonly timeZone: string | null;
  /** From when to when each source says anything. */
  readonly spans: readonly { readonly source: string; readonly oldest: string; readonly newest: string }[];
};

/** When the file was last synced, and which days it says anything about. */
export function readExtent(database: DatabaseSync): Extent {
  const found = extent.parse(
    database
      .prepare(
        `select
           (select last_sync_at from sync_state) as last_sync_at,
           (select min(datetime) from daily_summary) as oldest_day,
           (select max(datetime) from daily_summary) as newest_day`,
      )
      .get(),
  );
  return {
    lastSyncAt: found.last_sync_at,
    oldestDay: found.oldest_day,
    newestDay: found.newest_day,
    utcOffsetMinutes: readNewestOffset(database),
    timeZone: readPerson(database).timezone,
    spans: database
      .prepare(SPAN_BY_SOURCE)
      .all()
      .map((row) => span.parse(row)),
  };
}

const offsetRun = z.object({
  utc_offset_minutes: z.number().nullable(),
  from: z.string(),
  to: z.string(),
  days: z.number(),
});

export type OffsetRun = z.infer<typeof offsetRun>;

/** How far the wall clock was ahead of UTC, day by day, days of one offset together; null where nobody knows it. */
export function readOffsetRuns(database: DatabaseSync, { from, to }: DateRange): readonly OffsetRun[] {
  return database
    .prepare(
      `with
         day as materialized (
           select datetime, utc_offset_minutes as offset from summary where datetime between ? and ?
         ),
         numbered as (
           select datetime, offset,
             row_number() over (order by datetime) - row_number() over (partition by offset order by datetime) as run
           from day
         )
       select offset as utc_offset_minutes, min(datetime) as "from", max(datetime) as "to", count(*) as days
       from numbered
       group by offset, run
       order by min(datetime)`,
    )
    .all(from, to)
    .map((row) => offsetRun.parse(row));
}
