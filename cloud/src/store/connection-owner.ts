import { type IsoTime, isoText } from '../clock.ts';
import type { TerraUserId, UserId } from '../ids.ts';
import { CONNECTION_MOVED } from '../limits.ts';
import { isParkedAs } from './event-state.ts';
import { guardStatement } from './guard.ts';
import { type ClockMove, moveClocksStatements } from './person-clock.ts';
import type { ReleasedEvent } from './releases.ts';
import { firstRow, runAll, type Statement, statement } from './statements.ts';

/** A connection whose owner an operator settles, and who is to have it. */
export type OwnedConnection = {
  readonly terraUserId: TerraUserId;
  readonly owner: UserId;
  readonly ownerClock: IsoTime;
  /** Null where there is nobody of this id, or they are being erased. */
  readonly newOwnerClock: IsoTime | null;
};

/** Null where there is no such connection. */
export async function readOwnedConnection(
  db: D1Database,
  connectionId: string,
  newOwner: UserId,
): Promise<OwnedConnection | null> {
  const row = await firstRow<{
    terra_user_id: TerraUserId;
    user_id: UserId;
    owner_clock: string;
    new_clock: string | null;
  }>(
    db,
    statement(
      `select c.terra_user_id, c.user_id, u.clock as owner_clock, n.clock as new_clock
from terra_connections c
join users u on u.id = c.user_id
left join users n on n.id = ?2
  and n.rebuild_of is null
  and not exists (select 1 from erasures where subject = n.id)
where c.id = ?1`,
      connectionId,
      newOwner,
    ),
  );
  if (row === null) return null;
  return {
    terraUserId: row.terra_user_id,
    owner: row.user_id,
    ownerClock: isoText(row.owner_clock),
    newOwnerClock: row.new_clock === null ? null : isoText(row.new_clock),
  };
}

/**
 * Gives a connection to another person: what comes by it from now on is theirs, what came before stays where it is.
 * The history that was asked for went to the one before. Requests for more that were not sent yet are given up, and
 * events that waited because two people were named go on, seen by an operator or not: should they fail anew, they are
 * on the list again. Fails as a lost race where one of the two changed since.
 */
export async function moveConnection(
  db: D1Database,
  { terraUserId, owner, ownerClock }: OwnedConnection,
  to: { readonly userId: UserId; readonly clock: IsoTime },
  times: {
    readonly now: IsoTime;
    readonly clocks: readonly ClockMove[];
    readonly nextAttemptAt: IsoTime;
  },
): Promise<readonly ReleasedEvent[]> {
  const clocks = new Map([
    [owner, ownerClock],
    [to.userId, to.clock],
  ]);
  const answers = await runAll<ReleasedEvent>(db, [
    guardStatement({ clocks, connectionOwners: new Map([[terraUserId, owner]]) }),
    ...moveClocksStatements(times.clocks),
    statement(
      `update terra_connections set user_id = ?2, asked_from = null, receipts = null
where terra_user_id = ?1
  and user_id <> ?2`,
      terraUserId,
      to.userId,
    ),
    statement(
      `update backfills set status = 'failed', error = '${CONNECTION_MOVED}'
where user_id = ?1
  and terra_user_id = ?2
  and user_id <> ?3
  and status = 'pending'`,
      owner,
      terraUserId,
      to.userId,
    ),
    statement('delete from silences where terra_user_id = ?1 and user_id <> ?2', terraUserId, to.userId),
    releaseConflictsStatement(terraUserId, times.now, times.nextAttemptAt),
  ]);
  return answers.at(-1)?.results ?? [];
}

function releaseConflictsStatement(
  terraUserId: TerraUserId,
  now: IsoTime,
  nextAttemptAt: IsoTime,
): Statement {
  return statement(
    `update raw_events set
  process_error = null,
  attempts = 0,
  next_attempt_at = ?2,
  released_at = ?3,
  resolved_at = null,
  resolve_note = null
where ${isParkedAs('owner_conflict')}
  and terra_user_id = ?1
returning id, payload_bytes`,
    terraUserId,
    nextAttemptAt,
    now,
  );
}
