import { tableOf } from '../own-table.ts';

export const DICTIONARY_COLUMNS = {
  table_name: 'text not null',
  column_name: 'text not null',
  meaning: 'text not null',
  unit: 'text',
  source: 'text not null',
  since: 'text not null',
} as const;

/** No key: an index of one would give the rows of a table by name, and not in the order in which they are told. */
export const DICTIONARY_SCHEMA = tableOf('data_dictionary', DICTIONARY_COLUMNS);
