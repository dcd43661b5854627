import { SYNCED_TABLES } from '../contract/tables.ts';
import type { FoldedTable } from '../fold/changes.ts';

/** A row's key by its columns, `user_id` left out, in the table's order. */
export function keyCells({
  table,
  key,
}: {
  readonly table: FoldedTable;
  readonly key: readonly string[];
}): Readonly<Record<string, string | null>> {
  return Object.fromEntries(SYNCED_TABLES[table].key.map((column, i) => [column, key[i] ?? null]));
}
