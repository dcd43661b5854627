import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { DailyColumn } from '../chosen-source.ts';
import {
  BEST_OF_METRIC_FIRST,
  KNOWS_NIGHT,
  metricOf,
  NIGHT_COLUMNS,
  NIGHTS_FIRST,
  rankedRows,
} from '../summary.ts';

/** Dates, both ends included. */
export type DateRange = { readonly from: string; readonly to: string };

const columnDay = z.object({
  date: z.string(),
  value: z.union([z.number(), z.string()]).nullable(),
  source: z.string(),
  method: z.string().nullable(),
});

/** A value of a date as `summary` shows it, and the source that it is of; `method` is that of a heart rate variability. */
type ColumnDay = Omit<z.infer<typeof columnDay>, 'value'> & { readonly value: number | string };

/** The same of a number. */
export type MetricDay = ColumnDay & { readonly value: number };

/** The days of a range that have a value of a column, in order. */
export function readColumnDays(
  database: DatabaseSync,
  column: DailyColumn,
  { from, to }: DateRange,
): readonly ColumnDay[] {
  const metric = metricOf(column);
  const isNight = NIGHT_COLUMNS.includes(column);
  const rows = database
    .prepare(
      `select d.datetime as date, d.${column} as value, d.source, d.hrv_method as method
       from ${rankedRows(metric)}
       where d.datetime between ? and ? and ${isNight ? KNOWS_NIGHT : `d.${metric} is not null`}
       order by d.datetime, ${isNight ? NIGHTS_FIRST : BEST_OF_METRIC_FIRST}`,
    )
    .all(from, to);
  const best = new Map<string, z.infer<typeof columnDay>>();
  for (const row of rows.map((one) => columnDay.parse(one))) if (!best.has(row.date)) best.set(row.date, row);
  return [...best.values()].flatMap(({ value, ...day }) => (value === null ? [] : [{ ...day, value }]));
}

export function readMetricDays(
  database: DatabaseSync,
  column: DailyColumn,
  range: DateRange,
): readonly MetricDay[] {
  return readColumnDays(database, column, range).flatMap(({ value, ...day }) =>
    typeof value === 'number' ? [{ ...day, value }] : [],
  );
}
