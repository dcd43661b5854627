import type { IsoTime } from '../clock.ts';
import type { FoldedTable, RowChange } from '../fold/changes.ts';
import type { UserId } from '../ids.ts';
import { keyCells } from './key-cells.ts';
import type { Owned } from './owned.ts';
import { deleteRows, insertRows } from './row-sets.ts';
import type { Statement } from './statements.ts';

/** What is gone, for sync. `key` is the JSON of the primary key without user_id. */
export type Tombstone = {
  readonly user_id: UserId;
  readonly table_name: string;
  readonly key: string;
  readonly deleted_at: IsoTime;
};

export function storeTombstonesStatements(tombstones: readonly Tombstone[]): readonly Statement[] {
  return insertRows(
    'tombstones',
    ['user_id', 'table_name', 'key', 'deleted_at'],
    tombstones,
    'on conflict (user_id, table_name, key) do update set deleted_at = excluded.deleted_at',
  );
}

/** A key that is written anew is no longer deleted. */
export function clearTombstonesStatements(changes: readonly Owned<RowChange>[]): readonly Statement[] {
  return deleteRows(
    'tombstones',
    ['user_id', 'table_name', 'key'],
    changes
      .filter(({ change }) => change.isNew)
      .map(({ userId, change }) => ({
        user_id: userId,
        table_name: change.table,
        key: tombstoneKey(change),
      })),
  );
}

/** The JSON of a primary key without user_id, columns in the table's order. */
export function tombstoneKey(row: { readonly table: FoldedTable; readonly key: readonly string[] }): string {
  return JSON.stringify(keyCells(row));
}
