import { isoTime, type UnixMs } from '../clock.ts';
import { reconcilePerson } from '../connections/reconcile.ts';
import type { UserId } from '../ids.ts';
import { DAY_MS, FIRST_ATTEMPT_GRACE_MS } from '../limits.ts';
import { HISTORY_RESOURCES } from '../normalize/event-types.ts';
import { sendOrLeaveToDrain } from '../queue/outbox.ts';
import { type NewBackfill, storeBackfillsStatements } from '../store/backfills.ts';
import { readActiveTerraIds } from '../store/connections.ts';
import { storeImportStatement } from '../store/imports.ts';
import { runAll } from '../store/statements.ts';

export type ImportRequest = {
  readonly userId: UserId;
  readonly requestId: string;
  readonly days: number;
  readonly nowMs: UnixMs;
};

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
  const active = await readActiveTerraIds(env.DB, userId);
  const importId = crypto.randomUUID();
  const startDate = isoTime(nowMs - days * DAY_MS).slice(0, 10);
  const endDate = isoTime(nowMs).slice(0, 10);
  const backfills = active.flatMap((terraUserId) =>
    HISTORY_RESOURCES.map(
      (resource): NewBackfill => ({
        id: crypto.randomUUID(),
        userId,
        terraUserId,
        resource,
        startDate,
        endDate,
        importId,
        rawEventId: null,
      }),
    ),
  );
  const createdAt = isoTime(nowMs);
  await runAll(env.DB, [
    storeImportStatement(userId, {
      id: importId,
      days,
      requests: backfills.length,
      created_at: createdAt,
    }),
    ...storeBackfillsStatements(backfills, createdAt, isoTime(nowMs + FIRST_ATTEMPT_GRACE_MS)),
  ]);
  await sendOrLeaveToDrain(
    env,
    backfills.map(({ id }) => ({ backfillId: id })),
    { request_id: requestId },
  );
  return { importId, requests: backfills.length };
}
