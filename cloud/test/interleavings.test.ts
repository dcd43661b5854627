import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { isoTime } from '../src/clock.ts';
import { asTerraUploadId, asUserId, type RawEventId } from '../src/ids.ts';
import { drain } from '../src/queue/drain.ts';
import type { EventMessage } from '../src/queue/messages.ts';
import { storeUploadAnswerStatements } from '../src/store/lab-upload-answers.ts';
import { storeNewLabUploadStatements } from '../src/store/lab-uploads.ts';
import { releaseForLabUploadsStatements } from '../src/store/releases.ts';
import { runAll } from '../src/store/statements.ts';
import { admitPerson } from '../src/store/users.ts';
import { day, event, night, terraUser, workout } from './support/events.ts';
import { emptyEverything } from './support/prove.ts';
import { checkPeople, readStored } from './support/prove-checks.ts';
import { consume, deliver, envWithOutbox, rawEvent } from './support/stack.ts';
import { steppedEnv } from './support/stepped-env.ts';
import { isTried, type Volume, volume } from './support/volume.ts';
import { erase } from './support/whole-person.ts';

/**
 * A consumer waits for somebody else only where it calls the database or R2. Here another one does all of its
 * work at every one of these points in turn, and the end is the reference's each time.
 */

const WHO = { user: 'user_0', terraId: 'device-0', provider: 'OURA' };
const UPLOAD = asTerraUploadId('upload-0');
const { reference_id: _, ...NOBODY } = terraUser(WHO);

const START_MS = Date.UTC(2026, 2, 1);

/** `orderingMs` counts from `START_MS`. */
type Told = readonly [orderingMs: number, body: Record<string, unknown>];

/** What one consumer has to do: its batch, told before either begins. */
type Batch = readonly Told[];

const AUTH = { type: 'auth', status: 'success', user: terraUser(WHO) };
const NIGHT = night({ asleep: 20_000, score: 70 });
const LONGER = night({ id: 'night-2', start: '2026-03-02T01:00:00+01:00', asleep: 21_000, score: 90 });
const MOVED = night({
  asleep: 20_000,
  start: '2026-03-03T01:00:00+01:00',
  end: '2026-03-03T07:00:00+01:00',
});
const RUN_MOVED = workout({ start: '2026-03-02T19:00:00+01:00', distance: 5 });
const RUN_THERE = workout({ id: 'run-2', start: '2026-03-02T19:00:00+01:00', distance: 7 });
const GLUCOSE = { biomarker: 'glucose', value: 90, unit: 'mg/dL', collection_date: '2026-02-01' };

const PAIRS: readonly (readonly [name: string, before: Batch, one: Batch, other: Batch])[] = [
  [
    'a revised night and a longer one of its date',
    [[1, event('sleep', WHO, [NIGHT])]],
    [[3, event('sleep', WHO, [night({ asleep: 20_000, score: 75 })])]],
    [[2, event('sleep', WHO, [LONGER])]],
  ],
  [
    'a night that moves to another date and a day of the old one',
    [[1, event('sleep', WHO, [NIGHT])]],
    [[3, event('sleep', WHO, [MOVED])]],
    [[2, event('daily', WHO, [day({ steps: 100 })])]],
  ],
  [
    'two revisions of a day that know different columns',
    [],
    [[2, event('daily', WHO, [day({ steps: 100 })])]],
    [[1, event('daily', WHO, [day({ steps: 50, stress: 20 })])]],
  ],
  [
    'an activity that moves and one that starts where it goes',
    [[1, event('activity', WHO, [workout({ distance: 1 })])]],
    [[2, event('activity', WHO, [RUN_MOVED])]],
    [[3, event('activity', WHO, [RUN_THERE])]],
  ],
  [
    'a deletion and a revision from before it',
    [],
    [[3, event('activity', WHO, [workout({ uploadType: 4 })])]],
    [[2, event('activity', WHO, [RUN_MOVED])]],
  ],
  [
    'an auth and data that waits for it',
    [],
    [[1, AUTH]],
    [
      [2, { type: 'daily', user: NOBODY, data: [day({ steps: 77 })] }],
      [3, { type: 'deauth', user: NOBODY }],
    ],
  ],
  ['an auth and a deauth', [], [[1, AUTH]], [[2, { type: 'deauth', user: terraUser(WHO) }]]],
  [
    'whole batches over the same keys',
    [[1, event('sleep', WHO, [NIGHT])]],
    [
      [4, event('sleep', WHO, [LONGER, MOVED])],
      [5, event('activity', WHO, [RUN_MOVED, RUN_THERE])],
      [2, event('daily', WHO, [day({ steps: 1 })])],
    ],
    [
      [3, event('daily', WHO, [day({ steps: 2, restingHeartRate: 50 })])],
      [6, event('sleep', WHO, [night({ asleep: 30_000 })])],
      [7, event('activity', WHO, [workout({ uploadType: 4 })])],
    ],
  ],
];

/** Small enough that every payload is in R2: its reads are points to wait at, too. */
const STORED_APART = { ...env, INLINE_PAYLOAD_BYTES: '1' };

async function store(batch: Batch): Promise<EventMessage[]> {
  const messages: EventMessage[] = [];
  for (const [orderingMs, body] of batch) {
    const response = await deliver(body, {
      orderingMs: START_MS + orderingMs,
      env: envWithOutbox(STORED_APART).env,
    });
    messages.push({ rawEventId: (await response.json<{ raw_event_id: RawEventId }>()).raw_event_id });
  }
  return messages;
}

/** Does `work` with `meanwhile` at its n-th call; answers how many calls it made and whether the n-th came. */
async function interrupted(
  n: number,
  work: (used: Env) => Promise<unknown>,
  meanwhile: () => Promise<unknown>,
): Promise<{ calls: number; wasReached: boolean; sent: EventMessage[] }> {
  const { env: base, outbox } = envWithOutbox();
  let wasReached = false;
  const stepped = steppedEnv(base, async (call, perform) => {
    if (call === n) {
      wasReached = true;
      await meanwhile();
    }
    return perform();
  });
  await work(stepped.env);
  return { calls: stepped.calls(), wasReached, sent: outbox.messages as EventMessage[] };
}

/** The share of the calls that the suite tries, all of `npm run prove -- --of interleavings`. */
const SHARE = volume({ runs: 50, seed: 20_260_301 });

/** `scene` at calls of the work it interrupts, until it answers that there is no such call; how many there were. */
async function atCalls(
  scene: (n: number) => Promise<boolean>,
  { runs, seed }: Volume = SHARE,
): Promise<number> {
  let calls = 0;
  for (let n = 0; ; n += 1) {
    if (!isTried({ runs, seed }, n)) continue;
    await emptyEverything();
    if (!(await scene(n))) return calls;
    calls = n + 1;
  }
}

/** What a queue does with messages that came back or were sent: hands them out again until none is left. */
async function consumeAll(messages: readonly EventMessage[]): Promise<void> {
  const queue = [...messages];
  for (let rounds = 0; queue.length > 0; rounds += 1) {
    if (rounds > 10) throw new Error('messages are retried for ever');
    const { env: used, outbox } = envWithOutbox();
    const batch = queue.splice(0);
    const { retried } = await consume(batch, used);
    queue.push(...retried.flatMap((position) => batch.slice(position, position + 1)));
    queue.push(...events(outbox.messages));
  }
}

function events(messages: readonly object[]): EventMessage[] {
  return messages.filter((message): message is EventMessage => 'rawEventId' in message);
}

/** One consumer at work, the other at its n-th call: both ways round. */
async function twoConsumers(n: number, before: Batch, outer: Batch, inner: Batch): Promise<boolean> {
  await consumeAll(await store(before));
  const [a, b] = [await store(outer), await store(inner)];
  const left: EventMessage[] = [];
  const work = (batch: EventMessage[]) => async (used: Env) => {
    const { retried } = await consume(batch, used);
    left.push(...retried.flatMap((position) => batch.slice(position, position + 1)));
  };
  const second = envWithOutbox();
  const { wasReached, sent } = await interrupted(n, work(a), () => work(b)(second.env));
  if (!wasReached) await work(b)(second.env);
  await consumeAll([...left, ...events(sent), ...events(second.outbox.messages)]);
  await checkPeople(await readStored(), new Set());
  for (const { rawEventId } of [...a, ...b]) {
    expect(await rawEvent(rawEventId)).toMatchObject({ process_error: null });
  }
  return wasReached;
}

/** Every pair is played through some eight times, both ways round. */
const TIMEOUT_MS = 60_000;

describe('two consumers', { timeout: TIMEOUT_MS }, () => {
  it.each(PAIRS)('%s: the same rows whenever the other comes', async (_name, before, one, other) => {
    expect(await atCalls((n) => twoConsumers(n, before, one, other))).toBeGreaterThan(3);
    // The other half of the calls where the suite tries half of them.
    const others = { ...SHARE, seed: SHARE.seed + 1 };
    expect(await atCalls((n) => twoConsumers(n, before, other, one), others)).toBeGreaterThan(2);
  });

  it('of the same message do its work once', async () => {
    const points = await atCalls(async (n) => {
      const [message] = await store([[1, AUTH]]);
      if (message === undefined) throw new Error('nothing was stored');
      const { wasReached } = await interrupted(
        n,
        (used) => consume([message], used),
        () => consume([message]),
      );
      await checkPeople(await readStored(), new Set());
      expect((await rawEvent(message.rawEventId)).attempts).toBe(1);
      const { results } = await env.DB.prepare('select id from backfills').all();
      expect(results).toHaveLength(4);
      return wasReached;
    });
    expect(points).toBeGreaterThan(3);
  });

  it('a commit that comes second is rolled back, looked up again and right at once', async () => {
    const twoNights = async () => {
      await emptyEverything();
      return [
        await store([[2, event('sleep', WHO, [NIGHT])]]),
        await store([[1, event('sleep', WHO, [LONGER])]]),
      ] as const;
    };
    const [first] = await twoNights();
    const alone = await interrupted(
      -1,
      (used) => consume(first, used),
      async () => {},
    );
    const [one, other] = await twoNights();
    const raced = await interrupted(
      alone.calls - 1,
      (used) => consume(one, used),
      () => consume(other),
    );
    expect(raced.calls).toBe(alone.calls + 2);
    await checkPeople(await readStored(), new Set());
  });
});

async function takeUpload(): Promise<EventMessage[]> {
  await admitPerson(env.DB, { userId: asUserId(WHO.user), issuedAtMs: 0, sessionId: null, email: null }, 0);
  const now = isoTime(Date.now());
  const about = { userId: asUserId(WHO.user), id: 'report-0' };
  const answer = { terraStatus: 'submitted', terraUploadId: UPLOAD, terraResponse: '{}' };
  const answers = await runAll<{ id: RawEventId }>(env.DB, [
    ...storeNewLabUploadStatements({ ...about, storageKey: 'report-0', originalName: null, sha256: '' }, now),
    ...storeUploadAnswerStatements({ ...about, ...answer }, now),
    ...releaseForLabUploadsStatements([UPLOAD], now, now),
  ]);
  return (answers.at(-1)?.results ?? []).map(({ id }) => ({ rawEventId: id }));
}

describe('a consumer', { timeout: TIMEOUT_MS }, () => {
  it('and the upload its report waits for do not miss each other', async () => {
    const points = await atCalls(async (n) => {
      const report = await store([[1, { upload_id: UPLOAD, data: [{ results: [GLUCOSE] }] }]]);
      const released: EventMessage[] = [];
      const { wasReached } = await interrupted(
        n,
        (used) => consume(report, used),
        async () => released.push(...(await takeUpload())),
      );
      if (!wasReached) released.push(...(await takeUpload()));
      await consumeAll(released);
      const stored = await readStored();
      await checkPeople(stored, new Set());
      expect(stored.tables.biomarkers_raw).toHaveLength(1);
      expect(stored.tables.lab_uploads).toMatchObject([{ terra_status: 'parsed' }]);
      return wasReached;
    });
    expect(points).toBeGreaterThan(3);
  });

  const history: Batch = [
    [1, AUTH],
    [1, event('sleep', WHO, [NIGHT])],
  ];
  const late: Batch = [
    [2, { type: 'daily', user: NOBODY, data: [day({ steps: 1 })] }],
    [2, event('activity', WHO, [workout()])],
  ];

  it('brings nothing back of a person who is wiped meanwhile', async () => {
    const points = await atCalls(async (n) => {
      await consumeAll(await store(history));
      const batch = await store(late);
      const wipe = () => erase(WHO.user);
      const { wasReached } = await interrupted(n, (used) => consume(batch, used), wipe);
      if (!wasReached) await wipe();
      await checkPeople(await readStored(), new Set([WHO.user]));
      return wasReached;
    });
    expect(points).toBeGreaterThan(3);
  });

  it('leaves nothing where it works in the middle of a wipe', async () => {
    const points = await atCalls(async (n) => {
      await consumeAll(await store(history));
      const batch = await store(late);
      const { wasReached } = await interrupted(
        n,
        (used) => erase(WHO.user, used),
        () => consumeAll(batch),
      );
      await checkPeople(await readStored(), new Set([WHO.user]));
      return wasReached;
    });
    expect(points).toBeGreaterThan(3);
  });
});

describe('two drains at once', { timeout: TIMEOUT_MS }, () => {
  const LATER_MS = 3_600_000;

  async function backlog(): Promise<number[]> {
    const messages = await store(
      [1, 2, 3, 4].map((n): Told => [n, event('daily', WHO, [day({ steps: n })])]),
    );
    const ids = messages.map(({ rawEventId }) => rawEventId);
    await env.DB.prepare(
      "update raw_events set attempts = 2, process_error = 'it broke' where id in (?1, ?2)",
    )
      .bind(ids[0], ids[1])
      .run();
    return ids;
  }

  it('take every row once, whenever the second comes', async () => {
    const points = await atCalls(async (n) => {
      const ids = await backlog();
      const second = envWithOutbox();
      const nowMs = Date.now() + LATER_MS;
      const { wasReached, sent } = await interrupted(
        n,
        (used) => drain(used, nowMs),
        () => drain(second.env, nowMs),
      );
      const taken = [...sent, ...events(second.outbox.messages)].map(({ rawEventId }) => rawEventId);
      expect(taken.toSorted((a, b) => a - b)).toEqual(ids);
      return wasReached;
    });
    expect(points).toBeGreaterThan(1);
  });

  it('take every row once when they run side by side', async () => {
    await emptyEverything();
    const ids = await backlog();
    const drains = [envWithOutbox(), envWithOutbox(), envWithOutbox()];
    await Promise.all(drains.map((one) => drain(one.env, Date.now() + LATER_MS)));
    const taken = drains.flatMap(({ outbox }) => events(outbox.messages)).map(({ rawEventId }) => rawEventId);
    expect(taken.toSorted((a, b) => a - b)).toEqual(ids);
  });
});
