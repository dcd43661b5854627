import { SYNCED_TABLES, valueColumns } from '../contract/tables.ts';
import type { FoldedTable, RowChange } from '../fold/changes.ts';

/**
 * - coalesce: a null never overwrites
 * - replace: for rows the fold recomputed because an input withdrew a value
 */
export type UpsertPolicy = 'coalesce' | 'replace';

/**
 * One statement that writes any number of rows: `?1` is a JSON array of rows, each
 * `[user_id, ...key, ...visible columns, cells, updated_at]`.
 *
 * A row is written only if something differs, and `updated_at` moves only if a visible column does, so that
 * a change of order alone reaches no sync. jsonb once per row: parsing text for every column took 203 to
 * 312 ms for 2,800 rows, this 79 to 99 ms.
 */
export function buildCoalesceUpsert(table: FoldedTable, policy: UpsertPolicy): string {
  const keys = ['user_id', ...SYNCED_TABLES[table].key];
  const visible = valueColumns(table);
  const all = [...keys, ...visible, 'cells', 'updated_at'];
  const isChanged = (column: string) =>
    policy === 'replace'
      ? `excluded.${column} is not ${table}.${column}`
      : `(excluded.${column} is not null and excluded.${column} is not ${table}.${column})`;
  const newValue = (column: string) =>
    policy === 'replace' ? `excluded.${column}` : `coalesce(excluded.${column}, ${table}.${column})`;
  const anyVisibleChange = visible.map(isChanged).join('\n    or ');
  return `with r as materialized (
  select jsonb(value) as v
  from json_each(?1)
)
insert into ${table} (${all.join(', ')})
select ${all.map((_, i) => `v->>${i}`).join(', ')}
from r
where true
on conflict (${keys.join(', ')}) do update set
  ${visible.map((column) => `${column} = ${newValue(column)}`).join(',\n  ')},
  cells = excluded.cells,
  updated_at = case
    when ${anyVisibleChange}
    then excluded.updated_at
    else ${table}.updated_at
  end
where ${anyVisibleChange}
    or excluded.cells is not ${table}.cells`;
}

/** A changed row in the positional form `buildCoalesceUpsert` reads. */
export function upsertRow(userId: string, change: RowChange, updatedAt: string): readonly unknown[] {
  const columns = valueColumns(change.table).map((column) => change.columns[column] ?? null);
  return [userId, ...change.key, ...columns, change.cells, updatedAt];
}
