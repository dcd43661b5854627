import type { ColumnOf, TableName } from './columns.ts';
import { jsonParameters } from './json-parameter.ts';
import type { Statement, Value } from './statements.ts';

/** A row as the value of each of its columns. */
export type Row<Column extends string> = Readonly<Record<Column, Value>>;

/**
 * One statement per parameter's worth of values, none for no values. `?1` is their JSON array; further parameters
 * follow it.
 */
export function statementsForValues(
  sql: string,
  values: Iterable<unknown>,
  ...rest: readonly Value[]
): readonly Statement[] {
  return jsonParameters(values).map(({ text, bytes }) => ({
    sql,
    parameters: [text, ...rest],
    bytes: bytes + sql.length,
  }));
}

/** The same for rows, which `rowSet` of the same columns reads. */
export function statementsForRows<const Column extends string>(
  sql: string,
  columns: readonly Column[],
  rows: readonly Row<NoInfer<Column>>[],
  ...rest: readonly Value[]
): readonly Statement[] {
  return statementsForValues(sql, cellsOf(columns, rows), ...rest);
}

/** Rows bound as the JSON array `?1`, as a table that has these columns: `(select ... as id, ... as user_id)`. */
export function rowSet(columns: readonly string[], parameter: '?1' | '?2' | '?3' | '?4' = '?1'): string {
  const named = columns.map((column, position) => `value->>${position} as ${column}`);
  return `(select ${named.join(', ')} from json_each(${parameter}))`;
}

/** A row set's rows as JSON, for a statement that binds several. */
export function rowSetText<const Column extends string>(
  columns: readonly Column[],
  rows: readonly Row<NoInfer<Column>>[],
): string {
  return JSON.stringify(cellsOf(columns, rows));
}

/** Inserts any number of rows. `conflict` is the clause for those whose key is there already. */
export function insertRows<Table extends TableName, const Column extends ColumnOf<Table>>(
  table: Table,
  columns: readonly Column[],
  rows: readonly Row<NoInfer<Column>>[],
  conflict = '',
): readonly Statement[] {
  return statementsForRows(insertSql(table, columns, `where true\n${conflict}`), columns, rows);
}

/**
 * The SQL of an insert of rows. `rest` stands behind it: which of the rows (`where`, in which each column has its own
 * name) and what of a conflict. `asked` names further values of each row, behind its columns, that `rest` may use and
 * that are not stored. jsonb once per row: parsing text for every column took 203 to 312 ms for 2,800 rows of 30
 * columns, this 79 to 99 ms.
 */
export function insertSql(
  table: TableName,
  columns: readonly string[],
  rest: string,
  asked: readonly string[] = [],
): string {
  const cells = [...columns, ...asked].map((column, position) => `v->>${position} as ${column}`);
  return `with r as materialized (
  select jsonb(value) as v
  from json_each(?1)
)
insert into ${table}(${columns.join(', ')})
select ${columns.join(', ')}
from (select ${cells.join(', ')} from r)
${rest}`;
}

/** Deletes the rows that have these values in these columns. */
export function deleteRows<Table extends TableName, const Column extends ColumnOf<Table>>(
  table: Table,
  columns: readonly Column[],
  rows: readonly Row<NoInfer<Column>>[],
): readonly Statement[] {
  return deleteListedRows(table, columns, rows);
}

/** The same of columns that are taken from the table's own list. */
export function deleteListedRows(
  table: TableName,
  columns: readonly string[],
  rows: readonly Row<string>[],
): readonly Statement[] {
  const names = columns.join(', ');
  return statementsForRows(
    `delete from ${table}
where (${names}) in (
  select ${names}
  from ${rowSet(columns)}
)`,
    columns,
    rows,
  );
}

function cellsOf<Column extends string>(
  columns: readonly Column[],
  rows: readonly Row<Column>[],
): readonly (readonly Value[])[] {
  return rows.map((row) => columns.map((column) => row[column]));
}
