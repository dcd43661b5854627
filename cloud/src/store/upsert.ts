import { SYNCED_TABLES, valueColumns } from '../contract/tables.ts';
import type { FoldedTable, RowChange } from '../fold/changes.ts';
import { RULES_VERSION } from '../fold/rules-version.ts';
import { keyCells } from './key-cells.ts';
import type { Owned } from './owned.ts';
import { insertListedRows } from './row-sets.ts';
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
  const { key } = SYNCED_TABLES[table];
  const visible = valueColumns(table);
  return insertListedRows(
    table,
    ['user_id', ...key, ...visible, 'cells', 'rules', 'updated_at'],
    changes.map(({ userId, clock, change }) => ({
      user_id: userId,
      ...keyCells(change),
      ...Object.fromEntries(visible.map((column) => [column, change.columns[column] ?? null])),
      cells: change.cells,
      rules: RULES_VERSION,
      updated_at: clock,
    })),
    conflictClause(table, policy),
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
