import { isoTime } from '../clock.ts';
import { errorText } from '../errors.ts';
import { BACKFILL_SPACING_S, DRAIN_LEASE_MS, OUTBOX_SWEEP_ROWS } from '../limits.ts';
import { type LogFields, log } from '../log.ts';
import { type QueueMessage, sendMessages } from './messages.ts';

/**
 * Enqueues what a commit wrote or let go of. A queue that does not take it is no failure of the caller: the
 * rows are there, and the cron's drain and sweep find them.
 */
export async function sendCommitted(
  env: Env,
  messages: readonly QueueMessage[],
  about: LogFields,
): Promise<void> {
  try {
    await sendMessages(env.TERRA_EVENTS, messages, (position) =>
      messages[position] !== undefined && 'backfillId' in messages[position]
        ? position * BACKFILL_SPACING_S
        : 0,
    );
  } catch (error) {
    log('warn', 'follow_up_not_sent', { ...about, message: errorText(error), messages: messages.length });
  }
}

/** The messages of released rows of raw_events, as `returning id, payload_bytes` answers them. */
export function releasedMessages(rows: readonly Record<string, unknown>[]): readonly QueueMessage[] {
  return rows.map((row) => ({ rawEventId: Number(row.id), bytes: Number(row.payload_bytes ?? 0) }));
}

/** Sends outbox rows whose message was lost or whose wait is over. Answers how many. */
export async function sweepOutbox(env: Env, nowMs: number): Promise<number> {
  const due = await env.DB.prepare(
    `update backfills set next_attempt_at = ?2
where id in (
  select id
  from backfills
  where status = 'pending'
    and next_attempt_at <= ?1
  order by next_attempt_at
  limit ${OUTBOX_SWEEP_ROWS}
)
returning id`,
  )
    .bind(isoTime(nowMs), isoTime(nowMs + DRAIN_LEASE_MS))
    .all<{ id: string }>();
  const messages = due.results.map(({ id }) => ({ backfillId: id }));
  await sendMessages(env.TERRA_EVENTS, messages, (position) => position * BACKFILL_SPACING_S);
  return messages.length;
}
