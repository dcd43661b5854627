import { isoTime, type UnixMs } from '../clock.ts';
import { errorText } from '../errors.ts';
import { BACKFILL_SPACING_S, DRAIN_LEASE_MS, QUEUE_DELAY_MAX_S } from '../limits.ts';
import { type LogFields, log } from '../log.ts';
import { takeDueBackfills } from '../store/backfills.ts';
import type { ReleasedEvent } from '../store/releases.ts';
import { deleteRemovals, type TerraRemovalRow, takeDueRemovals } from '../store/terra-removals.ts';
import { readNextTurn, takeTurns } from '../store/turns.ts';
import { type EventMessage, type QueueMessage, readMessage, sendMessages } from './messages.ts';

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
 * Enqueues deletions at Terra that a commit left in the outbox. If the queue does not take them, the cron's sweep finds
 * the rows.
 */
export async function sendRemovalsOrLeaveToSweep(
  env: Env,
  removals: readonly TerraRemovalRow[],
): Promise<void> {
  try {
    await sendRemovals(env, removals);
  } catch (error) {
    log('warn', 'removals_not_sent', { message: errorText(error), messages: removals.length });
  }
}

/** The rows go once the queue has them: from then on it alone knows of them, as of every deletion at Terra. */
async function sendRemovals(env: Env, removals: readonly TerraRemovalRow[]): Promise<void> {
  const messages = removals.map((removal) => readMessage({ removal })).filter((message) => message !== null);
  await sendMessages(env.TERRA_EVENTS, messages);
  await deleteRemovals(env.DB, removals);
}

/**
 * Sends outbox rows whose message was lost or whose wait is over. Answers how many. Requests for history are leased for
 * longer than their turns are away, else the next sweep would send them once more.
 */
export async function sweepOutbox(env: Env, nowMs: UnixMs): Promise<number> {
  const turnMs = await readNextTurn(env.DB, nowMs);
  const due = await takeDueBackfills(env.DB, isoTime(nowMs), isoTime(turnMs + DRAIN_LEASE_MS));
  if (due.length > 0) await sendInTurn(env, due, nowMs);
  const removals = await takeDueRemovals(env.DB, isoTime(nowMs), isoTime(nowMs + DRAIN_LEASE_MS));
  await sendRemovals(env, removals);
  return due.length + removals.length;
}

async function sendInTurn(env: Env, backfillIds: readonly string[], nowMs: UnixMs): Promise<void> {
  const firstMs = await takeTurns(env.DB, backfillIds.length, nowMs);
  const waitS = Math.ceil((firstMs - nowMs) / 1_000);
  const messages = backfillIds.map((backfillId) => ({ backfillId }));
  await sendMessages(env.TERRA_EVENTS, messages, (position) =>
    Math.min(waitS + position * BACKFILL_SPACING_S, QUEUE_DELAY_MAX_S),
  );
}
