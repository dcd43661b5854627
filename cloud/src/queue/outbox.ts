import { isoTime, type UnixMs } from '../clock.ts';
import { errorText } from '../errors.ts';
import { BACKFILL_SPACING_S, DRAIN_LEASE_MS } from '../limits.ts';
import { type LogFields, log } from '../log.ts';
import { takeDueBackfills } from '../store/backfills.ts';
import type { ReleasedEvent } from '../store/releases.ts';
import { type EventMessage, type QueueMessage, sendMessages } from './messages.ts';

/**
 * Enqueues what a commit wrote or released. If the queue does not take it, the caller has not failed: the
 * rows are there, and the cron's drain and sweep find them.
 */
export async function sendOrLeaveToDrain(
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

/** The message of a released event. */
export function releasedMessage({ id, payload_bytes }: ReleasedEvent): EventMessage {
  return { rawEventId: id, bytes: payload_bytes ?? 0 };
}

/** Sends outbox rows whose message was lost or whose wait is over. Answers how many. */
export async function sweepOutbox(env: Env, nowMs: UnixMs): Promise<number> {
  const due = await takeDueBackfills(env.DB, isoTime(nowMs), isoTime(nowMs + DRAIN_LEASE_MS));
  const messages = due.map((backfillId) => ({ backfillId }));
  await sendMessages(env.TERRA_EVENTS, messages, (position) => position * BACKFILL_SPACING_S);
  return messages.length;
}
