import { isoTime, type UnixMs } from '../clock.ts';
import type { UserId } from '../ids.ts';
import { nextClock } from '../ingest/person-commit.ts';
import { FIRST_ATTEMPT_GRACE_MS } from '../limits.ts';
import { releasedMessage, sendOrLeaveToDrain } from '../queue/outbox.ts';
import { moveConnection, readOwnedConnection } from '../store/connection-owner.ts';
import { type Raced, retryLostRace } from '../store/guard.ts';

export type SettledOwner =
  | { readonly state: 'no_connection' | 'nobody' }
  | { readonly state: 'settled'; readonly moved: number; readonly released: number };

/** An operator says whose a connection is, where messages named two people. */
export async function settleOwner(
  env: Env,
  connectionId: string,
  userId: UserId,
  nowMs: UnixMs,
): Promise<Raced<SettledOwner>> {
  return retryLostRace({ after: 'owner' }, async () => {
    const connection = await readOwnedConnection(env.DB, connectionId, userId);
    if (connection === null) return { state: 'no_connection' };
    const clock = connection.newOwnerClock;
    if (clock === null) return { state: 'nobody' };
    const { owner, ownerClock } = connection;
    const clocks = new Map([
      [owner, nextClock(ownerClock, nowMs)],
      [userId, nextClock(clock, nowMs)],
    ]);
    const nextAttemptAt = isoTime(nowMs + FIRST_ATTEMPT_GRACE_MS);
    const released = await moveConnection(
      env.DB,
      connection,
      { userId, clock },
      {
        now: isoTime(nowMs),
        clocks: Array.from(clocks, ([id, at]) => ({ userId: id, clock: at })),
        nextAttemptAt,
      },
    );
    await sendOrLeaveToDrain(env, released.map(releasedMessage), { after: 'owner' });
    return { state: 'settled', moved: owner === userId ? 0 : 1, released: released.length };
  });
}
