import { isoTime, sqliteTime, type UnixMs, unixMsOf } from '../clock.ts';
import {
  BACKFILL_ATTEMPTS_MAX,
  DAY_MS,
  ERROR_TEXT_MAX,
  HOUR_MS,
  PAUSED,
  PAUSED_LOOK_MS,
  QUEUE_DELAY_MAX_S,
  TERRA_DAYS_AN_HOUR,
  WAITS_FOR_LIMIT,
} from '../limits.ts';
import { waitSeconds } from '../queue/retry-policy.ts';
import { noteAskedStatement } from '../store/asked-days.ts';
import {
  endBackfillStatement,
  type PendingBackfill,
  postponeBackfillStatement,
  readDaysSent,
  readPendingBackfill,
  retryBackfillStatement,
} from '../store/backfills.ts';
import { runAll, type Statement } from '../store/statements.ts';
import { storeTracesStatements } from '../store/traces.ts';
import { isPaused, requestHistory, type TerraAnswer } from '../terra/client.ts';
import { roomFrom } from './day-budget.ts';

export type BackfillOutcome =
  | { readonly state: 'sent' | 'failed' | 'nothing_to_do' }
  | { readonly state: 'retry'; readonly delaySeconds: number };

/**
 * Sends one outbox row to Terra and records the answer. Terra's hiccups (no answer, 429, 5xx) are retried;
 * a refusal is final and shown.
 */
export async function sendBackfill(env: Env, backfillId: string, nowMs: UnixMs): Promise<BackfillOutcome> {
  const row = await readPendingBackfill(env.DB, backfillId);
  if (row === null) return { state: 'nothing_to_do' };
  const roomMs = await hourHasRoomFrom(env, row, nowMs);
  if (roomMs > nowMs) {
    await runAll(env.DB, [postponeBackfillStatement(row.id, isoTime(roomMs), WAITS_FOR_LIMIT)]);
    return { state: 'retry', delaySeconds: Math.ceil((roomMs - nowMs) / 1_000) };
  }
  const answer = await requestHistory(env, {
    resource: row.resource,
    terraUserId: row.terra_user_id,
    startDate: row.start_date,
    endDate: row.end_date,
  });
  if (isPaused(answer)) {
    await runAll(env.DB, [postponeBackfillStatement(row.id, isoTime(nowMs + PAUSED_LOOK_MS), PAUSED)]);
    return { state: 'retry', delaySeconds: PAUSED_LOOK_MS / 1_000 };
  }
  const attempts = row.attempts + 1;
  const isRetried = answer.state === 'failed' && isTransient(answer) && attempts < BACKFILL_ATTEMPTS_MAX;
  if (isRetried) {
    const delaySeconds = Math.min(
      answer.retryAfterSeconds ?? waitSeconds('outbox', attempts, row.id),
      QUEUE_DELAY_MAX_S,
    );
    const nextAttemptAt = isoTime(nowMs + delaySeconds * 1_000);
    const retried = { attempts, error: refusalText(answer), nextAttemptAt };
    await runAll(env.DB, [retryBackfillStatement(row.id, retried)]);
    return { state: 'retry', delaySeconds };
  }
  await runAll(env.DB, endStatements(row, attempts, answer, nowMs));
  return { state: answer.state === 'answered' ? 'sent' : 'failed' };
}

/**
 * When Terra's limit of days an hour has room for this request. Asking beyond it would only be refused, and each
 * refusal is one of the few tries that a request has.
 */
async function hourHasRoomFrom(env: Env, row: PendingBackfill, nowMs: UnixMs): Promise<UnixMs> {
  const sent = await readDaysSent(env.DB, row, isoTime(nowMs - HOUR_MS));
  const asked = sent.map(({ at, days }) => ({ atMs: unixMsOf(at), days }));
  const more = (Date.parse(row.end_date) - Date.parse(row.start_date)) / DAY_MS + 1;
  return roomFrom(asked, more, { days: TERRA_DAYS_AN_HOUR, windowMs: HOUR_MS }, nowMs);
}

type Refusal = Extract<TerraAnswer<unknown>, { state: 'failed' }>;

function isTransient({ status }: Refusal): boolean {
  return status === null || status === 429 || status >= 500;
}

function refusalText({ status, text }: Refusal): string {
  return `${status === null ? 'network' : `http ${status}`}: ${text}`.slice(0, ERROR_TEXT_MAX);
}

function endStatements(
  row: PendingBackfill,
  attempts: number,
  answer: TerraAnswer<{ reference: string | null }>,
  nowMs: UnixMs,
): readonly Statement[] {
  const about = { userId: row.user_id, terraUserId: row.terra_user_id, rawEventId: row.raw_event_id };
  const details = { backfill_id: row.id, resource: row.resource, attempts };
  const error = answer.state === 'answered' ? null : refusalText(answer);
  return [
    endBackfillStatement(row.id, {
      status: answer.state === 'answered' ? 'sent' : 'failed',
      attempts,
      error,
      terraReference: answer.state === 'answered' ? answer.body.reference : null,
      sentAt: isoTime(nowMs),
    }),
    noteAskedStatement(row.id),
    ...storeTracesStatements(
      [
        answer.state === 'answered'
          ? { ...about, level: 'info', event: 'backfill_requested', details }
          : { ...about, level: 'error', event: 'backfill_failed', message: error, details },
      ],
      sqliteTime(nowMs),
    ),
  ];
}
