import { env } from 'cloudflare:test';
import { reconcilePerson } from '../../src/connections/reconcile.ts';
import { sha256Hex } from '../../src/digest.ts';
import { asUserId } from '../../src/ids.ts';
import { HOUR_MS } from '../../src/limits.ts';
import { day, event, night, terraUser, type Who, workout } from './events.ts';
import {
  consumeDeadLetters,
  consumeFrom,
  deliverTo,
  insist,
  type State,
  settle,
  spilled,
  sweepDaysLater,
  tick,
  type World,
  webhook,
} from './fault-world.ts';
import { BUCKET_URL, type Fault } from './faulty-env.ts';
import { completed } from './lab-events.ts';
import { formWith, PDF, uploadForm } from './lab-files.ts';
import { asOperator, asPerson } from './stack.ts';

/** One way through the Worker. */
export type FaultPath = {
  readonly name: string;
  /** What was there before, without faults. */
  readonly prepare?: (world: World) => Promise<unknown>;
  /** The way itself, in which something fails. */
  readonly act: (world: World) => Promise<unknown>;
  /** What others do once it is over, without faults. */
  readonly afterwards?: (world: World) => Promise<unknown>;
  /** What of the state is the same with and without a fault; all of it where not said. */
  readonly view?: (state: State, fault: Fault, call: string) => unknown;
};

const ANNA: Who = { user: 'user_anna', terraId: 'terra-anna', provider: 'OURA' };
const RING: Who = { user: 'user_anna', terraId: 'terra-anna-ring', provider: 'GARMIN' };
const BERT: Who = { user: 'user_bert', terraId: 'terra-bert', provider: 'OURA' };
const REPORT = { uploadId: 'upl-1', sessionId: 'session-1' };

const DAILY = event('daily', ANNA, [day({ steps: 4_000, restingHeartRate: 50 })]);
const AUTH = { type: 'auth', status: 'success', user: terraUser(RING) };
const BODY = event('body', BERT, [
  {
    metadata: { start_time: '2026-03-02T00:00:00+01:00', end_time: '2026-03-02T23:59:59+01:00' },
    measurements_data: {
      measurements: [{ measurement_time: '2026-03-02T08:00:00+01:00', weight_kg: 71 }],
    },
  },
]);

/** Stored and in the queue. */
async function store(world: World, body: unknown, orderingMs = 1_000): Promise<number> {
  return (await deliverTo(world, webhook(body, orderingMs))) ?? 0;
}

/** Stored and consumed, whatever it caused too. */
async function take(world: World, body: unknown, orderingMs = 1_000): Promise<number> {
  const id = await store(world, body, orderingMs);
  await settle(world);
  return id;
}

/** Stored, and its message lost. */
async function storeUnsent(world: World, body: unknown, orderingMs = 1_000): Promise<void> {
  await store(world, body, orderingMs);
  world.queue.length = 0;
}

async function terraAnswers(world: World): Promise<void> {
  await world.terra.answers('/', 200, { status: 'success', reference: 'ref' }, { times: 1_000 });
  await world.terra.answers('/userInfo', 200, [terraUser(RING)], { times: 1_000 });
  for (const upload_id of ['upl-3', 'upl-2', 'upl-1'])
    await world.terra.answers('/lab-reports', 202, { upload_id });
}

function upload(world: World, user: string): Promise<void> {
  return insist(world, (used) => uploadForm(user, formWith(PDF), used));
}

/** Six kinds of events of two people; one more waits for what they bring. */
async function storeMixedBatch(world: World): Promise<void> {
  await terraAnswers(world);
  await upload(world, BERT.user);
  await take(world, event('sleep', ANNA, [night({ asleep: 20_000, score: 70 })]), 1);
  await take(world, event('activity', BERT, [workout()]), 2);
  await take(world, { ...event('daily', RING, [day({ stress: 9 })]), user: ownerless(RING) }, 3);
  await store(world, DAILY, 4);
  await store(
    world,
    event('sleep', ANNA, [night({ start: '2026-03-01T22:00:00+01:00', asleep: 21_000 })]),
    5,
  );
  await store(world, event('activity', BERT, [workout({ uploadType: 4 })]), 6);
  await store(world, BODY, 7);
  await store(world, AUTH, 8);
  await store(world, completed(REPORT, undefined, { event_id: 'report-1' }), 9);
}

function ownerless({ terraId, provider }: Who): Record<string, unknown> {
  return { user_id: terraId, provider, reference_id: null };
}

/** Terra has read every file it took. */
async function deliverResults(world: World): Promise<void> {
  const taken = await world.terra.calls('/lab-reports');
  for (const [i] of taken.entries()) {
    const of = { uploadId: `upl-${i + 1}`, sessionId: `session-${i + 1}` };
    await store(world, completed(of, undefined, { event_id: of.uploadId }), 50);
  }
}

export const FAULT_PATHS: readonly FaultPath[] = [
  { name: 'webhook', act: (world) => store(world, DAILY) },
  { name: 'webhook, spilled', act: (world) => store(world, spilled(DAILY)) },
  {
    name: 'webhook, duplicate',
    prepare: (world) => take(world, DAILY),
    act: (world) => store(world, DAILY),
  },
  {
    name: 'webhook, spilled duplicate',
    prepare: (world) => take(world, spilled(DAILY)),
    act: (world) => store(world, spilled(DAILY)),
  },
  {
    name: 'webhook, refused',
    async act(world) {
      await deliverTo(world, webhook([], 1));
      world.undelivered.length = 0;
    },
  },
  {
    name: 'consumer, one event',
    prepare: (world) => store(world, DAILY),
    act: (world) => consumeFrom(world),
  },
  {
    name: 'consumer, spilled event',
    prepare: (world) => store(world, spilled(DAILY)),
    act: (world) => consumeFrom(world),
  },
  { name: 'consumer, mixed batch', prepare: storeMixedBatch, act: (world) => consumeFrom(world) },
  {
    name: 'consumer, parked',
    prepare: (world) => store(world, { ...DAILY, user: ownerless(ANNA) }),
    act: (world) => consumeFrom(world),
    afterwards: async (world) => {
      await terraAnswers(world);
      await take(world, { ...AUTH, user: terraUser(ANNA) }, 9);
    },
  },
  {
    name: 'consumer, erased',
    async prepare(world) {
      await store(world, spilled(DAILY));
      await env.DB.prepare("insert into erased_subjects values (?, 'terra_user', '2026-01-01T00:00:00.000Z')")
        .bind(sha256Hex(ANNA.terraId))
        .run();
      world.acknowledged.clear();
    },
    act: (world) => consumeFrom(world),
  },
  {
    name: 'replay',
    async prepare(world) {
      await take(world, event('sleep', ANNA, [night({ asleep: 20_000 })]), 1);
      await take(world, DAILY, 2);
    },
    async act(world) {
      const id = await env.DB.prepare("select id from raw_events where event_type = 'sleep'").first('id');
      const post = { method: 'POST' };
      await insist(world, (used) => asOperator(`/admin/raw-events/${id}/replay`, { ...post, env: used }));
      await consumeFrom(world);
    },
  },
  {
    name: 'backfill',
    async prepare(world) {
      await terraAnswers(world);
      await store(world, AUTH);
      await consumeFrom(world);
    },
    act: (world) => consumeFrom(world),
  },
  {
    name: 'lab upload',
    prepare: terraAnswers,
    act: (world) => upload(world, ANNA.user),
    afterwards: deliverResults,
    // Who asks again makes another upload; what counts is that one is parsed, and its values are there.
    view: (state, fault, call) => ({
      biomarkers: state.biomarkers_raw,
      isParsed: state.lab_uploads?.some((line) => line.includes('"parsed"')),
      // An answer of Terra that reached us is not lost by one stumble of the database.
      isOwned:
        fault?.lasts === 'once' && call.startsWith('DB')
          ? state.raw_events?.every((line) => line.includes(ANNA.user))
          : true,
    }),
  },
  {
    name: 'lab result',
    async prepare(world) {
      await terraAnswers(world);
      await upload(world, ANNA.user);
    },
    async act(world) {
      await store(world, completed(REPORT, undefined, { event_id: 'report-1' }), 9);
      await consumeFrom(world);
    },
  },
  {
    name: 'ping',
    async prepare(world) {
      await world.terra.answers('/object', 200, DAILY);
      await store(world, { type: 's3_payload', url: `${BUCKET_URL}/object?signature=1`, expires_in: 300 });
    },
    act: (world) => consumeFrom(world),
  },
  {
    name: 'import',
    async prepare(world) {
      await terraAnswers(world);
      await take(world, { ...AUTH, user: terraUser(ANNA) });
      await take(world, { ...event('daily', RING, [day({ steps: 1 })]), user: ownerless(RING) });
    },
    act: (world) =>
      insist(world, (used) =>
        asPerson(ANNA.user, '/v1/import', { method: 'POST', body: '{"days":30}', env: used }),
      ),
    afterwards: (world) => reconcilePerson(world.faulty.env, asUserId(ANNA.user), Date.now()),
    // Who asks again imports again; where Terra did not answer, a connection that is to come is not asked.
    view: ({ imports: _imports, backfills: _backfills, ...state }) => state,
  },
  {
    name: 'drain',
    async prepare(world) {
      await storeUnsent(world, DAILY, 1);
      await storeUnsent(world, spilled(BODY), 2);
    },
    act: (world) => tick(world, Date.now() + HOUR_MS),
  },
  {
    name: 'outbox sweep',
    async prepare(world) {
      await terraAnswers(world);
      await store(world, AUTH);
      await consumeFrom(world);
      world.queue.length = 0;
    },
    act: (world) => tick(world, Date.now() + HOUR_MS),
  },
  {
    name: 'orphan sweep',
    async prepare(world) {
      await take(world, spilled(DAILY), 1);
      for (const key of ['raw-events/1.json', 'fetched/0.json']) await env.RAW_PAYLOADS.put(key, 'x');
      await env.LAB_REPORTS.put('lab-uploads/user_anna/1.pdf', 'x');
    },
    act: (world) => sweepDaysLater(world),
  },
  {
    name: 'dead letters',
    async prepare(world) {
      await terraAnswers(world);
      await store(world, AUTH, 1);
      await consumeFrom(world);
      await store(world, DAILY, 2);
      world.deadLetters.push(...world.queue.splice(0));
    },
    act: (world) => consumeDeadLetters(world),
  },
  {
    name: 'wipe',
    async prepare(world) {
      await terraAnswers(world);
      await take(world, { ...AUTH, user: terraUser(ANNA) }, 1);
      await take(world, spilled(DAILY), 2);
      await upload(world, ANNA.user);
      await take(world, BODY, 3);
      await storeUnsent(world, event('sleep', ANNA, [night()]), 4);
      for (const name of ['idempotency:user_anna:1', 'cache:user_anna:me']) await env.CACHE.put(name, 'x');
      world.acknowledged.clear();
    },
    act: (world) =>
      insist(world, (used) => asOperator('/admin/user/user_anna/wipe', { method: 'POST', env: used })),
  },
];
