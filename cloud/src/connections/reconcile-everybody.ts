import type { UnixMs } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import type { TerraUserId, UserId } from '../ids.ts';
import {
  RECONCILE_ENDS_MAX,
  RECONCILE_MARGIN_MS,
  SUBSCRIPTION_PAGES_MAX,
  SUBSCRIPTIONS_A_PAGE,
} from '../limits.ts';
import { log } from '../log.ts';
import { isOwnUserId } from '../normalize/event-user.ts';
import { readActiveConnections } from '../store/connections.ts';
import { retryLostRace } from '../store/guard.ts';
import type { Trace } from '../store/traces.ts';
import type { ListedUser } from '../terra/client.ts';
import { subscriptions } from '../terra/connections.ts';
import {
  commitConnections,
  type KnownConnections,
  loadConnections,
  type OwnedChange,
} from './commit-connections.ts';
import { connectedByList, goneFromList } from './reconcile.ts';

/** Ids that Terra's whole list calls active; null where it could not be read to its end. */
type ActiveIds = ReadonlySet<TerraUserId> | null;

/**
 * Compares everybody's connections with Terra's list. Each page adds what is missing here; what the list does
 * not hold is ended only after all of it was read twice: somebody who leaves while it is read moves others to
 * a page that was read already, and they would seem to be gone. An empty list ends nobody: it is more likely
 * the wrong account. What was changed shortly before or since is left alone.
 */
export async function reconcileEverybody(env: Env, nowMs: UnixMs): Promise<void> {
  const listed = await readList(env, (users) => addListed(env, users, nowMs));
  if (listed === null || listed.size === 0) return;
  const missing = await missingFrom(env.DB, listed, nowMs);
  if (missing.length === 0) return;
  const listedAgain = await readList(env, async () => {});
  if (listedAgain === null) return;
  const gone = missing.filter((terraUserId) => !listedAgain.has(terraUserId));
  if (gone.length > RECONCILE_ENDS_MAX) log('warn', 'reconcile_ends_many', { connections: gone.length });
  const now = gone.slice(0, RECONCILE_ENDS_MAX);
  for (let start = 0; start < now.length; start += SUBSCRIPTIONS_A_PAGE) {
    await endConnections(env, now.slice(start, start + SUBSCRIPTIONS_A_PAGE), nowMs);
  }
}

async function readList(env: Env, take: (users: readonly ListedUser[]) => Promise<void>): Promise<ActiveIds> {
  const active = new Set<TerraUserId>();
  let page: number | null = 0;
  for (let pages = 0; page !== null && pages < SUBSCRIPTION_PAGES_MAX; pages += 1) {
    const answer = await subscriptions(env, page, SUBSCRIPTIONS_A_PAGE);
    if (answer.state === 'failed') return broken({ page, status: answer.status });
    const { users, unreadable, next } = answer.body;
    await take(users);
    for (const user of users) if (user.active !== false) active.add(user.user_id);
    if (unreadable > 0) return broken({ page, unreadable });
    if (next !== null && next <= page) return broken({ page, next });
    page = next;
  }
  return page === null ? active : broken({ page });
}

function broken(about: Readonly<Record<string, number | null>>): null {
  log('warn', 'reconcile_list_broken', about);
  return null;
}

async function addListed(env: Env, users: readonly ListedUser[], nowMs: UnixMs): Promise<void> {
  const active = users.filter((user) => user.active !== false);
  const terraUserIds = active.map(({ user_id }) => user_id);
  const userIds = active.flatMap(({ reference_id }) => ownUserId(reference_id) ?? []);
  const { state } = await retryLostRace({ reconcile: true }, async () => {
    const known = await loadConnections(env.DB, {
      terraUserIds,
      userIds,
      subjectHashes: [...terraUserIds, ...userIds].map(sha256Hex),
    });
    const changes = active.flatMap((user) => appeared(user, known, nowMs));
    await commitConnections(env, changes, known, nowMs, conflicts(active, known));
  });
  if (state === 'lost_race') log('warn', 'reconcile_page_skipped', { users: users.length });
}

function ownUserId(reference: string | null | undefined): UserId | null {
  const id = reference ?? null;
  return isOwnUserId(id) ? id : null;
}

function appeared(user: ListedUser, { connections, erased }: KnownConnections, nowMs: UnixMs): OwnedChange[] {
  const reference = ownUserId(user.reference_id);
  const connection = connections.get(user.user_id);
  if (connection !== undefined) {
    const isOwners = reference === null || reference === connection.userId;
    if (connection.isActive || !isOwners || !isSettled(connection.stateMs, nowMs)) return [];
    return [{ userId: connection.userId, contribution: connectedByList(user, connection.userId, nowMs) }];
  }
  if (reference === null || erased.has(sha256Hex(reference)) || erased.has(sha256Hex(user.user_id)))
    return [];
  return [{ userId: reference, contribution: connectedByList(user, reference, nowMs) }];
}

/** Long enough before the list was read that the list knows of it. */
function isSettled(stateMs: UnixMs, nowMs: UnixMs): boolean {
  return stateMs < nowMs - RECONCILE_MARGIN_MS;
}

/** A known Terra id under another's reference: data never changes hands by itself. The other is not named. */
function conflicts(users: readonly ListedUser[], { connections }: KnownConnections): Trace[] {
  return users.flatMap((user): Trace[] => {
    const owner = connections.get(user.user_id)?.userId;
    const reference = ownUserId(user.reference_id);
    if (owner === undefined || reference === null || reference === owner) return [];
    return [
      {
        level: 'warn',
        event: 'owner_conflict',
        userId: owner,
        terraUserId: user.user_id,
        message: "Terra's list names another person for this connection",
      },
    ];
  });
}

/** Active connections here that are not on the list, recent ones left out. */
async function missingFrom(
  db: D1Database,
  listed: ReadonlySet<TerraUserId>,
  nowMs: UnixMs,
): Promise<TerraUserId[]> {
  const missing: TerraUserId[] = [];
  for (let after: TerraUserId | '' | null = ''; after !== null; ) {
    const page = await readActiveConnections(db, after, SUBSCRIPTIONS_A_PAGE);
    for (const { terraUserId, stateMs } of page) {
      if (!listed.has(terraUserId) && isSettled(stateMs, nowMs)) missing.push(terraUserId);
    }
    after = page.at(-1)?.terraUserId ?? null;
  }
  return missing;
}

async function endConnections(env: Env, terraUserIds: readonly TerraUserId[], nowMs: UnixMs): Promise<void> {
  const { state } = await retryLostRace({ reconcile: true }, async () => {
    const known = await loadConnections(env.DB, { terraUserIds, userIds: [], subjectHashes: [] });
    const changes = [...known.connections].flatMap(([terraUserId, { userId, isActive, stateMs }]) =>
      isActive && isSettled(stateMs, nowMs)
        ? [{ userId, contribution: goneFromList(terraUserId, nowMs) }]
        : [],
    );
    await commitConnections(env, changes, known, nowMs);
  });
  log(state === 'lost_race' ? 'warn' : 'info', 'reconcile_ended', {
    connections: terraUserIds.length,
    is_done: state === 'committed',
  });
}
