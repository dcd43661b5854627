import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { ACTIVITIES_MERGED_VIEW } from './activities-merged.ts';
import { BIOMARKERS_WIDE_VIEW } from './biomarkers-wide.ts';
import { SUMMARY_COMPOSITES_VIEW } from './composites.ts';
import { ASKED_RANGES_SCHEMA, COVERAGE_VIEW } from './coverage.ts';
import { DEVICE_HISTORY_SCHEMA } from './device-history.ts';
import { DICTIONARY, fillDictionary } from './dictionary/dictionary.ts';
import { DICTIONARY_SCHEMA } from './dictionary/table.ts';
import { LOCAL_VIEWS } from './local-times.ts';
import { fillPopulation, POPULATION_REFERENCE, POPULATION_SCHEMA } from './population.ts';
import { SAMPLES_SCHEMA } from './samples.ts';
import { SOURCE_CHANGES_VIEW } from './source-changes.ts';
import { DEFAULT_SOURCE_ORDER, SOURCE_ORDER_SCHEMA, writeSourceOrder } from './source-order.ts';
import { SUMMARY_VIEW } from './summary.ts';
import { SYNC_STATE_SCHEMA } from './sync-state.ts';
import { TABLE_SCHEMAS } from './table-schema.ts';

/** SQLite's mark of whose format a file is ("Amy1"); the earlier CLI left it 0. */
export const APPLICATION_ID = 0x416d7931;

export const SCHEMA: readonly string[] = [
  ...TABLE_SCHEMAS,
  SYNC_STATE_SCHEMA,
  ...SOURCE_ORDER_SCHEMA,
  POPULATION_SCHEMA,
  DICTIONARY_SCHEMA,
  BIOMARKERS_WIDE_VIEW,
  SUMMARY_VIEW,
  ...LOCAL_VIEWS,
  ACTIVITIES_MERGED_VIEW,
  ...ASKED_RANGES_SCHEMA,
  COVERAGE_VIEW,
  ...DEVICE_HISTORY_SCHEMA,
  SOURCE_CHANGES_VIEW,
  SUMMARY_COMPOSITES_VIEW,
  ...SAMPLES_SCHEMA,
];

/**
 * Counts the forms that the tables of a file have had: one more with any table, column or index, and with the name of any view.
 * `cli/test/upgrade.test.ts` says when it has to be raised.
 */
export const FORM_NUMBER = 11;

const CONTENT = createHash('sha256')
  .update(JSON.stringify([SCHEMA, POPULATION_REFERENCE, DICTIONARY]))
  .digest('hex')
  .slice(0, 12);

/**
 * `11.568391f125ff`. Changes with any column, view, reference value or meaning of a column, so that no file keeps an older
 * layout unnoticed; its number tells an older amy that a newer one keeps more in the file than it knows.
 */
export const SCHEMA_VERSION = `${FORM_NUMBER}.${CONTENT}`;

/** Gives a file the current layout and nothing else; what an unfinished sync left in it goes. For use inside a transaction. */
export function prepareSchema(database: DatabaseSync): void {
  dropAll(database);
  for (const statement of SCHEMA) database.exec(statement);
  fillMadeTables(database);
  writeSourceOrder(database, DEFAULT_SOURCE_ORDER);
  database.prepare('insert into sync_state (id, schema_version) values (1, ?)').run(SCHEMA_VERSION);
  database.exec(`pragma application_id = ${APPLICATION_ID}`);
}

/** Tables whose rows are part of the layout. */
export const MADE_TABLES: readonly string[] = ['population', 'data_dictionary'];

/** Fills them, empty as they are. For use inside a transaction. */
export function fillMadeTables(database: DatabaseSync): void {
  fillPopulation(database);
  fillDictionary(database);
}

export function readApplicationId(database: DatabaseSync): number {
  return Number(database.prepare('pragma application_id').get()?.application_id ?? 0);
}

/** The column every layout has, whatever else differs. */
export function readSchemaVersion(database: DatabaseSync): string | null {
  const version = database.prepare('select schema_version from sync_state').get()?.schema_version;
  return typeof version === 'string' ? version : null;
}

/** The number of a file's form; 0 of the versions of before there were numbers, which are a hash alone. */
export function formNumberOf(version: string | null): number {
  const [, number = '0'] = /^(\d+)\./.exec(version ?? '') ?? [];
  return Number(number);
}

function dropAll(database: DatabaseSync): void {
  const objects = database
    .prepare(
      `select type, name from sqlite_schema where type in ('table', 'view') and name not like 'sqlite_%'`,
    )
    .all();
  for (const { type, name } of objects) database.exec(`drop ${type} "${name}"`);
}
