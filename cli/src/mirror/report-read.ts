import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';

/** The person, and what a published study found of people like them. */

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

/** What answers and reports use of what people say about themselves. */
export type Person = {
  readonly age: number | null;
  readonly sex: string | null;
  readonly timezone: string | null;
};

/** A profile that is no JSON object says nothing. */
export function readPerson(database: DatabaseSync): Person {
  const isObject = "case when json_valid(data) then json_type(data) end = 'object'";
  const { data } = database.prepare(`select data from profiles where ${isObject}`).get() ?? {};
  const { age, sex, timezone } = typeof data === 'string' ? profileData.parse(JSON.parse(data)) : {};
  return { age: age ?? null, sex: sex ?? null, timezone: timezone ?? null };
}
