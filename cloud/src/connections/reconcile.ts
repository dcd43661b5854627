import { isoTime, type UnixMs } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { errorText } from '../errors.ts';
import type { TerraUserId, UserId } from '../ids.ts';
import { PERSON_RECONCILE_EVERY_MS, TERRA_RECONCILE_TIMEOUT_MS } from '../limits.ts';
import { log } from '../log.ts';
import { CONFIRMED_RANK } from '../normalize/results.ts';
import type { ConnectionContribution, Order } from '../normalize/types.ts';
import { retryLostRace } from '../store/guard.ts';
import { claimReconciliation } from '../store/users.ts';
import { type ListedUser, type ListedUsers, usersByReference } from '../terra/client.ts';
import {
  commitConnections,
  type KnownConnections,
  loadConnections,
  type OwnedChange,
} from './commit-connections.ts';

/**
 * Compares a person's connections with Terra's list: missing ones are added, gone ones deactivated. What
 * Terra says now is ordered as an event of now, and an erased Terra id stays refused. Where Terra does not
 * answer, or others keep changing the person, nothing is done; the next time does it. Answers whether it was done.
 */
export async function reconcilePerson(env: Env, userId: UserId, nowMs: UnixMs): Promise<boolean> {
  const answer = await usersByReference(env, userId, TERRA_RECONCILE_TIMEOUT_MS);
  if (answer.state === 'failed') {
    log('warn', 'reconcile_skipped', { status: answer.status });
    return false;
  }
  const { isWhole } = answer.body;
  const users = answer.body.users.filter((user) => user.reference_id == null || user.reference_id === userId);
  const terraUserIds = users.map(({ user_id }) => user_id);
  const { state } = await retryLostRace({ reconcile: true }, async () => {
    const known = await loadConnections(env.DB, {
      terraUserIds,
      wholeUserIds: [userId],
      userIds: [],
      subjectHashes: [userId, ...terraUserIds].map(sha256Hex),
    });
    await commitConnections(env, differences(userId, { users, isWhole }, known, nowMs), known, nowMs);
  });
  return state === 'committed';
}

/**
 * The same beside an answer, at most once a minute a person however often they ask. It never throws: the
 * answer does not depend on it.
 */
export async function reconcileBeside(env: Env, userId: UserId, nowMs: UnixMs): Promise<void> {
  try {
    const isOurs = await claimReconciliation(env.DB, userId, {
      now: isoTime(nowMs),
      before: isoTime(nowMs - PERSON_RECONCILE_EVERY_MS),
    });
    if (isOurs) await reconcilePerson(env, userId, nowMs);
  } catch (error) {
    log('error', 'reconcile_failed', { message: errorText(error) });
  }
}

/** What Terra's list says, as an event of this moment would. */
export function connectedByList(user: ListedUser, userId: UserId, atMs: UnixMs): ConnectionContribution {
  return {
    kind: 'connection',
    terraUserId: user.user_id,
    provider: user.provider.toLowerCase(),
    referenceId: userId,
    order: listOrder(atMs),
    change: { state: 'connected', scopes: user.scopes ?? null },
  };
}

/** What Terra's list does not say any more. */
export function goneFromList(terraUserId: TerraUserId, atMs: UnixMs): ConnectionContribution {
  return {
    kind: 'connection',
    terraUserId,
    provider: null,
    referenceId: null,
    order: listOrder(atMs),
    change: { state: 'deauthenticated' },
  };
}

function listOrder(atMs: UnixMs): Order {
  return [CONFIRMED_RANK, atMs, 'reconcile', 0];
}

function differences(
  userId: UserId,
  listed: ListedUsers,
  { connections, erased }: KnownConnections,
  nowMs: UnixMs,
): OwnedChange[] {
  // They may have been erased while Terra was asked.
  if (erased.has(sha256Hex(userId))) return [];
  const users = listed.users.filter((user) => !erased.has(sha256Hex(user.user_id)));
  const active = users.filter((user) => user.active !== false);
  const appeared = active.filter((user) => {
    const connection = connections.get(user.user_id);
    return connection === undefined || (connection.userId === userId && !connection.isActive);
  });
  const activeIds = new Set(active.map((user) => user.user_id));
  const listedIds = new Set(users.map((user) => user.user_id));
  const gone = [...connections].filter(
    ([terraUserId, connection]) =>
      connection.userId === userId &&
      connection.isActive &&
      !activeIds.has(terraUserId) &&
      (listed.isWhole || listedIds.has(terraUserId)),
  );
  return [
    ...appeared.map((user) => connectedByList(user, userId, nowMs)),
    ...gone.map(([terraUserId]) => goneFromList(terraUserId, nowMs)),
  ].map((contribution) => ({ userId, contribution }));
}
