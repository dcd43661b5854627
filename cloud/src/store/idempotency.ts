import { isoTime, type UnixMs } from '../clock.ts';
import type { UserId } from '../ids.ts';
import { IDEMPOTENCY_CLAIM_LIFE_MS, IDEMPOTENCY_LIFE_MS, IDEMPOTENCY_PURGE_ROWS } from '../limits.ts';
import { changedRows, runAll, statement } from './statements.ts';

/** A request that came with a key. `claim` is its own id, which no other request has. */
export type KeyedRequest = {
  readonly userId: UserId;
  readonly key: string;
  readonly requestHash: string;
  readonly claim: string;
};

/** What a key says of a request that comes with it. */
export type Claim =
  /** Nobody has it: the request goes on, and has to end the claim. */
  | { readonly state: 'taken' }
  | { readonly state: 'answered'; readonly status: number; readonly body: string }
  | { readonly state: 'running' }
  | { readonly state: 'other_request' };

type KeyRow = {
  readonly request_hash: string;
  readonly claim: string;
  readonly status: number | null;
  readonly body: string | null;
};

/**
 * Claims a key: one of several at once gets it. A key past its life is as absent, and a claim whose request
 * must have died goes to the next equal one.
 */
export async function claimKey(db: D1Database, request: KeyedRequest, nowMs: UnixMs): Promise<Claim> {
  const pastLife = isoTime(nowMs - IDEMPOTENCY_LIFE_MS);
  const [, , rows] = await runAll<KeyRow>(db, [
    statement(
      `delete from idempotency_keys
where (user_id, key) in (
  select user_id, key
  from idempotency_keys
  where claimed_at <= ?1
  order by claimed_at
  limit ${IDEMPOTENCY_PURGE_ROWS}
)`,
      pastLife,
    ),
    statement(
      `insert into idempotency_keys(user_id, key, request_hash, claim, claimed_at)
values (?1, ?2, ?3, ?4, ?5)
on conflict (user_id, key) do update set
  request_hash = excluded.request_hash,
  claim = excluded.claim,
  claimed_at = excluded.claimed_at,
  status = null,
  body = null
where idempotency_keys.claimed_at <= ?6
  or (
    idempotency_keys.status is null
    and idempotency_keys.request_hash = excluded.request_hash
    and idempotency_keys.claimed_at <= ?7
  )`,
      request.userId,
      request.key,
      request.requestHash,
      request.claim,
      isoTime(nowMs),
      pastLife,
      isoTime(nowMs - IDEMPOTENCY_CLAIM_LIFE_MS),
    ),
    statement(
      'select request_hash, claim, status, body from idempotency_keys where user_id = ?1 and key = ?2',
      request.userId,
      request.key,
    ),
  ]);
  const [row] = rows?.results ?? [];
  return row === undefined ? { state: 'running' } : claimOf(row, request);
}

function claimOf(row: KeyRow, request: KeyedRequest): Claim {
  if (row.claim === request.claim) return { state: 'taken' };
  if (row.request_hash !== request.requestHash) return { state: 'other_request' };
  if (row.status === null) return { state: 'running' };
  return { state: 'answered', status: row.status, body: row.body ?? '' };
}

/** Ends a claim with the answer to replay. A claim that another request took over stays theirs. */
export async function writeAnswer(
  db: D1Database,
  { userId, key, claim }: KeyedRequest,
  answer: { readonly status: number; readonly body: string },
): Promise<void> {
  await changedRows(
    db,
    statement(
      `update idempotency_keys set
  status = ?4,
  body = ?5
where user_id = ?1
  and key = ?2
  and claim = ?3`,
      userId,
      key,
      claim,
      answer.status,
      answer.body,
    ),
  );
}

/** Ends a claim without an answer: the next request with the key is the first one. */
export async function releaseKey(db: D1Database, { userId, key, claim }: KeyedRequest): Promise<void> {
  await changedRows(
    db,
    statement(
      'delete from idempotency_keys where user_id = ?1 and key = ?2 and claim = ?3',
      userId,
      key,
      claim,
    ),
  );
}
