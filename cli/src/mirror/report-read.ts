import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import type { DateRange } from './days-read.ts';

/** What a report shows beside the values of days. All of it is only read. */

const measurement = z.object({
  source: z.string(),
  draw_date: z.string(),
  code: z.string(),
  value: z.number().nullable(),
  value_text: z.string().nullable(),
  operator: z.string().nullable(),
  unit: z.string().nullable(),
  ref_low: z.number().nullable(),
  ref_high: z.number().nullable(),
});

/** A lab result, or a measurement of a body by a device. */
export type Measurement = z.infer<typeof measurement>;

const MEASUREMENT_COLUMNS = Object.keys(measurement.shape).join(', ');

/** Results of laboratories, of all time: there are few of them, and they are read over years. */
export function readLabs(database: DatabaseSync): readonly Measurement[] {
  return database
    .prepare(
      `select ${MEASUREMENT_COLUMNS}
       from biomarkers_raw
       where source not like '%\\_body' escape '\\'
       order by code, draw_date, source`,
    )
    .all()
    .map((row) => measurement.parse(row));
}

/** What scales and cuffs measured of these codes. */
export function readBody(
  database: DatabaseSync,
  codes: readonly string[],
  { from, to }: DateRange,
): readonly Measurement[] {
  return database
    .prepare(
      `select ${MEASUREMENT_COLUMNS}
       from biomarkers_raw
       where source like '%\\_body' escape '\\' and value is not null and operator is null
         and draw_date between ? and ?
         and code in (select value from json_each(?))
       order by code, draw_date, source`,
    )
    .all(from, to, JSON.stringify(codes))
    .map((row) => measurement.parse(row));
}

const percentile = z.object({
  percentile: z.number(),
  value: z.number(),
  unit: z.string(),
  age_low: z.number(),
  age_high: z.number(),
  source: z.string(),
  caveat: z.string(),
});

/** One line of a published table. */
export type Percentile = z.infer<typeof percentile>;

/** The published percentiles of a metric for people of this sex and age, lowest first. */
export function readPercentiles(
  database: DatabaseSync,
  metric: string,
  { sex, age }: { readonly sex: string; readonly age: number },
): readonly Percentile[] {
  return database
    .prepare(
      `select percentile, value, unit, age_low, age_high, source, caveat
       from population
       where metric = ? and sex = ? and age_low <= ? and age_high >= ?
       order by source, percentile`,
    )
    .all(metric, sex, age, age)
    .map((row) => percentile.parse(row));
}

const profileData = z.looseObject({
  age: z.number().nullish().catch(null),
  sex: z.string().nullish().catch(null),
  timezone: z.string().nullish().catch(null),
});

/** What a report uses of what people say about themselves. */
export type Person = {
  readonly age: number | null;
  readonly sex: string | null;
  readonly timezone: string | null;
};

export function readPerson(database: DatabaseSync): Person {
  const { data } = database.prepare('select data from profiles').get() ?? {};
  const { age, sex, timezone } = typeof data === 'string' ? profileData.parse(JSON.parse(data)) : {};
  return { age: age ?? null, sex: sex ?? null, timezone: timezone ?? null };
}
