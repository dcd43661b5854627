import type { IsoTime } from '../clock.ts';
import { SYNCED_TABLES, valueColumns } from '../contract/tables.ts';
import type { FoldedTable } from '../fold/changes.ts';
import type { UserId } from '../ids.ts';
import { REBUILD_SAMPLE_ROWS } from '../limits.ts';
import { swapBiomarkerDaysStatements } from './biomarker-days.ts';
import { TABLE_COLUMNS, type TableName } from './columns.ts';
import { FOLDED_TABLES } from './folded-rows.ts';
import { isShortened } from './old-samples.ts';
import { type Statement, statement, type Value } from './statements.ts';

/**
 * Two sets of rows of one person: those that everybody sees, under the person's id (`?1`), and those that a rebuild
 * made, under its own (`?2`). What differs between them, and the statements that make the first equal to the second.
 */

/** Columns that nobody is shown; `rules` and `cells` among them. */
function ownColumns(table: FoldedTable): readonly string[] {
  const shown: readonly string[] = ['user_id', 'updated_at', ...Object.keys(SYNCED_TABLES[table].columns)];
  return TABLE_COLUMNS[table].filter((column) => !shown.includes(column));
}

function keyOf(table: FoldedTable): readonly string[] {
  return SYNCED_TABLES[table].key;
}

/** `a` and `b` are rows of one key. */
function isSameKey(table: FoldedTable, a: string, b: string): string {
  return keyOf(table)
    .map((column) => `${a}.${column} = ${b}.${column}`)
    .join(' and ');
}

function anyDiffers(columns: readonly string[], a: string, b: string): string {
  return columns.map((column) => differs(column, a, b)).join('\n    or ');
}

/**
 * Of the row made again, `a`, and the one that everybody sees, `b`. The same item of the same events is no other because
 * its `raw` was made shorter meanwhile: it stays as it is.
 */
function differs(column: string, a: string, b: string): string {
  const isOther = `${a}.${column} is not ${b}.${column}`;
  return column === 'raw' ? `(${isOther} and not (${isThinned(a, b)}))` : isOther;
}

function isThinned(a: string, b: string): string {
  return `${isShortened(`${b}.raw`)} and ${a}.cells is ${b}.cells`;
}

/** The person's rows `t` that were not made again. */
function goneRows(table: FoldedTable): string {
  return `from ${table} t
where t.user_id = ?1
  and not exists (select 1 from ${table} s where s.user_id = ?2 and ${isSameKey(table, 's', 't')})`;
}

/** A row's key as a tombstone has it. */
function keyJson(table: FoldedTable, row: string): string {
  return `json_object(${keyOf(table)
    .map((column) => `'${column}', ${row}.${column}`)
    .join(', ')})`;
}

/** One row: `added`, `changed` and `removed` rows, and by column how many of the changed ones differ there. */
export function countDifferencesStatement(table: FoldedTable, userId: UserId, shadow: UserId): Statement {
  const visible = valueColumns(table);
  const byColumn = visible.map(
    (column) => `count(*) filter (where t.user_id is not null and ${differs(column, 's', 't')}) as ${column}`,
  );
  return statement(
    `select count(*) filter (where t.user_id is null) as "+added",
  count(*) filter (where t.user_id is not null and (${anyDiffers(visible, 's', 't')})) as "+changed",
  (select count(*) ${goneRows(table)}) as "+removed",
  ${byColumn.join(',\n  ')}
from ${table} s
left join ${table} t on t.user_id = ?1 and ${isSameKey(table, 't', 's')}
where s.user_id = ?2`,
    userId,
    shadow,
  );
}

/** Some rows that differ, both forms of each: `is_made` is 1 of the rebuild's. */
export function sampleDifferencesStatement(table: FoldedTable, userId: UserId, shadow: UserId): Statement {
  const key = keyOf(table);
  const named = (row: string) => key.map((column) => `${row}.${column}`).join(', ');
  const visible = valueColumns(table);
  return statement(
    `with differing as materialized (
  select * from (
    select ${named('s')}
    from ${table} s
    left join ${table} t on t.user_id = ?1 and ${isSameKey(table, 't', 's')}
    where s.user_id = ?2
      and (t.user_id is null or ${anyDiffers(visible, 's', 't')})
    limit ${REBUILD_SAMPLE_ROWS}
  )
  union all
  select * from (select ${named('t')} ${goneRows(table)} limit ${REBUILD_SAMPLE_ROWS})
  limit ${REBUILD_SAMPLE_ROWS}
)
select x.user_id = ?2 as is_made, ${[...key, ...visible].map((column) => `x.${column}`).join(', ')}
from differing d
cross join ${table} x on x.user_id in (?1, ?2) and ${isSameKey(table, 'x', 'd')}`,
    userId,
    shadow,
  );
}

/** The person's rows become the rebuild's; `updated_at` moves to `clock` only where somebody sees a difference. */
export function swapRowsStatements(userId: UserId, shadow: UserId, clock: IsoTime): readonly Statement[] {
  const gone = FOLDED_TABLES.map(
    (table) => `select ?1, '${table}', ${keyJson(table, 't')}, ?3 ${goneRows(table)}`,
  );
  const made = FOLDED_TABLES.map(
    (table) => `select '${table}', ${keyJson(table, 's')} from ${table} s where s.user_id = ?2`,
  );
  const both = [userId, shadow] as const;
  return [
    statement(
      `insert into tombstones(user_id, table_name, key, deleted_at)
select * from (
${gone.join('\nunion all\n')}
)
where true
on conflict (user_id, table_name, key) do update set deleted_at = excluded.deleted_at`,
      ...both,
      clock,
    ),
    ...FOLDED_TABLES.map((table) => deleteGoneStatement(table, both)),
    ...FOLDED_TABLES.map((table) => swapTableStatement(table, both, clock)),
    ...swapBiomarkerDaysStatements(...both, clock),
    statement(
      `delete from tombstones
where user_id = ?1
  and (table_name, key) in (
${made.join('\nunion all\n')}
)`,
      ...both,
    ),
    ...swapRememberedStatements('item_homes', both),
    ...swapRememberedStatements('lab_sessions', both),
  ];
}

function deleteGoneStatement(table: FoldedTable, both: readonly Value[]): Statement {
  return statement(
    `delete from ${table} as t
where t.user_id = ?1
  and not exists (select 1 from ${table} s where s.user_id = ?2 and ${isSameKey(table, 's', 't')})`,
    ...both,
  );
}

function swapTableStatement(table: FoldedTable, both: readonly Value[], clock: IsoTime): Statement {
  const key = keyOf(table);
  const visible = valueColumns(table);
  const own = ownColumns(table);
  const copied = [...key, ...visible, ...own];
  const isVisibleChange = anyDiffers(visible, 'excluded', table);
  const newValue = (column: string) =>
    column === 'raw'
      ? `raw = iif(${isThinned('excluded', table)}, ${table}.raw, excluded.raw)`
      : `${column} = excluded.${column}`;
  return statement(
    `insert into ${table}(user_id, ${copied.join(', ')}, updated_at)
select ?1, ${copied.join(', ')}, ?3
from ${table}
where user_id = ?2
on conflict (${['user_id', ...key].join(', ')}) do update set
  ${[...visible, ...own].map(newValue).join(',\n  ')},
  updated_at = case
    when ${isVisibleChange}
    then excluded.updated_at
    else ${table}.updated_at
  end
where ${isVisibleChange}
    or ${anyDiffers(own, 'excluded', table)}`,
    ...both,
    clock,
  );
}

/** What the fold remembers beside its rows and days, and by which columns of a person's. Nobody is shown any of it. */
const REMEMBERED = {
  item_homes: ['kind', 'source', 'item'],
  lab_sessions: ['session'],
} as const satisfies Partial<Record<TableName, readonly string[]>>;

function swapRememberedStatements(
  table: keyof typeof REMEMBERED,
  both: readonly Value[],
): readonly Statement[] {
  const key: readonly string[] = REMEMBERED[table];
  const columns = TABLE_COLUMNS[table].filter((column) => column !== 'user_id');
  const values = columns.filter((column) => !key.includes(column));
  return [
    statement(
      `delete from ${table} as t
where t.user_id = ?1
  and not exists (
    select 1 from ${table} s where s.user_id = ?2 and ${key.map((column) => `s.${column} = t.${column}`).join(' and ')}
  )`,
      ...both,
    ),
    statement(
      `insert into ${table}(user_id, ${columns.join(', ')})
select ?1, ${columns.join(', ')}
from ${table}
where user_id = ?2
on conflict (${['user_id', ...key].join(', ')}) do update set
  ${values.map((column) => `${column} = excluded.${column}`).join(',\n  ')}
where ${anyDiffers(values, 'excluded', table)}`,
      ...both,
    ),
  ];
}

/** The person's clock moves once, and they have the rows of these rules. */
export function storeRebuiltStatement(userId: UserId, clock: IsoTime, rules: number): Statement {
  return statement('update users set clock = ?2, rules = ?3 where id = ?1', userId, clock, rules);
}
