import type { PersonApp } from '../app-env.ts';
import { isoTime } from '../clock.ts';
import { reconcileBeside } from '../connections/reconcile.ts';
import { meRoute } from '../contract/routes/me.ts';
import { ApiError } from '../errors.ts';
import { PERSON_RECONCILE_EVERY_MS } from '../limits.ts';
import { keepRowCounts, readPersonStanding } from '../store/me.ts';
import { documentedRouter } from './documented-router.ts';
import { shownSilence } from './shown-silence.ts';

/**
 * Terra is asked beside the answer, which never waits for it: what it changes is in the next one. Rows that had to be
 * counted are so once for each moment of the person's clock that no event made.
 */
export const me = documentedRouter<PersonApp>().serve(meRoute, async (c) => {
  const userId = c.get('userId');
  const nowMs = Date.now();
  const standing = await readPersonStanding(c.env.DB, userId);
  if (standing === null) throw new ApiError('unauthorized', 'this account was erased; sign in again');
  const { reconciledAt } = standing;
  if (reconciledAt === null || reconciledAt <= isoTime(nowMs - PERSON_RECONCILE_EVERY_MS)) {
    c.executionCtx.waitUntil(reconcileBeside(c.env, userId, nowMs));
  }
  if (standing.countedNow !== null) {
    c.executionCtx.waitUntil(keepRowCounts(c.env.DB, userId, standing.countedNow));
  }
  const connections = standing.me.connections.map((connection) => ({
    ...connection,
    silences: standing.silences
      .filter(({ connection_id }) => connection_id === connection.id)
      .map((silence) => shownSilence(silence, nowMs)),
  }));
  return c.json({ ...standing.me, connections }, 200);
});
