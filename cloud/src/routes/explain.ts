import { z } from 'zod';
import type { PersonApp } from '../app-env.ts';
import { explainRoute } from '../contract/routes/explain.ts';
import { type DatedTable, SYNCED_TABLES, valueColumns } from '../contract/tables.ts';
import { ApiError } from '../errors.ts';
import { explainRow } from '../explain/explain-row.ts';
import { documentedRouter } from './documented-router.ts';
import { parseJson } from './validation.ts';

export const explain = documentedRouter<PersonApp>().serve(explainRoute, async (c) => {
  const { table, key: keyText, column } = c.req.valid('query');
  const key = readKey(table, keyText);
  if (column !== undefined && !valueColumns(table).includes(column)) {
    const known = valueColumns(table).join(', ');
    throw new ApiError('invalid_request', `column: must be one of ${known}`);
  }
  const values = await explainRow(c.env, c.get('userId'), { table, key }, column ?? null);
  if (values === null) throw new ApiError('not_found', 'you have no row with this key');
  const names = SYNCED_TABLES[table].key;
  return c.json(
    { table, key: Object.fromEntries(names.map((name, i) => [name, key[i] ?? ''])), values },
    200,
  );
});

/** The values of the key's columns, in the table's order. */
function readKey(table: DatedTable, text: string): readonly string[] {
  const names: readonly string[] = SYNCED_TABLES[table].key;
  const shape = z.strictObject(Object.fromEntries(names.map((name) => [name, z.string()])));
  const parsed = shape.safeParse(parseJson(text));
  if (!parsed.success) {
    throw new ApiError('invalid_request', `key: must be a JSON object of ${names.join(', ')}, each a text`);
  }
  return names.map((name) => parsed.data[name] ?? '');
}
