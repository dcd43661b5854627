import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

const sample = z.object({
  source: z.string(),
  time: z.string(),
  utc_offset_minutes: z.number().nullable(),
  value: z.number(),
  unit: z.string().nullable(),
});

/** One measured value of a moment. */
export type Sample = z.infer<typeof sample>;

/** One look into the index for each: the table may have millions of rows. */
const SAMPLED_METRICS = `
with recursive found(metric) as (
  select min(metric) from samples
  union all
  select (select min(metric) from samples where metric > found.metric) from found where metric is not null
)
select metric from found where metric is not null`;

/** Null where the file has no samples at all. */
export function readSampledMetrics(database: DatabaseSync): readonly string[] | null {
  const metrics = database.prepare(SAMPLED_METRICS).all();
  return metrics.length === 0 ? null : metrics.map(({ metric }) => String(metric));
}

/** Of a metric from one moment up to another one, itself left out; at most so many. */
export function readSamples(
  database: DatabaseSync,
  metric: string,
  { from, to }: { readonly from: string; readonly to: string },
  most: number,
): readonly Sample[] {
  return database
    .prepare(
      `select source, time, utc_offset_minutes, value, unit
       from samples
       where metric = ? and time >= ? and time < ? and value is not null
       order by time, source
       limit ?`,
    )
    .all(metric, from, to, most)
    .map((row) => sample.parse(row));
}
