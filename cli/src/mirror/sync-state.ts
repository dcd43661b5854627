import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { tableOf } from './own-table.ts';

export const SYNC_STATE_COLUMNS = {
  id: 'integer primary key check (id = 1)',
  schema_version: 'text not null',
  server: 'text',
  person: 'text',
  since: 'text',
  last_sync_at: 'text',
  last_verify_at: 'text',
  rows_received: 'integer not null default 0',
  rows_deleted: 'integer not null default 0',
} as const;

/** One row. `since` is the `now` of the last finished sync; counts are those of that sync. */
export const SYNC_STATE_SCHEMA = tableOf('sync_state', SYNC_STATE_COLUMNS);

const syncState = z.object({
  schema_version: z.string(),
  /** Null before the first sync. */
  server: z.string().nullable(),
  /** The token's subject; null where the token told none. */
  person: z.string().nullable(),
  since: z.string().nullable(),
  last_sync_at: z.string().nullable(),
  rows_received: z.number(),
  rows_deleted: z.number(),
});

export type SyncState = z.infer<typeof syncState>;

export function readSyncState(database: DatabaseSync): SyncState {
  return syncState.parse(database.prepare('select * from sync_state').get());
}

const lastTimes = z.object({
  last_sync_at: z.string().nullable(),
  last_verify_at: z.string().nullish(),
});

/** Layouts of before `amy doctor` have no column for the last comparison. */
export function readLastTimes(database: DatabaseSync): {
  readonly lastSyncAt: string | null;
  readonly lastVerifyAt: string | null;
} {
  const { last_sync_at, last_verify_at } = lastTimes.parse(
    database.prepare('select * from sync_state').get(),
  );
  return { lastSyncAt: last_sync_at, lastVerifyAt: last_verify_at ?? null };
}

/** For use inside the transaction that compared the file with the server, and mended what differed. */
export function recordVerify(database: DatabaseSync, verifiedAt: string): void {
  database.prepare('update sync_state set last_verify_at = ?').run(verifiedAt);
}

const owner = syncState.pick({ server: true, person: true });

/** Whose data the file holds. Every layout has had these columns. */
export function readOwner(database: DatabaseSync): z.infer<typeof owner> {
  return owner.parse(database.prepare('select server, person from sync_state').get());
}

type FinishedSync = {
  readonly server: string;
  readonly person: string | null;
  readonly since: string;
  readonly finishedAt: string;
  readonly received: number;
  readonly deleted: number;
};

/** For use inside the transaction that wrote the rows: both commit or neither. */
export function recordSync(database: DatabaseSync, finished: FinishedSync): void {
  const { server, person, since, finishedAt, received, deleted } = finished;
  database
    .prepare(
      `update sync_state
       set server = ?, person = coalesce(?, person), since = ?, last_sync_at = ?,
         rows_received = ?, rows_deleted = ?`,
    )
    .run(server, person, since, finishedAt, received, deleted);
}
