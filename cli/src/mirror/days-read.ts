import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { DailyColumn } from './chosen-source.ts';
import {
  BEST_OF_METRIC_FIRST,
  KNOWS_NIGHT,
  metricOf,
  NIGHT_COLUMNS,
  NIGHT_METRIC,
  NIGHTS_FIRST,
  rankedRows,
} from './summary.ts';

/** Both ends included, YYYY-MM-DD. */
export type DateRange = { readonly from: string; readonly to: string };

const dayValue = z.object({
  datetime: z.string(),
  source: z.string(),
  value: z.number(),
  /** Of heart rate variability: by which method. Null of all else. */
  hrv_method: z.string().nullable(),
});

/** What `summary` shows of a column on one date, and whose word it is. */
export type DayValue = z.infer<typeof dayValue>;

/** Every date of the range that has a value of the column, in order: the values that `summary` shows. */
export function readDayValues(
  database: DatabaseSync,
  column: DailyColumn,
  { from, to }: DateRange,
): readonly DayValue[] {
  const isNight = NIGHT_COLUMNS.includes(column);
  const metric = isNight ? NIGHT_METRIC : metricOf(column);
  const condition = isNight ? KNOWS_NIGHT : `d.${metric} is not null`;
  const order = isNight ? NIGHTS_FIRST : BEST_OF_METRIC_FIRST;
  const method = column === 'heart_rate_variability' ? 'd.hrv_method' : 'null';
  const rows = database
    .prepare(
      `select datetime, source, value, hrv_method
       from (
         select d.datetime, d.source, d.${column} as value, ${method} as hrv_method,
           row_number() over (partition by d.datetime order by ${order}) as place
         from ${rankedRows(metric)}
         where d.datetime between ? and ? and ${condition}
       )
       where place = 1 and value is not null
       order by datetime`,
    )
    .all(from, to);
  return rows.map((row) => dayValue.parse(row));
}

const nightTimes = z.object({
  datetime: z.string(),
  /** By the clock on the wall, null where nobody knows the offset. */
  local_bed_time: z.string().nullable(),
  local_wake_up_time: z.string().nullable(),
});

export type NightTimes = z.infer<typeof nightTimes>;

export function readNightTimes(database: DatabaseSync, { from, to }: DateRange): readonly NightTimes[] {
  return database
    .prepare(
      `select datetime, local_bed_time, local_wake_up_time
       from summary_local
       where datetime between ? and ? and local_bed_time is not null and local_wake_up_time is not null
       order by datetime`,
    )
    .all(from, to)
    .map((row) => nightTimes.parse(row));
}

/** The first and the last date of which any device says anything; null of a file without days. */
export function readSpanOfDays(database: DatabaseSync): DateRange | null {
  const { first, last } =
    database.prepare('select min(datetime) as first, max(datetime) as last from daily_summary').get() ?? {};
  return typeof first === 'string' && typeof last === 'string' ? { from: first, to: last } : null;
}
