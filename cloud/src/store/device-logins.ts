import { type IsoTime, isoTime, type UnixMs } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import type { ApprovedWith } from '../identity.ts';
import type { UserId } from '../ids.ts';
import { DEVICE_LOGIN_KEPT_MS, DEVICE_LOGINS_SWEPT, DEVICE_SLOW_DOWN_S } from '../limits.ts';
import { firstRow, runAll, type Statement, statement } from './statements.ts';

/** What a person decided about a device that asks to be signed in. */
export type Decision = 'approved' | 'denied';

/** A device login as its row says it. */
export type DeviceLogin = {
  readonly client: string;
  readonly created_at: IsoTime;
  readonly expires_at: IsoTime;
  readonly polled_at: IsoTime | null;
  readonly interval_s: number;
  readonly user_id: UserId | null;
  readonly decision: Decision | null;
  readonly redeemed_at: IsoTime | null;
};

export type NewDeviceLogin = {
  readonly deviceCodeHash: string;
  readonly userCode: string;
  readonly client: string;
  readonly nowMs: UnixMs;
  readonly expiresMs: UnixMs;
  readonly intervalSeconds: number;
};

/** Stores a login unless its user code is taken; answers whether it did. Some long expired ones go with it. */
export async function writeDeviceLogin(db: D1Database, login: NewDeviceLogin): Promise<boolean> {
  const [, inserted] = await runAll(db, [
    statement(
      `delete from device_logins
where device_code_hash in (
  select device_code_hash
  from device_logins
  where expires_at < ?1
  order by expires_at
  limit ?2
)`,
      isoTime(login.nowMs - DEVICE_LOGIN_KEPT_MS),
      DEVICE_LOGINS_SWEPT,
    ),
    statement(
      `insert into device_logins(device_code_hash, user_code, client, created_at, expires_at, interval_s)
values (?1, ?2, ?3, ?4, ?5, ?6)
on conflict (user_code) do nothing`,
      login.deviceCodeHash,
      login.userCode,
      login.client,
      isoTime(login.nowMs),
      isoTime(login.expiresMs),
      login.intervalSeconds,
    ),
  ]);
  return inserted?.meta.changes === 1;
}

/** The login as it was before this poll, which is noted; null where there is none. */
export async function pollDeviceLogin(
  db: D1Database,
  deviceCodeHash: string,
  nowMs: UnixMs,
): Promise<DeviceLogin | null> {
  const [before] = await runAll<DeviceLogin>(db, [
    statement(
      `select client, created_at, expires_at, polled_at, interval_s, user_id, decision, redeemed_at
from device_logins
where device_code_hash = ?1`,
      deviceCodeHash,
    ),
    // Who polls too fast is asked to leave more time from then on (RFC 8628, section 3.5).
    statement(
      `update device_logins
set polled_at = ?2,
  interval_s = interval_s + iif(
    polled_at > strftime('%Y-%m-%dT%H:%M:%fZ', ?2, '-' || interval_s || ' seconds'),
    ?3,
    0
  )
where device_code_hash = ?1
  and decision is null
  and expires_at > ?2`,
      deviceCodeHash,
      isoTime(nowMs),
      DEVICE_SLOW_DOWN_S,
    ),
  ]);
  return before?.results[0] ?? null;
}

/**
 * Turns an approved login into a session of its approver, once: of any number of polls at the same time one
 * gets it. Answers until when that session lasts: no longer than the one that approved it, which has to be alive.
 * Null for everybody else, and for somebody who was erased meanwhile.
 */
export async function redeemDeviceLogin(
  db: D1Database,
  session: {
    readonly id: string;
    readonly userId: UserId;
    readonly deviceCodeHash: string;
    readonly nowMs: UnixMs;
    readonly expiresMs: UnixMs;
    readonly endsMs: UnixMs;
  },
): Promise<IsoTime | null> {
  const now = isoTime(session.nowMs);
  const [inserted] = await runAll<{ readonly expires_at: IsoTime }>(db, [
    statement(
      `insert into sessions(
  id, user_id, client, created_at, last_used_at, expires_at, ends_at, approved_by, approved_with
)
select ?2, l.user_id, l.client, ?3, ?3, min(?4, coalesce(p.expires_at, ?4)), ?7,
  l.approved_by, l.approved_with
from device_logins l
left join sessions p on p.id = l.approved_by
  and p.user_id = l.user_id
  and p.revoked_at is null
  and p.expires_at > ?3
where l.device_code_hash = ?1
  and l.user_id = ?5
  and l.decision = 'approved'
  and l.redeemed_at is null
  and l.expires_at > ?3
  and (l.approved_by is null or p.id is not null)
  and not exists (select 1 from erased_subjects where subject_hash = ?6)
returning expires_at`,
      session.deviceCodeHash,
      session.id,
      now,
      isoTime(session.expiresMs),
      session.userId,
      sha256Hex(session.userId),
      isoTime(session.endsMs),
    ),
    statement(
      `update device_logins
set redeemed_at = ?3
where device_code_hash = ?1
  and exists (select 1 from sessions where id = ?2)`,
      session.deviceCodeHash,
      session.id,
      now,
    ),
    deleteEndedSessionsStatement(session.userId, now),
  ]);
  return inserted?.results[0]?.expires_at ?? null;
}

/** A token of a session that is gone is refused like one of a session that has ended. */
function deleteEndedSessionsStatement(userId: UserId, now: IsoTime): Statement {
  return statement(
    'delete from sessions where user_id = ?1 and (expires_at <= ?2 or revoked_at is not null)',
    userId,
    now,
  );
}

/** An undecided login by what its person typed; null of any other, whatever the reason. */
export async function readUndecidedLogin(
  db: D1Database,
  userCode: string,
  nowMs: UnixMs,
): Promise<Pick<DeviceLogin, 'client' | 'created_at' | 'expires_at'> | null> {
  return firstRow(
    db,
    statement(
      `select client, created_at, expires_at
from device_logins
where user_code = ?1
  and decision is null
  and expires_at > ?2`,
      userCode,
      isoTime(nowMs),
    ),
  );
}

/**
 * Binds an undecided login to the person who decides it, for good. Answers the name of the device; null where no
 * undecided login has the code.
 */
export async function decideDeviceLogin(
  db: D1Database,
  decided: {
    readonly userCode: string;
    readonly userId: UserId;
    readonly decision: Decision;
    /** The session whose token decides; null where it belongs to none. */
    readonly sessionId: string | null;
    readonly approvedWith: ApprovedWith;
    readonly nowMs: UnixMs;
  },
): Promise<{ readonly client: string } | null> {
  return firstRow(
    db,
    statement(
      `update device_logins
set user_id = ?2,
  decision = ?3,
  approved_by = ?5,
  approved_with = ?6
where user_code = ?1
  and decision is null
  and expires_at > ?4
  and exists (select 1 from users where id = ?2)
returning client`,
      decided.userCode,
      decided.userId,
      decided.decision,
      isoTime(decided.nowMs),
      decided.sessionId,
      decided.approvedWith,
    ),
  );
}
