import { SYNCED_TABLES, valueColumns } from '../contract/tables.ts';
import type { FoldedTable } from '../fold/changes.ts';
import { LEGACY_ORDER } from '../fold/order.ts';
import type { UserId } from '../ids.ts';
import { REBUILD_SEED_BYTES, REBUILD_SEED_ROWS } from '../limits.ts';
import { rowSet, rowSetText } from './row-sets.ts';
import { type Statement, statement } from './statements.ts';

/** Rows that hold something from before cells: what a rebuild cannot read from events. */

/** How cells tell of it; a row that only looks like it is read in vain. */
const MARKS = ['"legacy"', JSON.stringify(LEGACY_ORDER)];

/** The next of a person's rows after a key, as many as one step takes: one at least, since that holds two rows of D1's largest. */
export function olderRowsStatement(
  table: FoldedTable,
  userId: UserId,
  after: readonly string[] | null,
): Statement {
  const key = SYNCED_TABLES[table].key.join(', ');
  const columns = ['user_id', ...SYNCED_TABLES[table].key, ...valueColumns(table), 'cells'];
  const marked = MARKS.map((mark) => `instr(cells, '${mark}') > 0`).join(' or ');
  const parameters = SYNCED_TABLES[table].key.map((_, i) => `?${i + 2}`);
  const size = `length(cast(coalesce(cells, '') as blob))${valueColumns(table).includes('raw') ? " + length(cast(coalesce(raw, '') as blob))" : ''}`;
  return statement(
    `select ${columns.join(', ')}
from (
  select *, sum(size) over (order by ${key}) as up_to
  from (
    select *, ${size} as size
    from ${table}
    where user_id = ?1
      ${after === null ? '' : `and (${key}) > (${parameters.join(', ')})`}
      and (cells is null or ${marked})
    order by ${key}
    limit ${REBUILD_SEED_ROWS}
  )
)
where up_to <= ${REBUILD_SEED_BYTES}
order by ${key}`,
    userId,
    ...(after ?? []),
  );
}

const START = ['source', 'start_time'] as const;

/** The homes that lead to these starts. */
export function homesAtStatement(
  kind: 'sleep' | 'activity',
  userId: UserId,
  starts: readonly { readonly source: string; readonly start_time: string }[],
): Statement {
  return statement(
    `select *
from item_homes
where user_id = ?1
  and kind = ?2
  and (source, start_time) in (select source, start_time from ${rowSet(START, '?3')})`,
    userId,
    kind,
    rowSetText(START, starts),
  );
}
