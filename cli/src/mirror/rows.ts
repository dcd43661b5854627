import type { DeletedKey, SyncRow } from '../../../cloud/src/contract/sync.ts';
import type { ColumnType, SyncedTableName } from '../../../cloud/src/contract/tables.ts';
import { AmyError } from '../errors.ts';
import { MIRRORED } from './tables.ts';

type Value = string | number | null;

/**
 * Gives a row's values in the order of the table's columns, then `updated_at`. A column the row does not name is
 * null; a column this version does not know is left out. Throws `unexpected_answer` for a value of another
 * type, or a missing one that must be there.
 */
export function rowReader(name: SyncedTableName): (row: SyncRow) => Value[] {
  const { columns, notNull } = MIRRORED[name];
  const wanted = Object.entries<ColumnType>({ ...columns, updated_at: 'text' }).map(([column, type]) => ({
    column,
    type,
    needed: column === 'updated_at' || notNull.includes(column),
  }));
  return (row) =>
    wanted.map(({ column, type, needed }) => checked(name, column, row[column] ?? null, type, needed));
}

/** The values of the table's key, of a row or of a deletion. */
export function keyValues(name: SyncedTableName, named: SyncRow | DeletedKey['key']): Value[] {
  const { columns, key } = MIRRORED[name];
  return key.map((column) => checked(name, column, named[column] ?? null, columns[column] ?? 'text', true));
}

function checked(table: string, column: string, value: Value, type: ColumnType, needed: boolean): Value {
  const fits = value === null ? !needed : hasType(value, type);
  if (!fits) {
    const found = value === null ? 'missing' : `${typeof value} ${JSON.stringify(value).slice(0, 40)}`;
    throw new AmyError('unexpected_answer', `the server sent ${table}.${column} as ${found}, not ${type}`);
  }
  return value;
}

function hasType(value: string | number, type: ColumnType): boolean {
  switch (type) {
    case 'text':
      return typeof value === 'string';
    case 'real':
      return typeof value === 'number';
    case 'integer':
      return Number.isSafeInteger(value);
  }
}
