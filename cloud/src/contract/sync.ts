import { z } from 'zod';
import { SYNCED_TABLES, type SyncedTableName } from './tables.ts';

/** Rows in all per page. */
export const SYNC_LIMIT_DEFAULT = 1_000;
export const SYNC_LIMIT_MAX = 5_000;
/** Rows of one table per page where they carry `raw`, which holds up to 64 KB: a page has to fit in memory. */
export const SYNC_RAW_ROWS_MAX = 200;

/** Tables a sync sends unless `tables` names others. */
export const SYNC_DEFAULT_TABLES = Object.keys(SYNCED_TABLES) as readonly SyncedTableName[];

export type SyncTableName = SyncedTableName | 'biomarkers_wide';

export const SYNC_TABLES: readonly SyncTableName[] = [...SYNC_DEFAULT_TABLES, 'biomarkers_wide'];

/** One row: the table's columns (contract/tables.ts) and `updated_at`; `raw` only with `include=raw`. */
const row = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/** A key that is gone: the table's primary key without `user_id`. */
const deletedKey = z.object({
  table: z.string(),
  key: z.record(z.string(), z.string()),
  deleted_at: z.string(),
});

/**
 * One page of `GET /v1/sync`. `data` has every named table, empty or not, and `deleted`.
 * Rows and deletions of one page never speak of the same key; pages are applied in order.
 * `now` counts on the last page only: it is the next sync's `since`.
 */
export const syncPage = z.object({
  data: z.object({
    daily_summary: z.array(row).optional(),
    activities: z.array(row).optional(),
    sleep_sessions: z.array(row).optional(),
    biomarkers_raw: z.array(row).optional(),
    biomarkers_wide: z.array(row).optional(),
    lab_uploads: z.array(row).optional(),
    profiles: z.array(row).optional(),
    deleted: z.array(deletedKey),
  }),
  now: z.string(),
  next_cursor: z.string().nullable(),
  has_more: z.boolean(),
});

export type SyncPage = z.infer<typeof syncPage>;
export type SyncRow = z.infer<typeof row>;
export type DeletedKey = z.infer<typeof deletedKey>;
