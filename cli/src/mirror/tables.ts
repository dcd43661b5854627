import { SYNCED_TABLES, type SyncedTable, type SyncedTableName } from '../../../cloud/src/contract/tables.ts';

/** The contract's tables, seen through their common type. */
export const MIRRORED: Readonly<Record<SyncedTableName, SyncedTable>> = SYNCED_TABLES;

export const MIRRORED_NAMES = Object.keys(SYNCED_TABLES) as readonly SyncedTableName[];

export function isMirrored(name: string): name is SyncedTableName {
  return Object.hasOwn(SYNCED_TABLES, name);
}
