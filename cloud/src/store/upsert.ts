import { SYNCED_TABLES, valueColumns } from '../contract/tables.ts';
import type { FoldedTable, RowChange } from '../fold/changes.ts';
import { RULES_VERSION } from '../fold/rules-version.ts';
import type { Owned } from './owned.ts';
import { insertSql, rowSet, statementsForValues } from './row-sets.ts';
import type { Statement } from './statements.ts';

/**
 * - coalesce: a null never overwrites
 * - replace: for rows the fold recomputed because an input withdrew a value
 */
export type UpsertPolicy = 'coalesce' | 'replace';

/**
 * Writes rows of one table. A row is written only if something differs, and `updated_at` moves only if a visible
 * column does, so that a change of order alone reaches no sync. A row that was there keeps the older version of the
 * rules: part of it was made by them.
 */
export function upsertRowsStatements(
  table: FoldedTable,
  policy: UpsertPolicy,
  changes: readonly Owned<RowChange>[],
): readonly Statement[] {
  if (changes.length === 0) return [];
  const visible = valueColumns(table);
  const columns = ['user_id', ...SYNCED_TABLES[table].key, ...visible, 'cells', 'rules', 'updated_at'];
  return statementsForValues(
    insertSql(table, columns, `where true\n${conflictClause(table, policy)}`),
    changes.map(({ userId, clock, change }) => [
      userId,
      ...change.key,
      ...visible.map((column) => change.columns[column] ?? null),
      change.cells,
      RULES_VERSION,
      clock,
    ]),
  );
}

/**
 * Writes the cells of rows in which nothing else changes. Naming `updated_at` in an update rewrites its index entry, though
 * it stays the same: a day that Terra tells again as it was would write a row more. What the row shows is still of the
 * rules that made it, so it keeps their version: a rebuild finds it by that.
 */
export function storeCellsStatements(
  table: FoldedTable,
  changes: readonly Owned<RowChange>[],
): readonly Statement[] {
  const keys = ['user_id', ...SYNCED_TABLES[table].key];
  const columns = [...keys, 'cells', 'rules'];
  return statementsForValues(
    `update ${table} set
  cells = r.cells,
  rules = min(${table}.rules, r.rules)
from ${rowSet(columns)} r
where ${keys.map((column) => `${table}.${column} = r.${column}`).join('\n  and ')}`,
    changes.map(({ userId, change }) => [userId, ...change.key, change.cells, RULES_VERSION]),
  );
}

function conflictClause(table: FoldedTable, policy: UpsertPolicy): string {
  const visible = valueColumns(table);
  const isChanged = (column: string) =>
    policy === 'replace'
      ? `excluded.${column} is not ${table}.${column}`
      : `(excluded.${column} is not null and excluded.${column} is not ${table}.${column})`;
  const newValue = (column: string) =>
    policy === 'replace' ? `excluded.${column}` : `coalesce(excluded.${column}, ${table}.${column})`;
  const anyVisibleChange = visible.map(isChanged).join('\n    or ');
  return `on conflict (${['user_id', ...SYNCED_TABLES[table].key].join(', ')}) do update set
  ${visible.map((column) => `${column} = ${newValue(column)}`).join(',\n  ')},
  cells = excluded.cells,
  rules = min(${table}.rules, excluded.rules),
  updated_at = case
    when ${anyVisibleChange}
    then excluded.updated_at
    else ${table}.updated_at
  end
where ${anyVisibleChange}
    or excluded.cells is not ${table}.cells`;
}
