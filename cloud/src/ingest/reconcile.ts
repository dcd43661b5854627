import { isoTime } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import {
  type ConnectionColumns,
  type ConnectionRow,
  decodeConnection,
  EMPTY_CONNECTION,
  foldConnection,
  shownConnection,
} from '../fold/connection.ts';
import { FIRST_ATTEMPT_GRACE_MS, LOST_RACE_RELOADS, TERRA_RECONCILE_TIMEOUT_MS } from '../limits.ts';
import { log } from '../log.ts';
import { CONFIRMED_RANK } from '../normalize/outcomes.ts';
import type { ConnectionContribution, Order } from '../normalize/types.ts';
import { writeUsers } from '../store/commit-statements.ts';
import { releaseForConnections, writeConnections } from '../store/event-statements.ts';
import { guardStatement, isLostRace } from '../store/guard.ts';
import { selectErased } from '../store/snapshot-queries.ts';
import { bindAll, statement } from '../store/statements.ts';
import { type TerraUser, type TerraUsers, usersByReference } from '../terra/client.ts';
import { releasedMessages, sendCommitted } from './outbox.ts';
import { nextClock } from './person-commit.ts';

type Known = { readonly userId: string; readonly row: ConnectionRow; readonly isActive: boolean };

/**
 * Compares a person's connections with Terra's list: missing ones are added, gone ones deactivated. What
 * Terra says now is ordered as an event of now, and an erased Terra id stays refused. Where Terra does not
 * answer, or others keep changing the person, nothing is done; the next time does it.
 */
export async function reconcilePerson(env: Env, userId: string, nowMs: number): Promise<void> {
  const answer = await usersByReference(env, userId, TERRA_RECONCILE_TIMEOUT_MS);
  if (!answer.ok) {
    log('warn', 'reconcile_skipped', { status: answer.status });
    return;
  }
  const { isWhole } = answer.body;
  const users = answer.body.users.filter((user) => user.reference_id == null || user.reference_id === userId);
  for (let reloads = 0; reloads <= LOST_RACE_RELOADS; reloads += 1) {
    const isDone = await adoptList(env, userId, { users, isWhole }, nowMs);
    if (isDone) return;
    log('info', 'lost_race', { reconcile: true, reloads: reloads + 1 });
  }
}

/** One load and commit; false when somebody else changed the person in between. */
async function adoptList(env: Env, userId: string, listed: TerraUsers, nowMs: number): Promise<boolean> {
  const { clock, known, refused } = await readKnown(env.DB, userId, listed.users);
  const users = listed.users.filter((user) => !refused.has(sha256Hex(user.user_id)));
  const changes = differences(userId, { ...listed, users }, known, nowMs);
  if (changes.length === 0) return true;
  const terraUserIds = changes.map(({ terraUserId }) => terraUserId);
  const released = releaseForConnections(terraUserIds, isoTime(nowMs + FIRST_ATTEMPT_GRACE_MS));
  const statements = [
    guardStatement({
      clocks: new Map([[userId, clock]]),
      connectionOwners: new Map(terraUserIds.map((id) => [id, known.get(id)?.userId ?? null])),
      processedAt: new Map(),
      uploadOwners: new Map(),
    }),
    ...writeUsers([[userId, nextClock(clock, nowMs)]]),
    ...writeConnections(changes),
    ...released,
  ];
  try {
    const answers = await env.DB.batch<Record<string, unknown>>(bindAll(env.DB, statements));
    const rows = answers.slice(-released.length).flatMap(({ results }) => results);
    await sendCommitted(env, releasedMessages(rows), { reconcile: true });
    return true;
  } catch (error) {
    if (isLostRace(error)) return false;
    throw error;
  }
}

type KnownPerson = {
  readonly clock: string | null;
  readonly known: ReadonlyMap<string, Known>;
  /** Hashes of the listed ids that belonged to somebody erased. */
  readonly refused: ReadonlySet<string>;
};

async function readKnown(db: D1Database, userId: string, listed: readonly TerraUser[]): Promise<KnownPerson> {
  const [users, connections, erased] = await db.batch<Record<string, string | null>>(
    bindAll(db, [
      statement('select clock from users where id = ?1', userId),
      statement(
        `select *
from terra_connections
where user_id = ?1
  or terra_user_id in (select value from json_each(?2))`,
        userId,
        JSON.stringify(listed.map((user) => user.user_id)),
      ),
      ...selectErased(listed.map((user) => sha256Hex(user.user_id))),
    ]),
  );
  const known = (connections?.results ?? []).map((row): [string, Known] => {
    const { id: _id, user_id, terra_user_id, cells, ...columns } = row;
    const connection = decodeConnection(cells ?? null, columns);
    return [
      String(terra_user_id),
      { userId: String(user_id), row: connection, isActive: row.deactivated_at === null },
    ];
  });
  return {
    clock: users?.results[0]?.clock ?? null,
    known: new Map(known),
    refused: new Set((erased?.results ?? []).map((row) => String(row.subject_hash))),
  };
}

type Difference = {
  readonly id: string;
  readonly userId: string;
  readonly terraUserId: string;
  readonly columns: ConnectionColumns;
  readonly cells: string;
};

function differences(
  userId: string,
  { users, isWhole }: TerraUsers,
  known: ReadonlyMap<string, Known>,
  nowMs: number,
): Difference[] {
  const order: Order = [CONFIRMED_RANK, nowMs, 'reconcile', 0];
  const active = users.filter((user) => user.active !== false);
  const appeared = active.filter((user) => {
    const connection = known.get(user.user_id);
    return connection === undefined || (connection.userId === userId && !connection.isActive);
  });
  const activeIds = new Set(active.map((user) => user.user_id));
  const listedIds = new Set(users.map((user) => user.user_id));
  const gone = [...known].filter(
    ([terraUserId, connection]) =>
      connection.userId === userId &&
      connection.isActive &&
      !activeIds.has(terraUserId) &&
      (isWhole || listedIds.has(terraUserId)),
  );
  const contributions: ConnectionContribution[] = [
    ...appeared.map(
      (user): ConnectionContribution => ({
        kind: 'connection',
        terraUserId: user.user_id,
        provider: user.provider.toLowerCase(),
        referenceId: userId,
        order,
        change: { state: 'connected', scopes: user.scopes ?? null },
      }),
    ),
    ...gone.map(
      ([terraUserId]): ConnectionContribution => ({
        kind: 'connection',
        terraUserId,
        provider: null,
        referenceId: null,
        order,
        change: { state: 'deauthenticated' },
      }),
    ),
  ];
  return contributions.flatMap((contribution) => {
    const { terraUserId } = contribution;
    const folded = foldConnection(known.get(terraUserId)?.row ?? EMPTY_CONNECTION, [contribution]);
    const columns = shownConnection(folded);
    return columns === null
      ? []
      : [{ id: crypto.randomUUID(), userId, terraUserId, columns, cells: JSON.stringify(folded) }];
  });
}
