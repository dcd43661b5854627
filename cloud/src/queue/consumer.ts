import { askForDeletion } from '../erasure/delete-at-terra.ts';
import { errorText } from '../errors.ts';
import type { RawEventId } from '../ids.ts';
import { sendBackfill } from '../imports/send-backfill.ts';
import { type AttemptContext, type AttemptResult, attempt, inTurn, NOTHING_DONE } from '../ingest/attempt.ts';
import type { PingContext } from '../ingest/fetch-ping.ts';
import { fetchPings } from '../ingest/fetch-pings.ts';
import { type PreparedEvent, prepareEvent, type ReadableEvent } from '../ingest/prepared-event.ts';
import {
  PAUSED_LOOK_MS,
  PAYLOAD_READS_AT_ONCE,
  QUEUE_BATCH_BYTES,
  SECOND_MS,
  TERRA_TIMEOUT_MS,
  UNKNOWN_PAYLOAD_BYTES,
} from '../limits.ts';
import { log } from '../log.ts';
import { stepRebuild } from '../operator/rebuild.ts';
import { numberSetting, payloadHosts } from '../settings.ts';
import { type RawEventRow, readRawEvents } from '../store/raw-events.ts';
import { askUrl } from '../terra/fetch-payload.ts';
import { type EventMessage, readMessage, sendMessages, type TerraHolding } from './messages.ts';
import { sendOrLeaveToDrain, sendRequestsOrLeaveToSweep } from './outbox.ts';
import { waitSeconds } from './retry-policy.ts';

/** How the payloads of pings are asked for; only tests put another in its place. */
export type Outbound = Pick<PingContext, 'ask' | 'wait'>;

const OUTBOUND: Outbound = {
  ask: askUrl,
  wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

/**
 * Consumes a batch of `terra-events`: stored events are normalized in sub-batches of bounded payload,
 * outbound work is done one by one. Every message is answered by itself: a bad one neither fails nor delays
 * the others.
 */
export async function consumeBatch(
  batch: MessageBatch,
  env: Env,
  outbound: Outbound = OUTBOUND,
): Promise<void> {
  const events: [Message, EventMessage][] = [];
  const backfills: [Message, string][] = [];
  const removals: [Message, TerraHolding][] = [];
  const rebuilds: [Message, string][] = [];
  for (const message of batch.messages) {
    const body = readMessage(message.body);
    if (body === null) {
      log('error', 'message_unreadable', { message_id: message.id });
      message.ack();
    } else if ('backfillId' in body) backfills.push([message, body.backfillId]);
    else if ('rebuildId' in body) rebuilds.push([message, body.rebuildId]);
    else if ('removal' in body) removals.push([message, body.removal]);
    else events.push([message, body]);
  }
  for (const part of cutByBytes(events)) await consumeEvents(part, env, outbound);
  for (const [message, id] of backfills) await consumeBackfill(message, id, env);
  for (const [message, holding] of removals) await consumeTerraDeletion(message, holding, env);
  // Last: nobody waits for them.
  for (const [message, id] of rebuilds) await consumeRebuild(message, id, env);
}

/** Cuts messages into runs of at most `QUEUE_BATCH_BYTES` of payload; a larger one stands alone. */
export function cutByBytes<Part extends readonly [unknown, EventMessage]>(
  messages: readonly Part[],
): Part[][] {
  return cutBySize(messages, ([, { bytes }]) => bytes ?? UNKNOWN_PAYLOAD_BYTES);
}

function cutBySize<Part>(parts: readonly Part[], bytesOf: (part: Part) => number): Part[][] {
  const runs: Part[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const part of parts) {
    const size = bytesOf(part);
    if (bytes + size > QUEUE_BATCH_BYTES) {
      runs.push([]);
      bytes = 0;
    }
    bytes += size;
    runs.at(-1)?.push(part);
  }
  return runs;
}

async function consumeEvents(
  part: readonly (readonly [Message, EventMessage])[],
  env: Env,
  outbound: Outbound,
): Promise<void> {
  const forced = new Map<RawEventId, boolean>();
  for (const [, { rawEventId, force }] of part) {
    forced.set(rawEventId, force === true || forced.get(rawEventId) === true);
  }
  const { done, released, backfillIds, brokenOff } = await consumeRows(forced, env, outbound);
  if (brokenOff !== null) log('error', 'attempt_failed', { message: brokenOff, events: part.length });
  const isDone = new Set(done);
  for (const [message, { rawEventId }] of part) {
    if (isDone.has(rawEventId)) message.ack();
    else message.retry({ delaySeconds: waitSeconds('message', message.attempts, message.id) });
  }
  await sendOrLeaveToDrain(env, released, { after: 'commit' });
  await sendRequestsOrLeaveToSweep(env, backfillIds, { after: 'commit' }, Date.now());
}

/**
 * Events whose payload is stored here go first. Then the pings are fetched, and what was fetched is read in runs
 * of bounded size. A message whose row is gone is done.
 */
async function consumeRows(
  forced: ReadonlyMap<RawEventId, boolean>,
  env: Env,
  outbound: Outbound,
): Promise<AttemptResult> {
  const context = {
    db: env.DB,
    payloads: env.RAW_PAYLOADS,
    now: Date.now,
    newId: () => crypto.randomUUID(),
  };
  const isForced = (id: RawEventId) => forced.get(id) === true;
  return inTurn(async () => {
    const rows = await readRawEvents(env.DB, [...forced.keys()]);
    const found = new Set(rows.map(({ id }) => id));
    const gone = [...forced.keys()].filter((id) => !found.has(id));
    const isPing = ({ event_type }: RawEventRow) => event_type === 's3_payload';
    const others = rows.filter((row) => !isPing(row)).map((row) => ({ row }));
    return inTurn(
      async () => ({ ...NOTHING_DONE, done: gone }),
      async () => attempt(context, await prepareEvents(others, isForced, env)),
      () => consumePings({ ...context, ...outbound }, rows.filter(isPing), isForced, env),
    );
  });
}

async function consumePings(
  context: AttemptContext & Outbound,
  pings: readonly RawEventRow[],
  isForced: (id: RawEventId) => boolean,
  env: Env,
): Promise<AttemptResult> {
  if (pings.length === 0) return NOTHING_DONE;
  const limits = { allowedHosts: payloadHosts(env), bytesMax: numberSetting(env, 'MAX_WEBHOOK_BYTES') };
  const fetched = await fetchPings({ ...context, ...limits }, pings, isForced);
  const runs = cutBySize(fetched.events, ({ row }) => row.payload_bytes ?? UNKNOWN_PAYLOAD_BYTES);
  return inTurn(
    () => attempt(context, fetched.settled),
    ...runs.map((run) => async () => attempt(context, await prepareEvents(run, isForced, env))),
  );
}

/** Reads and normalizes payloads. One that cannot be read is left out: it is retried by itself. */
async function prepareEvents(
  events: readonly ReadableEvent[],
  isForced: (id: RawEventId) => boolean,
  env: Env,
): Promise<readonly PreparedEvent[]> {
  const hosts = payloadHosts(env);
  const prepared: PreparedEvent[] = [];
  const prepare = async (event: ReadableEvent) => {
    const { row } = event;
    try {
      const settings = { force: isForced(row.id), payloadHosts: hosts, seeksUnknownFields: true };
      prepared.push(await prepareEvent(env.RAW_PAYLOADS, event, settings));
    } catch (error) {
      log('error', 'payload_unreadable', { raw_event_id: row.id, message: errorText(error) });
    }
  };
  for (let start = 0; start < events.length; start += PAYLOAD_READS_AT_ONCE) {
    await Promise.all(events.slice(start, start + PAYLOAD_READS_AT_ONCE).map(prepare));
  }
  return prepared;
}

async function consumeBackfill(message: Message, backfillId: string, env: Env): Promise<void> {
  try {
    // A request that Terra did not take waits in its row for the sweep: the queue would give up after five retries.
    await sendBackfill(env, backfillId, Date.now());
    message.ack();
  } catch (error) {
    log('error', 'backfill_failed', { backfill_id: backfillId, message: errorText(error) });
    message.retry({ delaySeconds: waitSeconds('message', message.attempts, message.id) });
  }
}

async function consumeTerraDeletion(message: Message, holding: TerraHolding, env: Env): Promise<void> {
  const retry = () => message.retry({ delaySeconds: waitSeconds('removal', message.attempts, message.id) });
  const state = await askForDeletion(env, holding, TERRA_TIMEOUT_MS);
  if (state === 'failed') return retry();
  try {
    // A message of its own: a retry would count, and after a long pause nobody would know of the holding any more.
    if (state === 'paused') {
      await sendMessages(env.TERRA_EVENTS, [{ removal: holding }], () => PAUSED_LOOK_MS / SECOND_MS);
    }
    message.ack();
  } catch (error) {
    log('error', 'removals_not_sent', { message: errorText(error), messages: 1 });
    retry();
  }
}

/** One step; its message is done once the next one's is sent. */
async function consumeRebuild(message: Message, rebuildId: string, env: Env): Promise<void> {
  try {
    const step = await stepRebuild(env, rebuildId, Date.now());
    if (step === 'more') await sendMessages(env.TERRA_EVENTS, [{ rebuildId }]);
    message.ack();
  } catch (error) {
    log('error', 'rebuild_step_failed', { rebuild_id: rebuildId, message: errorText(error) });
    message.retry({ delaySeconds: waitSeconds('message', message.attempts, message.id) });
  }
}
