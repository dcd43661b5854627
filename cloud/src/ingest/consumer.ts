import { errorText } from '../errors.ts';
import {
  BACKFILL_SPACING_S,
  PAYLOAD_READS_AT_ONCE,
  QUEUE_BATCH_BYTES,
  UNKNOWN_PAYLOAD_BYTES,
} from '../limits.ts';
import { log } from '../log.ts';
import { payloadHosts } from '../settings.ts';
import { type RawEventRow, selectRawEvents } from '../store/raw-events.ts';
import { bindAll } from '../store/statements.ts';
import { type AttemptResult, attempt } from './attempt.ts';
import { backoffSeconds } from './backoff.ts';
import { type EventMessage, type QueueMessage, readMessage, sendMessages } from './messages.ts';
import { type PreparedEvent, prepareEvent } from './prepared-event.ts';
import { sendBackfill } from './send-backfill.ts';

/**
 * Consumes a batch of `terra-events`: stored events are normalized in sub-batches of bounded payload,
 * outbound work is done one by one. Every message is answered by itself: a bad one neither fails nor delays
 * the others.
 */
export async function consumeBatch(batch: MessageBatch, env: Env): Promise<void> {
  const events: [Message, EventMessage][] = [];
  const backfills: [Message, string][] = [];
  for (const message of batch.messages) {
    const body = readMessage(message.body);
    if (body === null) {
      log('error', 'message_unreadable', { message_id: message.id });
      message.ack();
    } else if ('backfillId' in body) backfills.push([message, body.backfillId]);
    else events.push([message, body]);
  }
  for (const part of cutByBytes(events)) await consumeEvents(part, env);
  for (const [message, id] of backfills) await consumeBackfill(message, id, env);
}

/** Cuts messages into runs of at most `QUEUE_BATCH_BYTES` of payload; a larger one stands alone. */
export function cutByBytes<Part extends readonly [unknown, EventMessage]>(
  messages: readonly Part[],
): Part[][] {
  const parts: Part[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const message of messages) {
    const size = message[1].bytes ?? UNKNOWN_PAYLOAD_BYTES;
    if (bytes + size > QUEUE_BATCH_BYTES) {
      parts.push([]);
      bytes = 0;
    }
    bytes += size;
    parts.at(-1)?.push(message);
  }
  return parts;
}

async function consumeEvents(part: readonly (readonly [Message, EventMessage])[], env: Env): Promise<void> {
  const result: AttemptResult = { fates: new Map(), released: [], backfillIds: [] };
  try {
    const { prepared, missing } = await prepareEvents(part, env, result);
    for (const id of missing) result.fates.set(id, 'done');
    await attempt(
      { db: env.DB, payloads: env.RAW_PAYLOADS, now: Date.now, newId: () => crypto.randomUUID() },
      prepared,
      result,
    );
  } catch (error) {
    log('error', 'attempt_failed', { message: errorText(error), events: part.length });
  }
  for (const [message, { rawEventId }] of part) {
    if (result.fates.get(rawEventId) === 'done') message.ack();
    else message.retry({ delaySeconds: backoffSeconds(message.attempts - 1) });
  }
  await sendFollowUps(env, result);
}

/** Reads the rows and their payloads. A payload that cannot be read is retried by itself. */
async function prepareEvents(
  part: readonly (readonly [Message, EventMessage])[],
  env: Env,
  result: AttemptResult,
): Promise<{ prepared: PreparedEvent[]; missing: number[] }> {
  const forced = new Map<number, boolean>();
  for (const [, { rawEventId, force }] of part) {
    forced.set(rawEventId, force === true || forced.get(rawEventId) === true);
  }
  const [answer] = await env.DB.batch<RawEventRow>(bindAll(env.DB, [selectRawEvents([...forced.keys()])]));
  const rows = answer?.results ?? [];
  const hosts = payloadHosts(env);
  const prepared: PreparedEvent[] = [];
  const prepare = async (row: RawEventRow) => {
    try {
      const force = forced.get(row.id) ?? false;
      prepared.push(await prepareEvent(env.RAW_PAYLOADS, row, { force, payloadHosts: hosts }));
    } catch (error) {
      result.fates.set(row.id, 'retry');
      log('error', 'payload_unreadable', { raw_event_id: row.id, message: errorText(error) });
    }
  };
  for (let start = 0; start < rows.length; start += PAYLOAD_READS_AT_ONCE) {
    await Promise.all(rows.slice(start, start + PAYLOAD_READS_AT_ONCE).map(prepare));
  }
  const found = new Set(rows.map(({ id }) => id));
  return { prepared, missing: [...forced.keys()].filter((id) => !found.has(id)) };
}

/** What the commit let go of or asked for. If the queue does not take it, the cron's drain and sweep do. */
async function sendFollowUps(env: Env, { released, backfillIds }: AttemptResult): Promise<void> {
  try {
    await sendMessages(env.TERRA_EVENTS, released);
    await sendMessages(
      env.TERRA_EVENTS,
      backfillIds.map((backfillId): QueueMessage => ({ backfillId })),
      (position) => position * BACKFILL_SPACING_S,
    );
  } catch (error) {
    log('warn', 'follow_up_not_sent', {
      message: errorText(error),
      released: released.length,
      backfills: backfillIds.length,
    });
  }
}

async function consumeBackfill(message: Message, backfillId: string, env: Env): Promise<void> {
  try {
    // One that Terra did not take waits in its row, for the sweep: the queue would give up after five retries.
    await sendBackfill(env, backfillId, Date.now());
    message.ack();
  } catch (error) {
    log('error', 'backfill_failed', { backfill_id: backfillId, message: errorText(error) });
    message.retry({ delaySeconds: backoffSeconds(message.attempts - 1) });
  }
}
