import { SYNCED_TABLES } from '../contract/tables.ts';
import type { FoldedTable, HomeChange, RowChange, RowDeletion } from '../fold/changes.ts';
import { type Statement, statementsForRows } from './statements.ts';
import { buildCoalesceUpsert, upsertRow } from './upsert.ts';

const FOLDED_TABLES: readonly FoldedTable[] = [
  'daily_summary',
  'sleep_sessions',
  'activities',
  'biomarkers_raw',
];

/** A person's row change, with whose it is and the clock it is made at. */
export type Owned<Change> = { readonly userId: string; readonly clock: string; readonly change: Change };

/** New people, and clocks that move. Rows: `[user_id, clock]`. */
export function writeUsers(users: readonly (readonly [string, string])[]): readonly Statement[] {
  return statementsForRows(
    `insert into users(id, clock)
select j.value->>0, j.value->>1
from json_each(?1) j
where true
on conflict (id) do update set clock = excluded.clock
where excluded.clock > users.clock`,
    users,
  );
}

/** One upsert per table and policy. */
export function writeRows(changes: readonly Owned<RowChange>[]): readonly Statement[] {
  return FOLDED_TABLES.flatMap((table) =>
    (['coalesce', 'replace'] as const).flatMap((policy) => {
      const rows = changes
        .filter(({ change }) => change.table === table && change.replace === (policy === 'replace'))
        .map(({ userId, clock, change }) => upsertRow(userId, change, clock));
      return statementsForRows(buildCoalesceUpsert(table, policy), rows);
    }),
  );
}

/** Deletes rows of one table each; every deleted key leaves a tombstone at the person's clock. */
export function deleteRows(deletions: readonly Owned<RowDeletion>[]): readonly Statement[] {
  const deletes = FOLDED_TABLES.flatMap((table) => {
    const keys = ['user_id', ...SYNCED_TABLES[table].key];
    const rows = deletions
      .filter(({ change }) => change.table === table)
      .map(({ userId, change }) => [userId, ...change.key]);
    return statementsForRows(
      `delete from ${table}
where (${keys.join(', ')}) in (
  select ${keys.map((_, i) => `j.value->>${i}`).join(', ')}
  from json_each(?1) j
)`,
      rows,
    );
  });
  const tombstones = deletions.map(
    ({ userId, clock, change }) => [userId, change.table, tombstoneKey(change), clock] as const,
  );
  return [...deletes, ...writeTombstones(tombstones)];
}

/** What is gone, for sync. `key` is the JSON of the primary key without user_id. */
export function writeTombstones(
  tombstones: readonly (readonly [userId: string, table: string, key: string, clock: string])[],
): readonly Statement[] {
  return statementsForRows(
    `insert into tombstones(user_id, table_name, key, deleted_at)
select j.value->>0, j.value->>1, j.value->>2, j.value->>3
from json_each(?1) j
where true
on conflict (user_id, table_name, key) do update set deleted_at = excluded.deleted_at`,
    tombstones,
  );
}

/** A key that is written anew is no longer deleted. */
export function clearTombstones(changes: readonly Owned<RowChange>[]): readonly Statement[] {
  return statementsForRows(
    `delete from tombstones
where (user_id, table_name, key) in (
  select j.value->>0, j.value->>1, j.value->>2
  from json_each(?1) j
)`,
    changes
      .filter(({ change }) => change.isNew)
      .map(({ userId, change }) => [userId, change.table, tombstoneKey(change)]),
  );
}

/** The JSON of a primary key without user_id, columns in the table's order. */
export function tombstoneKey({ table, key }: { table: FoldedTable; key: readonly string[] }): string {
  return JSON.stringify(Object.fromEntries(SYNCED_TABLES[table].key.map((column, i) => [column, key[i]])));
}

export function writeHomes(changes: readonly Owned<HomeChange>[]): readonly Statement[] {
  return statementsForRows(
    `insert into item_homes(user_id, kind, source, item, start_time, wake_date, cut)
select j.value->>0, j.value->>1, j.value->>2, j.value->>3, j.value->>4, j.value->>5, j.value->>6
from json_each(?1) j
where true
on conflict (user_id, kind, source, item) do update set
  start_time = excluded.start_time,
  wake_date = excluded.wake_date,
  cut = excluded.cut`,
    changes.map(({ userId, change: { kind, source, item, home } }) => [
      userId,
      kind,
      source,
      item,
      home.startTime,
      home.wakeDate,
      home.cut === null ? null : JSON.stringify(home.cut),
    ]),
  );
}
