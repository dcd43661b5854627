import { isoTime, sqliteTime } from '../clock.ts';
import { BACKFILL_ATTEMPTS_MAX, ERROR_TEXT_MAX } from '../limits.ts';
import { bindAll, type Statement, statement } from '../store/statements.ts';
import { writeTraces } from '../store/traces.ts';
import { requestHistory, type TerraAnswer } from '../terra/client.ts';
import { backoffSeconds } from './backoff.ts';

export type BackfillOutcome =
  | { readonly state: 'sent' | 'failed' | 'nothing_to_do' }
  | { readonly state: 'retry'; readonly delaySeconds: number };

type BackfillRow = {
  id: string;
  user_id: string;
  terra_user_id: string;
  resource: string;
  start_date: string;
  end_date: string;
  attempts: number;
};

/** The longest the queue delays a message. */
const DELAY_MAX_S = 86_400;

/**
 * Sends one outbox row to Terra and records the answer. Terra's hiccups (no answer, 429, 5xx) are retried;
 * a refusal is final and shown.
 */
export async function sendBackfill(env: Env, backfillId: string, nowMs: number): Promise<BackfillOutcome> {
  const row = await env.DB.prepare(
    `select id, user_id, terra_user_id, resource, start_date, end_date, attempts
from backfills
where id = ?1
  and status = 'pending'`,
  )
    .bind(backfillId)
    .first<BackfillRow>();
  if (row === null) return { state: 'nothing_to_do' };
  const answer = await requestHistory(env, {
    resource: row.resource,
    terraUserId: row.terra_user_id,
    startDate: row.start_date,
    endDate: row.end_date,
  });
  const attempts = row.attempts + 1;
  const isRetried = !answer.ok && isTransient(answer) && attempts < BACKFILL_ATTEMPTS_MAX;
  if (isRetried) {
    const delaySeconds = Math.min(answer.retryAfterSeconds ?? backoffSeconds(attempts), DELAY_MAX_S);
    await env.DB.batch(
      bindAll(env.DB, [recordRetry(row, attempts, answer, isoTime(nowMs + delaySeconds * 1_000))]),
    );
    return { state: 'retry', delaySeconds };
  }
  await env.DB.batch(bindAll(env.DB, recordEnd(row, attempts, answer, nowMs)));
  return { state: answer.ok ? 'sent' : 'failed' };
}

type Refusal = Extract<TerraAnswer<unknown>, { ok: false }>;

function isTransient({ status }: Refusal): boolean {
  return status === null || status === 429 || status >= 500;
}

function refusalText({ status, text }: Refusal): string {
  return `${status === null ? 'network' : `http ${status}`}: ${text}`.slice(0, ERROR_TEXT_MAX);
}

function recordRetry(row: BackfillRow, attempts: number, answer: Refusal, nextAttemptAt: string): Statement {
  return statement(
    `update backfills set
  attempts = ?2,
  error = ?3,
  next_attempt_at = ?4
where id = ?1
  and status = 'pending'`,
    row.id,
    attempts,
    refusalText(answer),
    nextAttemptAt,
  );
}

function recordEnd(
  row: BackfillRow,
  attempts: number,
  answer: TerraAnswer<{ reference: string | null }>,
  nowMs: number,
): readonly Statement[] {
  const about = { userId: row.user_id, terraUserId: row.terra_user_id };
  const details = { backfill_id: row.id, resource: row.resource };
  return [
    statement(
      `update backfills set
  status = ?2,
  attempts = ?3,
  error = ?4,
  terra_reference = ?5,
  sent_at = ?6
where id = ?1
  and status = 'pending'`,
      row.id,
      answer.ok ? 'sent' : 'failed',
      attempts,
      answer.ok ? null : refusalText(answer),
      answer.ok ? answer.body.reference : null,
      isoTime(nowMs),
    ),
    ...writeTraces(
      [
        answer.ok
          ? { ...about, level: 'info', event: 'backfill_requested', details }
          : { ...about, level: 'error', event: 'backfill_failed', message: refusalText(answer), details },
      ],
      sqliteTime(nowMs),
    ),
  ];
}
