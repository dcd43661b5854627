import { isoTime } from '../clock.ts';
import { FIRST_ATTEMPT_GRACE_MS } from '../limits.ts';
import { type BackfillRow, writeBackfills } from '../store/event-statements.ts';
import { bindAll, statement } from '../store/statements.ts';
import { sendCommitted } from './outbox.ts';
import { reconcilePerson } from './reconcile.ts';

export type ImportRequest = {
  readonly userId: string;
  readonly requestId: string;
  readonly days: number;
  readonly nowMs: number;
};

const RESOURCES = ['activity', 'sleep', 'daily', 'body'] as const;
const DAY_MS = 86_400_000;

/**
 * Writes the import and its requests as outbox rows, one for each active connection and resource, and sends
 * them to the queue apart from each other. The person's connections are compared with Terra's first; a Terra
 * that does not answer only means that they are taken as they are.
 */
export async function requestImport(
  env: Env,
  { userId, requestId, days, nowMs }: ImportRequest,
): Promise<{ importId: string; requests: number }> {
  await reconcilePerson(env, userId, nowMs);
  const active = await env.DB.prepare(
    `select terra_user_id
from terra_connections
where user_id = ?1
  and deactivated_at is null
order by connected_at, terra_user_id`,
  )
    .bind(userId)
    .all<{ terra_user_id: string }>();
  const importId = crypto.randomUUID();
  const startDate = isoTime(nowMs - days * DAY_MS).slice(0, 10);
  const endDate = isoTime(nowMs).slice(0, 10);
  const backfills = active.results.flatMap(({ terra_user_id }) =>
    RESOURCES.map(
      (resource): BackfillRow => ({
        id: crypto.randomUUID(),
        userId,
        terraUserId: terra_user_id,
        resource,
        startDate,
        endDate,
        importId,
        rawEventId: null,
      }),
    ),
  );
  await env.DB.batch(
    bindAll(env.DB, [
      statement(
        'insert into imports(id, user_id, days, requests, created_at) values (?1, ?2, ?3, ?4, ?5)',
        importId,
        userId,
        days,
        backfills.length,
        isoTime(nowMs),
      ),
      ...writeBackfills(backfills, isoTime(nowMs), isoTime(nowMs + FIRST_ATTEMPT_GRACE_MS)),
    ]),
  );
  await sendCommitted(
    env,
    backfills.map(({ id }) => ({ backfillId: id })),
    { request_id: requestId },
  );
  return { importId, requests: backfills.length };
}
