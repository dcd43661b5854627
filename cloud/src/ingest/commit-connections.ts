import { isoTime, sqliteTime, storedInstant } from '../clock.ts';
import {
  type ConnectionRow,
  decodeConnection,
  EMPTY_CONNECTION,
  foldConnection,
  shownConnection,
} from '../fold/connection.ts';
import { FIRST_ATTEMPT_GRACE_MS, LOST_RACE_RELOADS } from '../limits.ts';
import { type LogFields, log } from '../log.ts';
import type { ConnectionContribution } from '../normalize/types.ts';
import { writeUsers } from '../store/commit-statements.ts';
import { releaseForConnections, writeConnections } from '../store/event-statements.ts';
import { guardStatement, isLostRace } from '../store/guard.ts';
import { selectErased } from '../store/snapshot-queries.ts';
import { bindAll, statement } from '../store/statements.ts';
import { type Trace, writeTraces } from '../store/traces.ts';
import { releasedMessages, sendCommitted } from './outbox.ts';
import { nextClock } from './person-commit.ts';

/** Changes of connections that come from no event: from Terra's list, or from the person. */

/** A stored connection. */
export type Known = {
  readonly userId: string;
  readonly row: ConnectionRow;
  readonly isActive: boolean;
  /** Unix ms of its last change of state. */
  readonly stateMs: number;
};

/** What a decision about connections relies on, from one snapshot. */
export type KnownConnections = {
  /** By user id; users without a row are missing. */
  readonly clocks: ReadonlyMap<string, string>;
  /** By Terra's id. */
  readonly connections: ReadonlyMap<string, Known>;
  /** Hashes, of those asked for, that belong to somebody erased. */
  readonly erased: ReadonlySet<string>;
};

export type ConnectionQuestion = {
  readonly terraUserIds: readonly string[];
  /** Users whose every connection is read; the clocks of the others are read alone. */
  readonly wholeUserIds?: readonly string[];
  readonly userIds: readonly string[];
  readonly subjectHashes: readonly string[];
};

/** Reads connections by Terra's id and by user, and the clocks of everybody they belong to: one round trip. */
export async function loadConnections(
  db: D1Database,
  { terraUserIds, wholeUserIds = [], userIds, subjectHashes }: ConnectionQuestion,
): Promise<KnownConnections> {
  const [users, connections, erased] = await db.batch<Record<string, string | null>>(
    bindAll(db, [
      statement(
        `select id, clock
from users
where id in (select value from json_each(?1))
union
select u.id, u.clock
from json_each(?2) j
cross join terra_connections c on c.terra_user_id = j.value
cross join users u on u.id = c.user_id`,
        JSON.stringify([...userIds, ...wholeUserIds]),
        JSON.stringify(terraUserIds),
      ),
      statement(
        `select *
from terra_connections
where user_id in (select value from json_each(?1))
  or terra_user_id in (select value from json_each(?2))`,
        JSON.stringify(wholeUserIds),
        JSON.stringify(terraUserIds),
      ),
      ...selectErased(subjectHashes),
    ]),
  );
  return {
    clocks: new Map((users?.results ?? []).map(({ id, clock }) => [String(id), String(clock)])),
    connections: new Map((connections?.results ?? []).map(knownConnection)),
    erased: new Set((erased?.results ?? []).map((row) => String(row.subject_hash))),
  };
}

function knownConnection(row: Record<string, string | null>): [string, Known] {
  const { id: _id, user_id, terra_user_id, cells, ...columns } = row;
  return [
    String(terra_user_id),
    {
      userId: String(user_id),
      row: decodeConnection(cells ?? null, columns),
      isActive: row.deactivated_at === null,
      stateMs: storedInstant(row.state_at ?? row.connected_at ?? ''),
    },
  ];
}

export type OwnedChange = { readonly userId: string; readonly contribution: ConnectionContribution };

/**
 * Folds changes into what is known and commits them with the people's clocks, letting go of what waited for
 * a connection. Answers false when somebody else changed one of the people since they were read. Traces are
 * written whether or not anything else is.
 */
export async function commitConnections(
  env: Env,
  changes: readonly OwnedChange[],
  known: KnownConnections,
  nowMs: number,
  traces: readonly Trace[] = [],
): Promise<boolean> {
  const folded = changes.flatMap((change) => foldedRow(change, known));
  if (folded.length === 0 && traces.length === 0) return true;
  const terraUserIds = folded.map(({ terraUserId }) => terraUserId);
  const clocks = new Map(folded.map(({ userId }) => [userId, known.clocks.get(userId) ?? null]));
  const released = releaseForConnections(terraUserIds, isoTime(nowMs + FIRST_ATTEMPT_GRACE_MS));
  const statements = [
    guardStatement({
      clocks,
      connectionOwners: new Map(terraUserIds.map((id) => [id, known.connections.get(id)?.userId ?? null])),
      processedAt: new Map(),
      uploadOwners: new Map(),
    }),
    ...writeUsers([...clocks].map(([userId, clock]) => [userId, nextClock(clock, nowMs)])),
    ...writeConnections(folded),
    ...writeTraces(traces, sqliteTime(nowMs)),
    ...released,
  ];
  try {
    const answers = await env.DB.batch<Record<string, unknown>>(bindAll(env.DB, statements));
    const rows = answers.slice(statements.length - released.length).flatMap(({ results }) => results);
    await sendCommitted(env, releasedMessages(rows), { after: 'connections' });
    return true;
  } catch (error) {
    if (isLostRace(error)) return false;
    throw error;
  }
}

/** The row as the fold leaves it; none where that is how it is already. */
function foldedRow({ userId, contribution }: OwnedChange, known: KnownConnections) {
  const { terraUserId } = contribution;
  const before = known.connections.get(terraUserId)?.row ?? EMPTY_CONNECTION;
  const after = foldConnection(before, [contribution]);
  const columns = shownConnection(after);
  const cells = JSON.stringify(after);
  if (columns === null || cells === JSON.stringify(before)) return [];
  return [{ id: crypto.randomUUID(), userId, terraUserId, columns, cells }];
}

/**
 * Reads, decides and commits until nobody else came in between. Answers whether it succeeded: after a few
 * lost races it is left for another time.
 */
export async function untilCommitted(about: LogFields, once: () => Promise<boolean>): Promise<boolean> {
  for (let reloads = 0; reloads <= LOST_RACE_RELOADS; reloads += 1) {
    if (await once()) return true;
    log('info', 'lost_race', { ...about, reloads: reloads + 1 });
  }
  return false;
}
