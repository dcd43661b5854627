import type { DatabaseSync } from 'node:sqlite';
import { tableOf } from './own-table.ts';
import reference from './reference.json' with { type: 'json' };

type PopulationRow = {
  readonly metric: string;
  /** `female` or `male`. */
  readonly sex: string;
  /** Years, both ends included. */
  readonly age_low: number;
  readonly age_high: number;
  readonly percentile: number;
  readonly value: number;
  readonly unit: string;
  readonly source: string;
};

/** Published percentiles, with where they come from and what they must not be mistaken for. */
export const POPULATION_REFERENCE: {
  readonly sources: Readonly<Record<string, { readonly title: string; readonly caveat: string }>>;
  readonly rows: readonly PopulationRow[];
} = reference;

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
