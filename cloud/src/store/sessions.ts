import { type IsoTime, isoTime, type UnixMs } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import type { UserId } from '../ids.ts';
import { allRows, changedRows, statement } from './statements.ts';

/** A session as its person sees it. */
export type ShownSession = {
  readonly id: string;
  readonly client: string;
  readonly created_at: IsoTime;
  readonly last_used_at: IsoTime;
  readonly expires_at: IsoTime;
};

/** Where a page of sessions goes on: after this one. */
export type SessionPosition = readonly [createdAt: IsoTime, id: string];

/** A person's sessions that can still be used, newest first. */
export async function readAliveSessions(
  db: D1Database,
  userId: UserId,
  nowMs: UnixMs,
  page: { readonly after: SessionPosition | null; readonly limit: number },
): Promise<readonly ShownSession[]> {
  return allRows(
    db,
    statement(
      `select id, client, created_at, last_used_at, expires_at
from sessions
where user_id = ?1
  and revoked_at is null
  and expires_at > ?2
  and (?3 is null or created_at < ?3 or (created_at = ?3 and id > ?4))
order by created_at desc, id
limit ?5`,
      userId,
      isoTime(nowMs),
      page.after?.[0] ?? null,
      page.after?.[1] ?? null,
      page.limit,
    ),
  );
}

/** Ends a session of a person from their next request on. Answers whether there was one to end. */
export async function revokeSession(
  db: D1Database,
  userId: UserId,
  sessionId: string,
  nowMs: UnixMs,
): Promise<boolean> {
  const changed = await changedRows(
    db,
    statement(
      `update sessions
set revoked_at = ?3
where id = ?1
  and user_id = ?2
  and revoked_at is null
  and expires_at > ?3`,
      sessionId,
      userId,
      isoTime(nowMs),
    ),
  );
  return changed === 1;
}

/** Lets a session live until `expiresMs`. Answers whether it was still alive, and its person not erased. */
export async function extendSession(
  db: D1Database,
  userId: UserId,
  sessionId: string,
  nowMs: UnixMs,
  expiresMs: UnixMs,
): Promise<boolean> {
  const changed = await changedRows(
    db,
    statement(
      `update sessions
set expires_at = ?4,
  last_used_at = ?3
where id = ?1
  and user_id = ?2
  and revoked_at is null
  and expires_at > ?3
  and not exists (select 1 from erased_subjects where subject_hash = ?5)`,
      sessionId,
      userId,
      isoTime(nowMs),
      isoTime(expiresMs),
      sha256Hex(userId),
    ),
  );
  return changed === 1;
}

/** Remembers that a session was used. Two requests at once may both say so. */
export async function writeSessionUse(db: D1Database, sessionId: string, nowMs: UnixMs): Promise<void> {
  await changedRows(
    db,
    statement(
      'update sessions set last_used_at = max(last_used_at, ?2) where id = ?1',
      sessionId,
      isoTime(nowMs),
    ),
  );
}
