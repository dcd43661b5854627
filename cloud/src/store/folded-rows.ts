import { SYNCED_TABLES } from '../contract/tables.ts';
import type { BiomarkerDayChange } from '../fold/biomarker-days.ts';
import type { FoldedTable, RowChange, RowDeletion } from '../fold/changes.ts';
import { deleteEmptyDaysStatements, storeBiomarkerDaysStatements } from './biomarker-days.ts';
import { keyCells } from './key-cells.ts';
import type { Owned } from './owned.ts';
import { deleteListedRows } from './row-sets.ts';
import type { Statement } from './statements.ts';
import { storeTombstonesStatements, tombstoneKey } from './tombstones.ts';
import { storeCellsStatements, upsertRowsStatements } from './upsert.ts';

export const FOLDED_TABLES: readonly FoldedTable[] = [
  'daily_summary',
  'sleep_sessions',
  'activities',
  'biomarkers_raw',
];

/**
 * One upsert per table and policy, one update per table of rows whose cells alone change, and behind them the `days` of the
 * biomarkers among them.
 */
export function storeFoldedRowsStatements(
  changes: readonly Owned<RowChange>[],
  days: readonly Owned<BiomarkerDayChange>[],
): readonly Statement[] {
  const rows = FOLDED_TABLES.flatMap((table) => {
    const ofTable = changes.filter(({ change }) => change.table === table);
    const shown = ofTable.filter(({ change }) => !change.isOnlyCells);
    return [
      ...(['coalesce', 'replace'] as const).flatMap((policy) =>
        upsertRowsStatements(
          table,
          policy,
          shown.filter(({ change }) => change.replace === (policy === 'replace')),
        ),
      ),
      ...storeCellsStatements(
        table,
        ofTable.filter(({ change }) => change.isOnlyCells),
      ),
    ];
  });
  return [...rows, ...storeBiomarkerDaysStatements(days)];
}

/**
 * Deletes rows of one table each, and days without biomarkers; every deleted key leaves a tombstone at the person's clock.
 */
export function deleteFoldedRowsStatements(deletions: readonly Owned<RowDeletion>[]): readonly Statement[] {
  const deletes = FOLDED_TABLES.flatMap((table) => {
    const columns: readonly string[] = ['user_id', ...SYNCED_TABLES[table].key];
    const rows = deletions
      .filter(({ change }) => change.table === table)
      .map(({ userId, change }) => ({ user_id: userId, ...keyCells(change) }));
    return deleteListedRows(table, columns, rows);
  });
  const tombstones = deletions.map(({ userId, clock, change }) => ({
    user_id: userId,
    table_name: change.table,
    key: tombstoneKey(change),
    deleted_at: clock,
  }));
  return [...deletes, ...storeTombstonesStatements(tombstones), ...deleteEmptyDaysStatements(deletions)];
}
