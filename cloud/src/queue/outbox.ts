import { isoTime, type UnixMs } from '../clock.ts';
import { errorText } from '../errors.ts';
import { BACKFILL_SPACING_S, DRAIN_LEASE_MS, QUEUE_DELAY_MAX_S } from '../limits.ts';
import { type LogFields, log } from '../log.ts';
import { takeDueBackfills } from '../store/backfills.ts';
import type { ReleasedEvent } from '../store/releases.ts';
import { readNextTurn, takeTurns } from '../store/turns.ts';
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
    await sendMessages(env.TERRA_EVENTS, messages);
  } catch (error) {
    log('warn', 'follow_up_not_sent', { ...about, message: errorText(error), messages: messages.length });
  }
}

/** The message of a released event. */
export function releasedMessage({ id, payload_bytes }: ReleasedEvent): EventMessage {
  return { rawEventId: id, bytes: payload_bytes ?? 0 };
}

/** Enqueues requests for history, each for its turn among everybody's. The sweep finds what the queue does not take. */
export async function sendRequestsOrLeaveToSweep(
  env: Env,
  backfillIds: readonly string[],
  about: LogFields,
  nowMs: UnixMs,
): Promise<void> {
  if (backfillIds.length === 0) return;
  try {
    await sendInTurn(env, backfillIds, nowMs);
  } catch (error) {
    log('warn', 'follow_up_not_sent', { ...about, message: errorText(error), messages: backfillIds.length });
  }
}

/**
 * Sends outbox rows whose message was lost or whose wait is over. Answers how many. They are leased for longer than
 * their turns are away, else the next sweep would send them once more.
 */
export async function sweepOutbox(env: Env, nowMs: UnixMs): Promise<number> {
  const turnMs = await readNextTurn(env.DB, nowMs);
  const due = await takeDueBackfills(env.DB, isoTime(nowMs), isoTime(turnMs + DRAIN_LEASE_MS));
  if (due.length > 0) await sendInTurn(env, due, nowMs);
  return due.length;
}

async function sendInTurn(env: Env, backfillIds: readonly string[], nowMs: UnixMs): Promise<void> {
  const firstMs = await takeTurns(env.DB, backfillIds.length, nowMs);
  const waitS = Math.ceil((firstMs - nowMs) / 1_000);
  const messages = backfillIds.map((backfillId) => ({ backfillId }));
  await sendMessages(env.TERRA_EVENTS, messages, (position) =>
    Math.min(waitS + position * BACKFILL_SPACING_S, QUEUE_DELAY_MAX_S),
  );
}
