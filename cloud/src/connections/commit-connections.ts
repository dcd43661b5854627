import { type IsoTime, isoText, isoTime, sqliteTime, storedText, type UnixMs, unixMsOf } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import {
  type ConnectionRow,
  decodeConnection,
  EMPTY_CONNECTION,
  foldConnection,
  shownConnection,
} from '../fold/connection.ts';
import { asTerraUserId, asUserId, type TerraUserId, type UserId } from '../ids.ts';
import { nextClock } from '../ingest/person-commit.ts';
import { FIRST_ATTEMPT_GRACE_MS } from '../limits.ts';
import type { ConnectionContribution } from '../normalize/types.ts';
import { releasedMessage, sendOrLeaveToDrain } from '../queue/outbox.ts';
import {
  connectionClocksStatement,
  namedConnectionsStatement,
  storeConnectionsStatements,
} from '../store/connections.ts';
import { erasedStatements } from '../store/erased-subjects.ts';
import { guardStatement } from '../store/guard.ts';
import { moveClocksStatements } from '../store/person-clock.ts';
import { type ReleasedEvent, releaseForConnectionsStatements } from '../store/releases.ts';
import { runAll } from '../store/statements.ts';
import { storeTracesStatements, type Trace } from '../store/traces.ts';

/** Changes of connections that come from no event: from Terra's list, or from the person. */

/** A stored connection. */
export type KnownConnection = {
  readonly userId: UserId;
  readonly row: ConnectionRow;
  readonly isActive: boolean;
  /** Unix ms of its last change of state. */
  readonly stateMs: UnixMs;
};

/** What a decision about connections relies on, from one snapshot. */
export type KnownConnections = {
  /** By user id; users without a row are missing. */
  readonly clocks: ReadonlyMap<UserId, IsoTime>;
  /** By Terra's id. */
  readonly connections: ReadonlyMap<TerraUserId, KnownConnection>;
  /** Hashes, of those asked for, that belong to somebody erased. */
  readonly erased: ReadonlySet<string>;
};

export type ConnectionQuestion = {
  readonly terraUserIds: readonly TerraUserId[];
  /** Users whose every connection is read; the clocks of the others are read alone. */
  readonly wholeUserIds?: readonly UserId[];
  readonly userIds: readonly UserId[];
  readonly subjectHashes: readonly string[];
};

/** Reads connections by Terra's id and by user, and the clocks of everybody they belong to: one round trip. */
export async function loadConnections(
  db: D1Database,
  { terraUserIds, wholeUserIds = [], userIds, subjectHashes }: ConnectionQuestion,
): Promise<KnownConnections> {
  const names = { terraUserIds, wholeUserIds, userIds };
  const [users, connections, erased] = await runAll<Record<string, string | null>>(db, [
    connectionClocksStatement(names),
    namedConnectionsStatement(names),
    ...erasedStatements(subjectHashes),
  ]);
  return {
    clocks: new Map(
      (users?.results ?? []).map(({ id, clock }) => [asUserId(String(id)), isoText(String(clock))]),
    ),
    connections: new Map((connections?.results ?? []).map(knownConnection)),
    erased: new Set((erased?.results ?? []).map((row) => String(row.subject_hash))),
  };
}

function knownConnection(row: Record<string, string | null>): [TerraUserId, KnownConnection] {
  const { id: _id, user_id, terra_user_id, cells, ...columns } = row;
  return [
    asTerraUserId(String(terra_user_id)),
    {
      userId: asUserId(String(user_id)),
      row: decodeConnection(cells ?? null, columns),
      isActive: row.deactivated_at === null,
      stateMs: unixMsOf(storedText(row.state_at ?? row.connected_at ?? '')),
    },
  ];
}

export type OwnedChange = { readonly userId: UserId; readonly contribution: ConnectionContribution };

/**
 * Folds changes into what is known and commits them with the people's clocks, letting go of what waited for
 * a connection. Fails as a lost race when somebody else changed one of the people since they were read. Traces
 * are written whether or not anything else is.
 */
export async function commitConnections(
  env: Env,
  changes: readonly OwnedChange[],
  known: KnownConnections,
  nowMs: UnixMs,
  traces: readonly Trace[] = [],
): Promise<void> {
  const folded = changes.flatMap((change) => foldedRow(change, known));
  if (folded.length === 0 && traces.length === 0) return;
  const terraUserIds = folded.map(({ terraUserId }) => terraUserId);
  const clocks = new Map(folded.map(({ userId }) => [userId, known.clocks.get(userId) ?? null]));
  const before = [
    guardStatement({
      clocks,
      unmarked: terraUserIds.map((id) => sha256Hex(id)),
      connectionOwners: new Map(terraUserIds.map((id) => [id, known.connections.get(id)?.userId ?? null])),
    }),
    ...moveClocksStatements(
      Array.from(clocks, ([userId, clock]) => ({ userId, clock: nextClock(clock, nowMs) })),
    ),
    ...storeConnectionsStatements(folded),
    ...storeTracesStatements(traces, sqliteTime(nowMs)),
  ];
  const releases = releaseForConnectionsStatements(
    terraUserIds,
    isoTime(nowMs),
    isoTime(nowMs + FIRST_ATTEMPT_GRACE_MS),
  );
  const answers = await runAll<ReleasedEvent>(env.DB, [...before, ...releases]);
  const released = answers.slice(before.length).flatMap(({ results }) => results);
  await sendOrLeaveToDrain(env, released.map(releasedMessage), { after: 'connections' });
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
