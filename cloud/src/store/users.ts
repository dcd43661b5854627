import { type IsoTime, isoTime, type UnixMs } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { RULES_VERSION } from '../fold/rules-version.ts';
import type { Identity } from '../identity.ts';
import type { UserId } from '../ids.ts';
import { SESSION_USE_NOTED_MS } from '../limits.ts';
import { changedRows, firstRow, runAll, type Statement, statement } from './statements.ts';

/** Whether a person with a good token is let in. */
export type Admission =
  /** `isUseDue`: the session's `last_used_at` is old enough to be moved. */
  | { readonly state: 'admitted'; readonly isUseDue: boolean }
  | { readonly state: 'refused'; readonly reason: 'erased' | 'session_ended' };

type UserRow = { readonly email: string; readonly tokens_after: IsoTime | null };
type SessionRow = {
  readonly last_used_at: IsoTime;
  readonly expires_at: IsoTime;
  readonly revoked_at: IsoTime | null;
};

/**
 * Lets a signed-in person in, in one round trip where their row is there. A token of a session needs that
 * session, theirs and alive. An erased person is let in only by a token issued after the erasure and used
 * after its end, which lifts the mark of their user id and leaves older tokens refused; Terra ids stay refused.
 */
export async function admitPerson(
  db: D1Database,
  identity: Omit<Identity, 'signedInBy'>,
  nowMs: UnixMs,
): Promise<Admission> {
  const { userId, sessionId, email } = identity;
  const issuedAt = isoTime(identity.issuedAtMs);
  const hash = sha256Hex(userId);
  const [users, marks, sessions] = await runAll(db, [
    statement('select email, tokens_after from users where id = ?1', userId),
    erasedAtStatement(hash),
    ...(sessionId === null ? [] : [sessionStatement(sessionId, userId)]),
  ]);
  const [user] = (users?.results ?? []) as UserRow[];
  if (user?.tokens_after != null && issuedAt <= user.tokens_after)
    return { state: 'refused', reason: 'erased' };
  const [session] = (sessions?.results ?? []) as SessionRow[];
  if (sessionId !== null && !isAlive(session, nowMs)) return { state: 'refused', reason: 'session_ended' };
  const isUseDue = session !== undefined && Date.parse(session.last_used_at) <= nowMs - SESSION_USE_NOTED_MS;
  const isKnown = user !== undefined && marks?.results.length === 0;
  if (isKnown && (email === null || user.email !== '')) return { state: 'admitted', isUseDue };
  // An erasure may come between the two reads: the writes ask for themselves.
  const answers = await runAll(db, [
    storeUserStatement(userId, email ?? '', hash, issuedAt),
    liftMarkStatement(userId, hash, issuedAt),
    erasedAtStatement(hash),
  ]);
  return answers.at(-1)?.results.length === 0
    ? { state: 'admitted', isUseDue }
    : { state: 'refused', reason: 'erased' };
}

function isAlive(session: SessionRow | undefined, nowMs: UnixMs): boolean {
  return session !== undefined && session.revoked_at === null && Date.parse(session.expires_at) > nowMs;
}

function erasedAtStatement(hash: string): Statement {
  return statement('select erased_at from erased_subjects where subject_hash = ?1', hash);
}

function sessionStatement(sessionId: string, userId: UserId): Statement {
  return statement(
    'select last_used_at, expires_at, revoked_at from sessions where id = ?1 and user_id = ?2',
    sessionId,
    userId,
  );
}

/**
 * A person known without an email gets it from the first token that carries one. The clock of one who came back begins at their
 * erasure: a mirror made since then is told all that changes, one from before is not.
 */
function storeUserStatement(userId: UserId, email: string, hash: string, issuedAt: IsoTime): Statement {
  return statement(
    `insert into users(id, email, rules, tokens_after, clock)
select ?1, ?2, ${RULES_VERSION}, e.erased_at, coalesce(e.erased_at, ?5)
from (select 1)
left join erased_subjects e on e.subject_hash = ?3
where not exists (
  select 1
  from erased_subjects
  where subject_hash = ?3
    and (erased_at >= ?4 or exists (select 1 from erasures where subject = ?1))
)
on conflict (id) do update
set email = excluded.email
where email = '' and excluded.email <> ''`,
    userId,
    email,
    hash,
    issuedAt,
    isoTime(0),
  );
}

function liftMarkStatement(userId: UserId, hash: string, issuedAt: IsoTime): Statement {
  return statement(
    `delete from erased_subjects
where subject_hash = ?1
  and erased_at < ?2
  and not exists (select 1 from erasures where subject = ?3)`,
    hash,
    issuedAt,
    userId,
  );
}

/**
 * Claims a comparison of a person's connections with Terra's list, where the last one is from `before` or
 * earlier: of several requests at once one gets it.
 */
export async function claimReconciliation(
  db: D1Database,
  userId: UserId,
  { now, before }: { readonly now: IsoTime; readonly before: IsoTime },
): Promise<boolean> {
  const claimed = await changedRows(
    db,
    statement(
      `update users set reconciled_at = ?2
where id = ?1
  and (reconciled_at is null or reconciled_at <= ?3)`,
      userId,
      now,
      before,
    ),
  );
  return claimed > 0;
}

/** Whether there is a person of this id. */
export async function isPerson(db: D1Database, userId: UserId): Promise<boolean> {
  const one = statement('select 1 from users where id = ?1 and rebuild_of is null', userId);
  return (await firstRow(db, one)) !== null;
}
