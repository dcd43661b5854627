import { type IsoTime, isoTime, type UnixMs } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import type { ApprovedWith } from '../identity.ts';
import type { UserId } from '../ids.ts';
import { allRows, changedRows, firstRow, statement } from './statements.ts';

/** A session as its person sees it. */
export type ShownSession = {
  readonly id: string;
  readonly client: string;
  readonly created_at: IsoTime;
  readonly last_used_at: IsoTime;
  readonly expires_at: IsoTime;
  readonly approved_with: ApprovedWith | null;
  /** The session whose token approved this one. */
  readonly approved_by: string | null;
  /** What that session calls itself. */
  readonly approved_by_client: string | null;
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
      `select s.id, s.client, s.created_at, s.last_used_at, s.expires_at, s.approved_with, s.approved_by,
  p.client as approved_by_client
from sessions s
left join sessions p on p.id = s.approved_by and p.user_id = s.user_id
where s.user_id = ?1
  and s.revoked_at is null
  and s.expires_at > ?2
  and (?3 is null or s.created_at < ?3 or (s.created_at = ?3 and s.id > ?4))
order by s.created_at desc, s.id
limit ?5`,
      userId,
      isoTime(nowMs),
      page.after?.[0] ?? null,
      page.after?.[1] ?? null,
      page.limit,
    ),
  );
}

/**
 * Ends a session of a person from their next request on, and every session that was approved with its token, with
 * one of theirs, and so on: who stole a token keeps nothing by it. Answers the ids of those that ended.
 */
export async function revokeSession(
  db: D1Database,
  userId: UserId,
  sessionId: string,
  nowMs: UnixMs,
): Promise<readonly string[]> {
  const ended = await allRows<{ readonly id: string }>(
    db,
    statement(
      `with recursive tree(id) as (
  select id
  from sessions
  where id = ?1
    and user_id = ?2
    and revoked_at is null
    and expires_at > ?3
  union
  select s.id
  from tree t
  join sessions s on s.approved_by = t.id
  where s.user_id = ?2
)
update sessions
set revoked_at = ?3
where id in (select id from tree)
  and revoked_at is null
  and expires_at > ?3
returning id`,
      sessionId,
      userId,
      isoTime(nowMs),
    ),
  );
  return ended.map(({ id }) => id);
}

/** Calls a session of a person otherwise. False where they have none alive under this id. */
export async function renameSession(
  db: D1Database,
  userId: UserId,
  sessionId: string,
  client: string,
  nowMs: UnixMs,
): Promise<boolean> {
  const changed = await changedRows(
    db,
    statement(
      `update sessions
set client = ?3
where id = ?1
  and user_id = ?2
  and revoked_at is null
  and expires_at > ?4`,
      sessionId,
      userId,
      client,
      isoTime(nowMs),
    ),
  );
  return changed > 0;
}

/**
 * Lets a session live until `expiresMs`, but never past its own end or past the session that approved it, which
 * has to be alive: so one that approved another can always be ended first. Answers until when it lives now; null
 * where it had ended, or its person is erased.
 */
export async function extendSession(
  db: D1Database,
  userId: UserId,
  sessionId: string,
  nowMs: UnixMs,
  expiresMs: UnixMs,
): Promise<UnixMs | null> {
  const extended = await firstRow<{ readonly expires_at: IsoTime }>(
    db,
    statement(
      `update sessions
set expires_at = min(?4, ends_at, coalesce((select p.expires_at from sessions p where p.id = sessions.approved_by), ?4)),
  last_used_at = ?3
where id = ?1
  and user_id = ?2
  and revoked_at is null
  and expires_at > ?3
  and (
    approved_by is null
    or exists (
      select 1
      from sessions p
      where p.id = sessions.approved_by
        and p.revoked_at is null
        and p.expires_at > ?3
    )
  )
  and not exists (select 1 from erased_subjects where subject_hash = ?5)
returning expires_at`,
      sessionId,
      userId,
      isoTime(nowMs),
      isoTime(expiresMs),
      sha256Hex(userId),
    ),
  );
  return extended === null ? null : Date.parse(extended.expires_at);
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
