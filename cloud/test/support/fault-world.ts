import {
  createExecutionContext,
  createMessageBatch,
  env,
  getQueueResult,
  waitOnExecutionContext,
} from 'cloudflare:test';
import { onCron } from '../../src/cron/schedule.ts';
import { sha256Hex } from '../../src/digest.ts';
import worker from '../../src/index.ts';
import { DAY_MS } from '../../src/limits.ts';
import type { QueueMessage } from '../../src/queue/messages.ts';
import { PAYLOAD_TEXT } from '../../src/store/payload-text.ts';
import { type FaultyEnv, faultyEnv } from './faulty-env.ts';
import { withLimits } from './limits-everywhere.ts';
import { sign } from './stack.ts';
import { type FarTerra, newTerra } from './terra.ts';

/** Bodies above this are spilled to R2 here, so that a spilled one is small. */
const INLINE_BYTES = 2_000;
/** As wrangler.toml says: a message comes six times, then it is dead-lettered. */
const MAX_RETRIES = 5;
const TICK_MS = 30 * 60_000;
/** Ticks within the day in which the drain takes failed rows. */
const TICKS_MAX = 40;
const WEBHOOK_STATUSES = [200, 400, 401, 413, 503];

const START_MS = Date.UTC(2026, 2, 1);

type Webhook = { readonly body: Uint8Array; readonly orderingMs: number };
type Waiting = { readonly body: QueueMessage; readonly deliveries: number };

/**
 * What surrounds the Worker: Terra, which delivers again what was not answered 200; the queue, which delivers
 * again what was not acknowledged and at last dead-letters it; the clock and its cron; and people, who ask
 * again where they were told that something failed.
 */
export type World = {
  readonly faulty: FaultyEnv;
  readonly terra: FarTerra;
  readonly queue: Waiting[];
  readonly deadLetters: Waiting[];
  readonly undelivered: Webhook[];
  readonly unanswered: (() => Promise<Response>)[];
  /** SHA-256 of the bodies that were answered 200 and are nobody's who was erased. */
  readonly acknowledged: Set<string>;
  /** What must not have happened. */
  readonly troubles: string[];
  /** How many things were looked at. */
  checks: number;
};

export function newWorld(): World {
  const queue: Waiting[] = [];
  const enqueue = (body: QueueMessage) => void queue.push({ body, deliveries: 0 });
  const binding = {
    send: async (body: QueueMessage) => enqueue(body),
    sendBatch: async (batch: Iterable<{ body: QueueMessage }>) => {
      for (const { body } of batch) enqueue(body);
    },
  };
  const terra = newTerra();
  const faulty = faultyEnv({
    ...terra.env,
    INLINE_PAYLOAD_BYTES: String(INLINE_BYTES),
    TERRA_EVENTS: binding as unknown as Queue,
    PERSON_LIMIT: limiterOf(crypto.randomUUID()),
  });
  return {
    faulty,
    terra,
    queue,
    deadLetters: [],
    undelivered: [],
    unanswered: [],
    acknowledged: new Set(),
    troubles: [],
    checks: 0,
  };
}

/** The real limiter, where each world has its own counts: the same people live in hundreds of them a minute. */
function limiterOf(world: string): RateLimit {
  return { limit: ({ key }) => env.PERSON_LIMIT.limit({ key: `${world} ${key}` }) };
}

/** An event large enough to be spilled. */
export function spilled(body: Record<string, unknown>): Record<string, unknown> {
  return { ...body, padding: 'x'.repeat(INLINE_BYTES) };
}

function expectThat(world: World, isSo: boolean, trouble: string): void {
  world.checks += 1;
  if (!isSo) world.troubles.push(trouble);
}

async function call(world: World, path: string, init: RequestInit): Promise<Response> {
  const context = createExecutionContext();
  const incoming = new Request<unknown, IncomingRequestCfProperties>(
    `http://amy.test${path}`,
    init as RequestInit<IncomingRequestCfProperties>,
  );
  const response = await worker.fetch(incoming, withLimits(world.faulty.env), context);
  await waitOnExecutionContext(context);
  return response;
}

/** Terra delivers; what is not answered 200 it keeps for another time. Answers the row's id where there is one. */
export async function deliverTo(world: World, webhook: Webhook): Promise<number | null> {
  const { body, orderingMs } = webhook;
  const response = await world.faulty.during(() =>
    call(world, '/webhook/terra', {
      method: 'POST',
      body,
      headers: { 'terra-signature': sign(body), 'x-terra-ordering-timestamp': String(orderingMs) },
    }),
  );
  if (world.faulty.isCrashed()) {
    world.undelivered.push(webhook);
    return null;
  }
  expectThat(world, WEBHOOK_STATUSES.includes(response.status), `the webhook answered ${response.status}`);
  const answer = await response.json<{ raw_event_id?: number; skipped?: string }>();
  if (response.status !== 200) {
    world.undelivered.push(webhook);
    return null;
  }
  if (answer.skipped !== undefined) return null;
  world.acknowledged.add(sha256Hex(body));
  await expectStored(world, sha256Hex(body));
  return answer.raw_event_id ?? null;
}

/** A webhook's bytes, and when Terra emitted it: so long after `START_MS`. */
export function webhook(body: unknown, afterMs: number): Webhook {
  return { body: new TextEncoder().encode(JSON.stringify(body)), orderingMs: START_MS + afterMs };
}

/** I1, asked of the stores themselves. */
async function expectStored(world: World, dedupKey: string): Promise<void> {
  const row = await env.DB.prepare(
    `select ${PAYLOAD_TEXT} as payload, payload_key from raw_events where dedup_key = ?`,
  )
    .bind(dedupKey)
    .first<{ payload: string; payload_key: string | null }>();
  const bytes = row === null ? null : await readPayloadBytes(row);
  expectThat(world, bytes !== null && sha256Hex(bytes) === dedupKey, 'a 200 whose body is not stored');
}

/** Somebody calls a route, and calls it again later when it does not succeed. */
export async function insist(world: World, ask: (used: Env) => Promise<Response>): Promise<void> {
  const attempt = () => world.faulty.during(() => ask(world.faulty.env));
  const response = await attempt();
  if (!response.ok || world.faulty.isCrashed()) world.unanswered.push(attempt);
}

/** The consumer is given messages from the queue, at most `count`. */
export async function consumeFrom(world: World, count = 100): Promise<void> {
  const messages = world.queue.splice(0, count);
  const retried = await hand(world, 'terra-events', messages);
  for (const message of retried) {
    if (message.deliveries > MAX_RETRIES) world.deadLetters.push({ ...message, deliveries: 0 });
    else world.queue.push(message);
  }
}

/** The dead letters come to their consumer; those it does not take come again. */
export async function consumeDeadLetters(world: World): Promise<void> {
  const messages = world.deadLetters.splice(0);
  world.deadLetters.push(...(await hand(world, 'terra-events-dlq', messages)));
}

/** Hands over one batch; answers what is to come again. */
async function hand(world: World, queue: string, messages: readonly Waiting[]): Promise<Waiting[]> {
  if (messages.length === 0) return [];
  const batch = createMessageBatch(
    queue,
    messages.map(({ body, deliveries }, i) => ({
      id: String(i),
      timestamp: new Date(0),
      attempts: deliveries + 1,
      body,
    })),
  );
  const again = messages.map((message) => ({ ...message, deliveries: message.deliveries + 1 }));
  const context = createExecutionContext();
  try {
    await world.faulty.during(async () => worker.queue(batch, withLimits(world.faulty.env)));
  } catch (error) {
    if (world.faulty.isCrashed()) return again;
    expectThat(world, false, `queue() threw: ${String(error)}`);
    return again;
  }
  if (world.faulty.isCrashed()) return again;
  const result = await getQueueResult(batch, context);
  const acked = new Set(result.ackAll ? messages.keys() : result.explicitAcks.map(Number));
  const retried = new Set(
    result.retryBatch.retry ? messages.keys() : result.retryMessages.map(({ msgId }) => Number(msgId)),
  );
  expectThat(world, acked.size + retried.size === messages.length, 'a message was left without an answer');
  const done = messages.filter((_, i) => acked.has(i)).map(({ body }) => body);
  await expectDone(world, done, queue.endsWith('-dlq') ? 'dead_lettered_at' : 'process_error');
  return again.filter((_, i) => retried.has(i));
}

/** An acknowledged message has left its mark: the drain must not be what saves it. */
async function expectDone(
  world: World,
  acknowledged: readonly QueueMessage[],
  mark: 'process_error' | 'dead_lettered_at',
): Promise<void> {
  const ids = acknowledged.flatMap<string | number>((body) => {
    if ('removal' in body || 'rebuildId' in body) return [];
    return 'backfillId' in body ? [body.backfillId] : [body.rawEventId];
  });
  const lost = await env.DB.prepare(
    `select id from raw_events
where id in (select value from json_each(?1)) and processed_at is null and ${mark} is null
union all
select id from backfills
where id in (select value from json_each(?1)) and status = 'pending' and attempts = 0`,
  )
    .bind(JSON.stringify(ids))
    .all();
  expectThat(world, lost.results.length === 0, 'a message was acknowledged and its work not done');
}

/** One tick of the five-minute cron. The platform shows a tick that throws as failed; the next one comes. */
export async function tick(world: World, nowMs: number): Promise<void> {
  const isFaulty = world.faulty.hits.length;
  try {
    await world.faulty.during(() => onCron('*/5 * * * *', withLimits(world.faulty.env), nowMs));
  } catch (error) {
    expectThat(world, world.faulty.hits.length > isFaulty, `scheduled() threw: ${String(error)}`);
  }
}

/** Days later, when nothing of what is unfinished is in flight any more: the sweep of objects that no row names. */
export async function sweepDaysLater(world: World): Promise<void> {
  const hits = world.faulty.hits.length;
  try {
    await world.faulty.during(() =>
      onCron('30 3 * * *', withLimits(world.faulty.env), Date.now() + 2 * DAY_MS),
    );
  } catch (error) {
    expectThat(world, world.faulty.hits.length > hits, `scheduled() threw: ${String(error)}`);
  }
}

/** An outage that lasts until the queue has given up, while everybody tries on. */
export async function sitOut(world: World): Promise<void> {
  for (let i = 0; i <= MAX_RETRIES; i += 1) await consumeFrom(world);
  await consumeDeadLetters(world);
  for (const one of world.undelivered.splice(0)) await deliverTo(world, one);
  await tick(world, Date.now() + TICK_MS);
}

/** Lets the world go on, without faults, until nothing is left to do. */
export async function settle(world: World): Promise<void> {
  let nowMs = Date.now();
  for (let ticks = 0; ticks < TICKS_MAX; ticks += 1) {
    for (const ask of world.unanswered.splice(0)) {
      const response = await ask();
      expectThat(world, response.ok, `asked again, a route answered ${response.status}`);
    }
    for (const one of world.undelivered.splice(0)) await deliverTo(world, one);
    while (world.queue.length > 0) await consumeFrom(world);
    await consumeDeadLetters(world);
    if (await isAtRest(world)) return;
    nowMs += TICK_MS;
    await tick(world, nowMs);
  }
  expectThat(world, false, 'it never came to rest');
}

async function isAtRest(world: World): Promise<boolean> {
  if (world.queue.length + world.undelivered.length + world.deadLetters.length > 0) return false;
  const left = await env.DB.prepare(
    `select
  (select count(*) from raw_events where processed_at is null and (process_error is null or ${UNEXPECTED}))
  + (select count(*) from backfills where status = 'pending')
  + (select count(*) from erasures)
  + (select count(*) from terra_removals) as n`,
  ).first<number>('n');
  return left === 0;
}

/** Errors of rows that are neither done nor parked. */
const UNEXPECTED =
  "process_error not in ('no_connection_for_terra_user', 'no_lab_upload_for_upload_id', 'owner_conflict')";

/** Invariants of the whole database once everything is at rest; `isErased`: nothing need be left of it. */
export async function expectSound(world: World): Promise<void> {
  for (const key of world.acknowledged) await expectStored(world, key);
  const rows = await query('select dedup_key, processed_at, process_error from raw_events');
  for (const row of rows) {
    expectThat(
      world,
      row.processed_at !== null || row.process_error !== null,
      'a row is neither terminal nor parked with a reason',
    );
  }
  const keys = rows.map((row) => row.dedup_key);
  expectThat(world, new Set(keys).size === keys.length, 'a delivery was stored twice');
  const ahead = await query(
    TYPED.map(
      (table) =>
        `select t.user_id from ${table} t left join users u on u.id = t.user_id where u.clock is null or t.updated_at > u.clock`,
    ).join(' union all '),
  );
  expectThat(world, ahead.length === 0, 'a row is ahead of its person');
  const fates = await query('select status, error from backfills');
  for (const { status } of fates) expectThat(world, status === 'sent', `a backfill ended as ${status}`);
  const [objects, named] = [
    await keysOf(env.LAB_REPORTS),
    await query('select storage_key from lab_uploads'),
  ];
  for (const { storage_key } of named) {
    expectThat(world, objects.has(String(storage_key)), 'an upload without its file');
  }
}

const TYPED = ['daily_summary', 'sleep_sessions', 'activities', 'biomarkers_raw'];

/** R2 objects that no row names, by bucket. */
export async function orphans(): Promise<{ raw: string[]; lab: string[] }> {
  const raw = await query(
    `select payload_key as key from raw_events where payload_key is not null
union all
select fetched_key from raw_events where fetched_key is not null`,
  );
  const lab = await query('select storage_key as key from lab_uploads');
  const without = (keys: Set<string>, rows: readonly Row[]) => [
    ...keys.difference(new Set(rows.map(({ key }) => String(key)))),
  ];
  return {
    // What is noted of an erasure, by hashes alone, is meant to outlive every row.
    raw: without(await keysOf(env.RAW_PAYLOADS), raw).filter((key) => !key.startsWith('erasures/')),
    lab: without(await keysOf(env.LAB_REPORTS), lab),
  };
}

type Row = Record<string, string | number | null>;

async function query(sql: string): Promise<Row[]> {
  return (await env.DB.prepare(sql).all<Row>()).results;
}

async function keysOf(bucket: R2Bucket): Promise<Set<string>> {
  return new Set((await bucket.list()).objects.map(({ key }) => key));
}

/** What is compared, and how; times, counters and random ids are left out. */
const VIEWS = {
  ...Object.fromEntries(TYPED.map((table) => [table, `select * from ${table}`])),
  raw_events: `select event_type, terra_user_id, reference_id, provider, user_id, dedup_key, order_ms, ${PAYLOAD_TEXT} as payload,
  payload_key is not null as is_spilled, fetched_sha256, processed_at is not null as is_processed, process_error, resolved_at
from raw_events`,
  users: 'select id, email from users',
  terra_connections: `select user_id, terra_user_id, provider, reference_id, scopes, state, state_message,
  deactivated_at is null as is_active
from terra_connections`,
  backfills: `select user_id, terra_user_id, resource, start_date, end_date, import_id is null as is_of_auth,
  status, error, terra_reference
from backfills`,
  imports: 'select user_id, days, requests from imports',
  lab_uploads: 'select user_id, terra_status, terra_upload_id, terra_response, parsed_at from lab_uploads',
  lab_reports: 'select * from lab_reports',
  lab_sessions: 'select * from lab_sessions',
  biomarker_days: 'select user_id, source, draw_date, cells from biomarker_days',
  item_homes: 'select * from item_homes',
  tombstones: 'select user_id, table_name, key from tombstones',
  large_requests: 'select user_id, reference, expected_payloads from large_requests',
  erased_subjects: 'select subject_hash, kind from erased_subjects',
  profiles: 'select user_id, data from profiles',
};

export type State = Readonly<Record<string, readonly string[]>>;

/** Everything that is stored, as sorted lines. */
export async function stateNow(): Promise<State> {
  const answers = await env.DB.batch<Row>(Object.values(VIEWS).map((sql) => env.DB.prepare(sql)));
  const state: Record<string, string[]> = {};
  Object.keys(VIEWS).forEach((view, i) => {
    state[view] = (answers[i]?.results ?? [])
      .map(({ updated_at: _, ...row }) => JSON.stringify(row))
      .toSorted();
  });
  state.kv = (await env.CACHE.list()).keys.map(({ name }) => name).toSorted();
  return state;
}

/** An empty system. */
export async function forgetEverything(): Promise<void> {
  const tables = Object.keys(VIEWS).filter((table) => table !== 'users');
  await env.DB.batch(
    [...tables, 'trace_events', 'sweeps', 'erasures', 'terra_removals', 'users'].map((table) =>
      env.DB.prepare(`delete from ${table}`),
    ),
  );
  for (const bucket of [env.RAW_PAYLOADS, env.LAB_REPORTS]) await bucket.delete([...(await keysOf(bucket))]);
  for (const { name } of (await env.CACHE.list()).keys) await env.CACHE.delete(name);
}

/** A stored body, byte for byte; null when R2 answers none. */
async function readPayloadBytes(row: {
  readonly payload: string;
  readonly payload_key: string | null;
}): Promise<Uint8Array | null> {
  if (row.payload_key === null) return new TextEncoder().encode(row.payload);
  const object = await env.RAW_PAYLOADS.get(row.payload_key);
  return object === null ? null : new Uint8Array(await object.arrayBuffer());
}
