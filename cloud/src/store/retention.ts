import { type IsoTime, isoTime, type SqliteTime, sqliteTime, type UnixMs } from '../clock.ts';
import type { RawEventId } from '../ids.ts';
import {
  DEVICE_LOGIN_KEPT_MS,
  IDEMPOTENCY_LIFE_MS,
  IMPORTS_KEPT_MS,
  OUTBOX_KEPT_MS,
  REBUILDS_KEPT_MS,
  REDELIVERIES_KEPT_MS,
  SESSIONS_KEPT_MS,
  SILENCES_KEPT_MS,
  TOMBSTONES_KEPT_MS,
  TRACES_KEPT_MS,
  UNKNOWN_FIELDS_KEPT_MS,
  UNOWNED_EVENTS_KEPT_MS,
} from '../limits.ts';
import { allRows, runAll, type Statement, statement } from './statements.ts';

/** What ends with age, apart from unowned events, which have objects besides. */
export const AGING_KINDS = [
  'trace_events',
  'sessions',
  'idempotency_keys',
  'device_logins',
  'backfills',
  'large_requests',
  'imports',
  'rebuilds',
  'redeliveries',
  'unknown_fields',
  'silences',
  'tombstones',
] as const;

export type AgingKind = (typeof AGING_KINDS)[number];

type Aging = {
  readonly keptMs: number;
  /** The form in which its column holds a time. */
  readonly time: (ms: UnixMs) => IsoTime | SqliteTime;
  readonly key: string;
  readonly index: string;
  /** True of rows that are too old: `?1` is the oldest moment that is kept. */
  readonly isOld: string;
  readonly oldestFirst: string;
};

const AGING: Record<AgingKind, Aging> = {
  trace_events: {
    keptMs: TRACES_KEPT_MS,
    time: sqliteTime,
    key: 'id',
    index: 'idx_trace_ts',
    isOld: 'ts < ?1',
    oldestFirst: 'ts',
  },
  sessions: {
    keptMs: SESSIONS_KEPT_MS,
    time: isoTime,
    key: 'id',
    index: 'idx_sessions_end',
    isOld: 'coalesce(revoked_at, expires_at) < ?1',
    oldestFirst: 'coalesce(revoked_at, expires_at)',
  },
  idempotency_keys: {
    keptMs: IDEMPOTENCY_LIFE_MS,
    time: isoTime,
    key: 'user_id, key',
    index: 'idx_idempotency_claimed',
    isOld: 'claimed_at < ?1',
    oldestFirst: 'claimed_at',
  },
  device_logins: {
    keptMs: DEVICE_LOGIN_KEPT_MS,
    time: isoTime,
    key: 'device_code_hash',
    index: 'idx_device_logins_expires',
    isOld: 'expires_at < ?1',
    oldestFirst: 'expires_at',
  },
  // What is not sent yet is still to be done, whatever its age.
  backfills: {
    keptMs: OUTBOX_KEPT_MS,
    time: isoTime,
    key: 'id',
    index: 'idx_backfills_ended',
    isOld: "status <> 'pending' and created_at < ?1",
    oldestFirst: 'created_at',
  },
  large_requests: {
    keptMs: OUTBOX_KEPT_MS,
    time: isoTime,
    key: 'user_id, reference',
    index: 'idx_large_requests_noted',
    isOld: 'noted_at < ?1',
    oldestFirst: 'noted_at',
  },
  imports: {
    keptMs: IMPORTS_KEPT_MS,
    time: isoTime,
    key: 'id',
    index: 'idx_imports_created',
    isOld: 'created_at < ?1',
    oldestFirst: 'created_at',
  },
  // One under way ends by itself: it is given up where it comes to nothing.
  rebuilds: {
    keptMs: REBUILDS_KEPT_MS,
    time: isoTime,
    key: 'user_id',
    index: 'idx_rebuilds_finished',
    isOld: 'finished_at is not null and finished_at < ?1',
    oldestFirst: 'finished_at',
  },
  redeliveries: {
    keptMs: REDELIVERIES_KEPT_MS,
    time: sqliteTime,
    key: 'raw_event_id, terra_reference, trace_id',
    index: 'idx_redeliveries_delivered',
    isOld: 'delivered_at < ?1',
    oldestFirst: 'delivered_at',
  },
  unknown_fields: {
    keptMs: UNKNOWN_FIELDS_KEPT_MS,
    time: isoTime,
    key: 'event_type, path',
    index: 'idx_unknown_fields_seen',
    isOld: 'last_seen < ?1',
    oldestFirst: 'last_seen',
  },
  silences: {
    keptMs: SILENCES_KEPT_MS,
    time: isoTime,
    key: 'id',
    index: 'idx_silences_ended',
    isOld: 'ended_at is not null and ended_at < ?1',
    oldestFirst: 'ended_at',
  },
  tombstones: {
    keptMs: TOMBSTONES_KEPT_MS,
    time: isoTime,
    key: 'rowid',
    index: 'idx_tombstones_deleted',
    isOld: 'deleted_at < ?1',
    oldestFirst: 'deleted_at, rowid',
  },
};

/** The statements that delete the oldest rows of a kind, at most `limit`: the last one is the deletion. */
export function deleteAgedStatements(kind: AgingKind, nowMs: UnixMs, limit: number): readonly Statement[] {
  const { keptMs, time, key, index, isOld, oldestFirst } = AGING[kind];
  const before = time(nowMs - keptMs);
  const oldest = (columns: string) => `select ${columns}
  from ${kind} indexed by ${index}
  where ${isOld}
  order by ${oldestFirst}
  limit ?2`;
  const deletion = statement(`delete from ${kind}\nwhere (${key}) in (\n  ${oldest(key)}\n)`, before, limit);
  if (kind !== 'tombstones') return [deletion];
  // A mirror that has not seen a tombstone that goes can no longer be told of the deletion: it syncs in full.
  const told = statement(
    `update users set full_sync_before = max(coalesce(full_sync_before, ''), gone.latest)
from (
  select user_id, max(deleted_at) as latest
  from (
  ${oldest('user_id, deleted_at')}
  )
  group by user_id
) gone
where users.id = gone.user_id`,
    before,
    limit,
  );
  return [told, deletion];
}

/** Deletes the oldest rows of a kind that are past their time, at most `limit`; answers how many. */
export async function deleteAged(
  db: D1Database,
  kind: AgingKind,
  nowMs: UnixMs,
  limit: number,
): Promise<number> {
  const answers = await runAll(db, deleteAgedStatements(kind, nowMs, limit));
  return answers.at(-1)?.meta.changes ?? 0;
}

/**
 * Whom no erasure could ever find by it: it has no owner, and names no user, no known connection and no upload. One
 * that names somebody and failed is theirs.
 */
const IS_NOBODYS = `user_id is null
  and (reference_id is null or substr(reference_id, 1, 5) <> 'user_')
  and not exists (select 1 from terra_connections c where c.terra_user_id = raw_events.terra_user_id)
  and not exists (select 1 from lab_uploads l where l.terra_upload_id = raw_events.reference_id)
  and not exists (select 1 from earlier_lab_ids e where e.terra_upload_id = raw_events.reference_id)`;

/** Unowned events lie in two places: those that were processed, and those that wait. */
export const UNOWNED_PLACES = ['unowned_processed', 'unowned_waiting'] as const;

export type UnownedPlace = (typeof UNOWNED_PLACES)[number];

const PLACES: Record<UnownedPlace, string> = {
  unowned_processed:
    'raw_events indexed by idx_raw_unowned where user_id is null and processed_at is not null and id > ?1',
  unowned_waiting: 'raw_events indexed by idx_raw_unprocessed where processed_at is null and id > ?1',
};

/** An event that was looked at: whether it is too old and nobody's. */
export type SeenEvent = {
  readonly id: RawEventId;
  readonly is_old: number;
  readonly is_nobodys: number;
  readonly payload_key: string | null;
  readonly fetched_key: string | null;
};

export function unownedStatement(
  place: UnownedPlace,
  afterId: number,
  nowMs: UnixMs,
  limit: number,
): Statement {
  return statement(
    `select id, received_at < ?2 as is_old, (${IS_NOBODYS}) as is_nobodys, payload_key, fetched_key
from ${PLACES[place]}
order by id
limit ?3`,
    afterId,
    sqliteTime(nowMs - UNOWNED_EVENTS_KEPT_MS),
    limit,
  );
}

/** The next events of a place, by id: in the order of their receipt. */
export async function readUnowned(
  db: D1Database,
  place: UnownedPlace,
  afterId: number,
  nowMs: UnixMs,
  limit: number,
): Promise<readonly SeenEvent[]> {
  return allRows(db, unownedStatement(place, afterId, nowMs, limit));
}

/** Deletes those of these events that are still nobody's; their bodies go with them. Answers the ids. */
export function deleteUnownedStatement(ids: readonly RawEventId[]): Statement {
  return statement(
    `delete from raw_events
where id in (select value from json_each(?1))
  and ${IS_NOBODYS}
returning id`,
    JSON.stringify(ids),
  );
}
