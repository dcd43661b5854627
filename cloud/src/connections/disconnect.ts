import type { IsoTime, UnixMs } from '../clock.ts';
import type { ConnectionRow } from '../fold/connection.ts';
import type { TerraUserId, UserId } from '../ids.ts';
import { TERRA_TIMEOUT_MS } from '../limits.ts';
import { CONFIRMED_RANK } from '../normalize/results.ts';
import { readEndableConnection } from '../store/connections.ts';
import { retryLostRace } from '../store/guard.ts';
import { deauthenticateUser, type TerraAnswer } from '../terra/client.ts';
import { commitConnections, loadConnections } from './commit-connections.ts';

type Removed = { readonly provider: string; readonly deactivatedAt: IsoTime };

export type Disconnection =
  | ({ readonly state: 'ended' } & Removed)
  | { readonly state: 'unknown' }
  /** Terra did not do it, so nothing was changed. */
  | { readonly state: 'refused'; readonly answer: Extract<TerraAnswer<unknown>, { state: 'failed' }> }
  /** Terra did it; others kept changing the person. Asking again finishes it. */
  | { readonly state: 'lost_race' };

/**
 * Ends one of a person's connections at Terra and then here. One that Terra no longer has counts as ended
 * there; one that ended here before is left as it is.
 */
export async function disconnect(env: Env, userId: UserId, id: string): Promise<Disconnection> {
  const before = await readEndableConnection(env.DB, userId, id);
  if (before === null) return { state: 'unknown' };
  if (before.deactivated_at !== null) return ended(before.provider, before.deactivated_at);
  const answer = await deauthenticateUser(env, before.terra_user_id, TERRA_TIMEOUT_MS);
  if (answer.state === 'failed' && answer.status !== 404) return { state: 'refused', answer };
  const raced = await retryLostRace({ disconnect: true }, () =>
    commitEnd(env, userId, before.terra_user_id, Date.now()),
  );
  if (raced.state === 'lost_race') return raced;
  const after = await readEndableConnection(env.DB, userId, id);
  if (after === null) return { state: 'unknown' };
  return after.deactivated_at === null ? { state: 'lost_race' } : ended(after.provider, after.deactivated_at);
}

function ended(provider: string, deactivatedAt: IsoTime): Disconnection {
  return { state: 'ended', provider, deactivatedAt };
}

async function commitEnd(env: Env, userId: UserId, terraUserId: TerraUserId, nowMs: UnixMs): Promise<void> {
  const known = await loadConnections(env.DB, {
    terraUserIds: [terraUserId],
    userIds: [userId],
    subjectHashes: [],
  });
  const connection = known.connections.get(terraUserId);
  if (connection === undefined || !connection.isActive) return;
  // Terra's clock may be ahead of ours: what it has just ended is later than all it said before.
  const atMs = Math.max(nowMs, latestMs(connection.row) + 1);
  await commitConnections(
    env,
    [
      {
        userId,
        contribution: {
          kind: 'connection',
          terraUserId,
          provider: null,
          referenceId: null,
          order: [CONFIRMED_RANK, atMs, 'disconnect', 0],
          change: { state: 'deauthenticated' },
        },
      },
    ],
    known,
    nowMs,
  );
}

function latestMs({ slices }: ConnectionRow): number {
  return Math.max(0, ...slices.map(([order]) => order[1]));
}
