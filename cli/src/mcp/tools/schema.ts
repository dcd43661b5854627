import { z } from 'zod';
import { AmyError } from '../../errors.ts';
import { DICTIONARY } from '../../mirror/dictionary/dictionary.ts';
import type { TableEntry } from '../../mirror/dictionary/entry.ts';
import type { Found } from '../found.ts';
import { defineTool } from '../tool.ts';

const TABLES = new Map(Object.entries<TableEntry<string>>(DICTIONARY));

export const schema = defineTool({
  name: 'schema',
  title: 'What the columns mean',
  description:
    'The tables and views of the file. With `table`, each of its columns with its meaning and unit: `summary` has the metrics of a day. Read it before you say what a number means.',
  view: 'summary',
  hasRows: false,
  input: z.object({
    table: z
      .string({ error: 'must be the name of a table' })
      .optional()
      .describe('Such as summary, biomarkers_raw or activities_local.'),
  }),
  ask:
    (_scene, { table }) =>
    (): Found => ({
      ranges: [],
      columns: [],
      coverage: [],
      insufficient: null,
      result: table === undefined ? allTables() : oneTable(table),
      notes: ['Units are UCUM: /min is a minute, Cel degrees Celsius; null of what has none.'],
    }),
});

function allTables() {
  return {
    tables: [...TABLES].map(([table, { about, columns }]) => ({
      table,
      about,
      columns: Object.keys(columns).length,
    })),
    metrics_of_a_day: Object.fromEntries(
      Object.entries(TABLES.get('summary')?.columns ?? {}).map(([column, { unit }]) => [column, unit]),
    ),
  };
}

function oneTable(table: string) {
  const entry = TABLES.get(table);
  if (entry === undefined) {
    const message = `schema: \`table\` must be one of ${[...TABLES.keys()].join(', ')}`;
    throw new AmyError('argument_wrong', message);
  }
  return { table, about: entry.about, columns: entry.columns };
}
