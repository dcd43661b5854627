import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { tableOf } from './own-table.ts';
import reference from './reference.json' with { type: 'json' };

const sources = z.record(z.string(), z.object({ title: z.string(), caveat: z.string() }));

const rows = z.array(
  z.object({
    metric: z.string(),
    sex: z.enum(['female', 'male']),
    /** Years, both ends included. */
    age_low: z.int(),
    age_high: z.int(),
    percentile: z.int().min(1).max(99),
    value: z.number(),
    unit: z.string(),
    source: z.string(),
  }),
);

/** Published percentiles, with where they come from and what they must not be mistaken for. */
export const POPULATION_REFERENCE = z.object({ sources, rows }).parse(reference);

export const POPULATION_COLUMNS = {
  metric: 'text not null',
  sex: 'text not null',
  age_low: 'integer not null',
  age_high: 'integer not null',
  percentile: 'integer not null',
  value: 'real not null',
  unit: 'text not null',
  source: 'text not null',
  caveat: 'text not null',
} as const;

export const POPULATION_SCHEMA = tableOf('population', POPULATION_COLUMNS, [
  'primary key (metric, sex, age_low, age_high, percentile, source)',
]);

/** Fills the empty table. For use inside a transaction. */
export function fillPopulation(database: DatabaseSync): void {
  const insert = database.prepare(
    `insert into population (metric, sex, age_low, age_high, percentile, value, unit, source, caveat)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  for (const row of POPULATION_REFERENCE.rows) {
    const source = POPULATION_REFERENCE.sources[row.source];
    if (source === undefined) throw new Error(`reference.json names no source ${row.source}`);
    const { metric, sex, age_low, age_high, percentile, value, unit } = row;
    insert.run(metric, sex, age_low, age_high, percentile, value, unit, row.source, source.caveat);
  }
}
