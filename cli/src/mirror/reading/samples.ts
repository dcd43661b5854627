import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { hasTable } from '../status.ts';

const sample = z.object({
  source: z.string(),
  time: z.string(),
  utc_offset_minutes: z.number().nullable(),
  value: z.number(),
  unit: z.string().nullable(),
});

/** One measured value of a moment. */
export type Sample = z.infer<typeof sample>;

/** Null where the file has no samples at all. */
export function readSampledMetrics(database: DatabaseSync): readonly string[] | null {
  if (!hasTable(database, 'samples')) return null;
  const metrics = database.prepare('select distinct metric from samples order by metric').all();
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
