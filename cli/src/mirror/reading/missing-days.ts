import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { DateRange } from '../days-read.ts';

const missing = z.object({ source: z.string(), state: z.string(), days: z.number() });

/** Days of a range without a value of a source, by why there is none: states of the view `coverage`. */
export type MissingDays = z.infer<typeof missing>;

export function readMissingDays(
  database: DatabaseSync,
  metric: string,
  { from, to }: DateRange,
): readonly MissingDays[] {
  return database
    .prepare(
      `select source, state, count(*) as days
       from coverage
       where metric = ? and datetime between ? and ? and state <> 'has a value'
       group by source, state
       order by source, state`,
    )
    .all(metric, from, to)
    .map((row) => missing.parse(row));
}

const counted = z.object({
  metric: z.string(),
  days: z.number(),
  oldest: z.string(),
  newest: z.string(),
  sources: z.string(),
});

/** Of each of the columns that any source knows: on how many days, from when to when, and of whom. */
export type KnownMetric = Omit<z.infer<typeof counted>, 'sources'> & { readonly sources: readonly string[] };

export function readKnownMetrics(
  database: DatabaseSync,
  columns: readonly string[],
  { from, to }: DateRange,
): readonly KnownMetric[] {
  return columns.flatMap((column) => {
    const row = database
      .prepare(
        `select '${column}' as metric, count(distinct datetime) as days, min(datetime) as oldest,
           max(datetime) as newest, group_concat(distinct source) as sources
         from daily_summary
         where ${column} is not null and datetime between ? and ?
         having count(*) > 0`,
      )
      .get(from, to);
    if (row === undefined) return [];
    const { sources, ...known } = counted.parse(row);
    return [{ ...known, sources: sources.split(',').toSorted() }];
  });
}
