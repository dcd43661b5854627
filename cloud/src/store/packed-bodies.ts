import { type SqliteTime, sqliteTime, type UnixMs } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import type { RawEventId, UserId } from '../ids.ts';
import { BODIES_LOOKED_AT } from '../limits.ts';
import { guardStatement } from './guard.ts';
import { insertRows } from './row-sets.ts';
import { allRows, runAll, type Statement, statement } from './statements.ts';

/**
 * Bodies that were moved to R2 by age. A pack is an object with many bodies of one person, one after the other, each
 * compressed by itself: one is read without the others, and the whole is a gzip file too.
 */

/** Where in which pack the body of the row of `raw_events` at hand lies, as JSON; null where it is in none. */
export const PACKED = `(
    select json_array(p.user_id, k.pack_id, k.start, k.bytes)
    from packed_bodies k
    left join body_packs p on p.id = k.pack_id
    where k.raw_event_id = raw_events.id
  )`;

/** The body of the row of `raw_events` at hand lies in a pack. */
export const IS_PACKED = 'exists (select 1 from packed_bodies k where k.raw_event_id = raw_events.id)';

/** How the keys of a person's packs begin. */
export function packsPrefix(userId: string): string {
  return `bodies/${sha256Hex(userId)}/`;
}

export function packKey(userId: string, packId: number): string {
  return `${packsPrefix(userId)}${packId}.gz`;
}

/** A body that was looked at, in the order of receipt. */
export type SeenBody = {
  readonly id: RawEventId;
  readonly user_id: UserId | null;
  readonly received_at: SqliteTime;
  readonly bytes: number;
  readonly is_old: number;
  /** Its event was processed and is somebody's. */
  readonly is_movable: number;
  /** It stays its person's whatever becomes of its event, and is deleted with them alone. */
  readonly is_packable: number;
};

/**
 * The next bodies in the database. What tells of a connection may become another person's, and a lab report is deleted
 * with its upload: these do not share an object with others.
 */
export function oldBodiesStatement(afterId: number, beforeMs: UnixMs): Statement {
  return statement(
    `select b.raw_event_id as id, r.user_id, r.received_at, octet_length(b.payload) as bytes, r.received_at < ?2 as is_old,
  r.processed_at is not null and r.user_id is not null as is_movable,
  r.event_type in ('daily', 'sleep', 'activity', 'body', 's3_payload')
    and r.terra_user_id <> ''
    and coalesce(r.reference_id, '') in ('', r.user_id) as is_packable
from raw_bodies b
cross join raw_events r on r.id = b.raw_event_id
where b.raw_event_id > ?1
order by b.raw_event_id
limit ${BODIES_LOOKED_AT}`,
    afterId,
    sqliteTime(beforeMs),
  );
}

/** The same, run. */
export async function readOldBodies(
  db: D1Database,
  afterId: number,
  beforeMs: UnixMs,
): Promise<readonly SeenBody[]> {
  return allRows(db, oldBodiesStatement(afterId, beforeMs));
}

export type StoredBody = { readonly id: RawEventId; readonly payload: string; readonly dedup_key: string };

export async function readBodies(db: D1Database, ids: readonly RawEventId[]): Promise<readonly StoredBody[]> {
  return allRows(
    db,
    statement(
      `select b.raw_event_id as id, b.payload, r.dedup_key
from raw_bodies b
cross join raw_events r on r.id = b.raw_event_id
where b.raw_event_id in (select value from json_each(?1))
order by b.raw_event_id`,
      JSON.stringify(ids),
    ),
  );
}

/** Where a body begins in its pack, and its bytes there. */
export type PackedBody = {
  readonly raw_event_id: RawEventId;
  readonly start: number;
  readonly bytes: number;
};

/** From now on these bodies are those of the pack, which is in R2. Throws a lost race where an event changed. */
export async function writePack(
  db: D1Database,
  userId: UserId,
  packId: number,
  bodies: readonly PackedBody[],
): Promise<void> {
  const ids = JSON.stringify(bodies.map(({ raw_event_id }) => raw_event_id));
  await runAll(db, [
    ...movedGuardStatements(userId, ids),
    ...insertRows('body_packs', ['id', 'user_id'], [{ id: packId, user_id: userId }]),
    ...insertRows(
      'packed_bodies',
      ['raw_event_id', 'pack_id', 'start', 'bytes'],
      bodies.map((body) => ({ ...body, pack_id: packId })),
    ),
    statement('delete from raw_bodies where raw_event_id in (select value from json_each(?1))', ids),
  ]);
}

/** From now on this body is the object of this key. Throws a lost race where the event changed. */
export async function writeMovedBody(
  db: D1Database,
  userId: UserId,
  id: RawEventId,
  key: string,
): Promise<void> {
  await runAll(db, [
    ...movedGuardStatements(userId, JSON.stringify([id])),
    statement('update raw_events set payload_key = ?2 where id = ?1', id, key),
    statement('delete from raw_bodies where raw_event_id = ?1', id),
  ]);
}

/** Each of the events is processed and the person's, with its body in the database, and the person is not erased. */
function movedGuardStatements(userId: UserId, ids: string): readonly Statement[] {
  return [
    guardStatement({ unmarked: [sha256Hex(userId)] }),
    statement(
      `insert into commit_guard(stale)
select 1
from json_each(?1) j
left join raw_bodies b on b.raw_event_id = j.value
left join raw_events r on r.id = b.raw_event_id
where r.processed_at is null
  or r.user_id is not ?2`,
      ids,
      userId,
    ),
  ];
}
