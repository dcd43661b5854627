import { z } from 'zod';
import { ASKED_STATES, HISTORY_RESOURCES, SYNC_LIMIT_DEFAULT, SYNC_LIMIT_MAX } from './constants.ts';
import { SYNCED_TABLES, type SyncedTableName } from './tables.ts';

export { ASKED_STATES, SYNC_LIMIT_DEFAULT, SYNC_LIMIT_MAX };
/** Rows of one table per page where they carry `raw`, which holds up to 64 KB: a page has to fit in memory. */
export const SYNC_RAW_ROWS_MAX = 200;

/** Tables a sync sends unless `tables` names others. */
export const SYNC_DEFAULT_TABLES = Object.keys(SYNCED_TABLES) as readonly SyncedTableName[];

export type SyncTableName = SyncedTableName | 'biomarkers_wide';

export const SYNC_TABLES: readonly SyncTableName[] = [...SYNC_DEFAULT_TABLES, 'biomarkers_wide'];

/** One row: the table's columns (contract/tables.ts) and `updated_at`; `raw` only with `include=raw`. */
export const syncRow = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/** A key that is gone: the table's primary key without `user_id`. */
const deletedKey = z.object({
  table: z.string(),
  key: z.record(z.string(), z.string()),
  deleted_at: z.string(),
});

/** Days of a source, both ends included, and how it stands with them; `to` is null where later days come by themselves. */
const askedRange = z.object({
  source: z.string(),
  resource: z.enum(HISTORY_RESOURCES),
  from: z.string(),
  to: z.string().nullable(),
  state: z.enum(ASKED_STATES),
  /** Why it waits or was refused, where that is known. */
  reason: z.string().nullable(),
});

export type AskedRange = z.infer<typeof askedRange>;

/**
 * One page of `GET /v1/sync`. `data` has every named table, empty or not, and `deleted`.
 * Rows and deletions of one page never speak of the same key; pages are applied in order.
 * `now` counts on the last page only: it is the next sync's `since`. `asked` is on the last page alone: which days of
 * which source Terra was asked for, whole each time. A day in no range was not asked for, and of the ranges of a day
 * waiting goes before asked, and asked before refused. `total` is on the first page alone, where it was asked for and others
 * follow: how many rows and deletions all of them bring, if nothing changes meanwhile.
 */
export const syncPage = z.object({
  data: z.object({
    daily_summary: z.array(syncRow).optional(),
    activities: z.array(syncRow).optional(),
    sleep_sessions: z.array(syncRow).optional(),
    biomarkers_raw: z.array(syncRow).optional(),
    biomarkers_wide: z.array(syncRow).optional(),
    lab_uploads: z.array(syncRow).optional(),
    profiles: z.array(syncRow).optional(),
    deleted: z.array(deletedKey),
  }),
  now: z.string(),
  next_cursor: z.string().nullable(),
  has_more: z.boolean(),
  asked: z.array(askedRange).optional(),
  total: z.number().int().optional(),
});

export type SyncPage = z.infer<typeof syncPage>;
export type SyncRow = z.infer<typeof syncRow>;
export type DeletedKey = z.infer<typeof deletedKey>;
