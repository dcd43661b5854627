import { isoTime } from '../clock.ts';
import {
  type ConnectionColumns,
  type ConnectionRow,
  decodeConnection,
  EMPTY_CONNECTION,
  foldConnection,
  shownConnection,
} from '../fold/connection.ts';
import { FIRST_ATTEMPT_GRACE_MS, TERRA_RECONCILE_TIMEOUT_MS } from '../limits.ts';
import { log } from '../log.ts';
import type { ConnectionContribution } from '../normalize/types.ts';
import { writeUsers } from '../store/commit-statements.ts';
import { releaseForConnections, writeConnections } from '../store/event-statements.ts';
import { guardStatement, isLostRace } from '../store/guard.ts';
import { bindAll, statement } from '../store/statements.ts';
import { type TerraUser, usersByReference } from '../terra/client.ts';
import { sendMessages } from './messages.ts';
import { nextClock } from './person-commit.ts';

type Known = { readonly userId: string; readonly row: ConnectionRow; readonly isActive: boolean };

/**
 * Compares a person's connections with Terra's list: missing ones are added, gone ones deactivated. What
 * Terra says now is ordered as an event of now. Where Terra does not answer, or somebody else changed the
 * person meanwhile, nothing is done; the next time does it.
 */
export async function reconcilePerson(env: Env, userId: string, nowMs: number): Promise<void> {
  const answer = await usersByReference(env, userId, TERRA_RECONCILE_TIMEOUT_MS);
  if (!answer.ok) {
    log('warn', 'reconcile_skipped', { status: answer.status });
    return;
  }
  const listed = answer.body.filter((user) => user.reference_id == null || user.reference_id === userId);
  const { clock, known } = await readKnown(env.DB, userId, listed);
  const changes = differences(userId, listed, known, nowMs);
  if (changes.length === 0) return;
  try {
    const owners = new Map(
      changes.map(({ terraUserId }) => [terraUserId, known.get(terraUserId)?.userId ?? null]),
    );
    const released = releaseForConnections(
      changes.map(({ terraUserId }) => terraUserId),
      isoTime(nowMs + FIRST_ATTEMPT_GRACE_MS),
    );
    const answers = await env.DB.batch<Record<string, unknown>>(
      bindAll(env.DB, [
        guardStatement({
          clocks: new Map([[userId, clock]]),
          connectionOwners: owners,
          processedAt: new Map(),
          uploadOwners: new Map(),
        }),
        ...writeUsers([[userId, nextClock(clock, nowMs)]]),
        ...writeConnections(changes),
        ...released,
      ]),
    );
    const rows = answers.at(-1)?.results ?? [];
    await sendMessages(
      env.TERRA_EVENTS,
      rows.map((row) => ({ rawEventId: Number(row.id), bytes: Number(row.payload_bytes ?? 0) })),
    );
  } catch (error) {
    if (!isLostRace(error)) throw error;
    log('info', 'lost_race', { reconcile: true });
  }
}

async function readKnown(
  db: D1Database,
  userId: string,
  listed: readonly TerraUser[],
): Promise<{ clock: string | null; known: Map<string, Known> }> {
  const [users, connections] = await db.batch<Record<string, string | null>>(
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
  return { clock: users?.results[0]?.clock ?? null, known: new Map(known) };
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
  listed: readonly TerraUser[],
  known: ReadonlyMap<string, Known>,
  nowMs: number,
): Difference[] {
  const order = [1, nowMs, 'reconcile', 0] as const;
  const active = listed.filter((user) => user.active !== false);
  const appeared = active.filter((user) => {
    const connection = known.get(user.user_id);
    return connection === undefined || (connection.userId === userId && !connection.isActive);
  });
  const listedIds = new Set(active.map((user) => user.user_id));
  const gone = [...known].filter(
    ([terraUserId, connection]) =>
      connection.userId === userId && connection.isActive && !listedIds.has(terraUserId),
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
