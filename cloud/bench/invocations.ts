import { dayNumber } from '../dev/terra/calendar.ts';
import { labEvent } from '../dev/terra/labs/report.ts';
import { bodiesBefore, bodiesOfRound, dailyOfBytes, eventBody, personId, terraUser } from './bodies.ts';
import { jsonBytes, type Stack, store, take } from './stack.ts';

/** A call of the Worker of one kind: what must be there before, and the call alone. */
export type Invocation = {
  readonly name: string;
  readonly arrange?: (stack: Stack, turn: number) => Promise<unknown>;
  readonly act: (stack: Stack, turn: number, arranged: unknown) => Promise<unknown>;
};

export const EVERY_FIVE_MINUTES = '*/5 * * * *';
const EVERY_SIX_HOURS = '0 */6 * * *';
export const NIGHTLY = '30 3 * * *';

/** Rounds of bodies apart, so that no two calls are about the same days. */
const ROUND = 260;

/** A batch of the queue: the events are received before. */
function consumes(name: string, bodies: (turn: number) => readonly Uint8Array[]): Invocation {
  return {
    name,
    arrange: (stack, turn) => store(stack, bodies(turn)),
    act: (stack, _, messages) => stack.consume(messages as readonly unknown[]),
  };
}

function asks(name: string, as: string | null, method: string, path: string, body?: unknown): Invocation {
  return { name, act: (stack) => stack.ask(as, method, path, body) };
}

const PERSON = personId(1);

const WEBHOOKS: readonly Invocation[] = [
  { name: 'webhook: an event', act: (stack, turn) => stack.deliver(eventBody('new day', ROUND, turn, 1)) },
  {
    name: 'webhook: the same again',
    arrange: (stack, turn) => take(stack, [eventBody('new day', ROUND, turn, 1)]),
    act: (stack, turn) => stack.deliver(eventBody('new day', ROUND, turn, 1)),
  },
  { name: 'webhook: 20 KB', act: (stack, turn) => stack.deliver(dailyOfBytes(20_000, turn)) },
  {
    name: 'webhook: 1.2 MB, to R2',
    act: (stack, turn) => stack.deliver(dailyOfBytes(1_200_000, 1_000 + turn)),
  },
];

const CONSUMERS: readonly Invocation[] = [
  consumes('consumer: one event', (turn) => [eventBody('new day', ROUND + 1, turn, 1)]),
  consumes('consumer: a hundred events, the mix', (turn) => bodiesOfRound(ROUND + 2 + turn, null)),
  consumes('consumer: a device is connected', (turn) => [
    jsonBytes({ type: 'auth', status: 'success', user: terraUser(1), nth: turn }),
  ]),
  {
    name: 'consumer: ten requests for history go to Terra',
    arrange: async (stack, turn) => {
      await stack.sent();
      const bodies = [2, 3, 4].map((person) =>
        jsonBytes({ type: 'auth', user: terraUser(person), nth: turn }),
      );
      await take(stack, bodies);
      await stack.ask(PERSON, 'POST', '/v1/import', { days: 7 + turn });
      return (await stack.sent()).filter((one) => hasKey(one, 'backfillId')).slice(0, 10);
    },
    act: (stack, _, messages) => stack.consume(messages as readonly unknown[]),
  },
  {
    name: 'consumer: results of a lab',
    arrange: async (stack, turn) => {
      await stack.nextUpload(uploadOf(turn));
      await stack.ask(PERSON, 'POST', '/v1/labs/upload', labFile(turn));
      return store(stack, [labResults(turn)]);
    },
    act: (stack, _, messages) => stack.consume(messages as readonly unknown[]),
  },
  {
    name: 'consumer: ten dead letters',
    arrange: (stack, turn) => store(stack, bodiesBefore(ROUND + 30 + turn).slice(0, 10)),
    act: (stack, _, messages) => stack.consume(messages as readonly unknown[], 'terra-events-dlq'),
  },
];

const REQUESTS: readonly Invocation[] = [
  asks('sync: a first page', PERSON, 'GET', '/v1/sync'),
  {
    name: 'sync: nothing changed',
    arrange: async (stack) => (await stack.ask(PERSON, 'GET', '/v1/sync')).now,
    act: (stack, _, now) => stack.ask(PERSON, 'GET', `/v1/sync?since=${encodeURIComponent(String(now))}`),
  },
  {
    name: 'sync: one day changed',
    arrange: async (stack, turn) => {
      const { now } = await stack.ask(PERSON, 'GET', '/v1/sync');
      await take(stack, [eventBody('new day', ROUND + 40 + turn, 1, 1)]);
      return now;
    },
    act: (stack, _, now) => stack.ask(PERSON, 'GET', `/v1/sync?since=${encodeURIComponent(String(now))}`),
  },
  {
    name: '/v1/me',
    // Rows that no event counted yet are counted by the first.
    arrange: (stack) => stack.ask(PERSON, 'GET', '/v1/me'),
    act: (stack) => stack.ask(PERSON, 'GET', '/v1/me'),
  },
  asks('/v1/digest', PERSON, 'GET', '/v1/digest'),
  {
    name: 'import of 7 days',
    act: (stack, turn) => stack.ask(PERSON, 'POST', '/v1/import', { days: 30 + turn }),
  },
  {
    name: 'upload of a lab report',
    arrange: (stack, turn) => stack.nextUpload(uploadOf(1_000 + turn)),
    act: (stack, turn) => stack.ask(PERSON, 'POST', '/v1/labs/upload', labFile(1_000 + turn)),
  },
  ...['/admin/stats', '/admin/dlq', '/admin/silences', '/admin/traces', '/admin/metrics'].map((path) =>
    asks(path, null, 'GET', path),
  ),
  asks('/admin/events of a person', null, 'GET', `/admin/events?user_id=${PERSON}`),
  asks('/admin/user of a person', null, 'GET', `/admin/user/${PERSON}`),
  asks('/admin/drain', null, 'POST', '/admin/drain?limit=100'),
];

const CRONS: readonly Invocation[] = [
  { name: 'every five minutes: nothing new', act: (stack) => stack.tick(EVERY_FIVE_MINUTES) },
  {
    name: 'every five minutes: twenty events that lost their message',
    arrange: async (stack, turn) => {
      await store(stack, bodiesBefore(ROUND + 50 + turn).slice(0, 20));
      await stack.age(1);
    },
    act: (stack) => stack.tick(EVERY_FIVE_MINUTES),
  },
  { name: 'every six hours', act: (stack) => stack.tick(EVERY_SIX_HOURS) },
  {
    name: 'nightly: old bodies of forty people move',
    arrange: async (stack, turn) => {
      await take(stack, bodiesOfRound(ROUND + 20 + turn, 'sleep').slice(0, 10));
      await stack.age(8);
    },
    act: (stack) => stack.tick(NIGHTLY),
  },
  {
    name: 'nightly: nothing is old',
    // What a night leaves the next ticks take.
    arrange: (stack) => stack.tick(EVERY_FIVE_MINUTES),
    act: (stack) => stack.tick(NIGHTLY),
  },
];

const ERASURES: readonly Invocation[] = [
  {
    name: 'a person erases what is theirs',
    arrange: (stack, turn) => withEvents(stack, 10 + turn),
    act: (stack, turn) => stack.ask(personId(10 + turn), 'DELETE', '/v1/me'),
  },
  {
    name: 'the operator wipes a person',
    arrange: (stack, turn) => withEvents(stack, 30 + turn),
    act: (stack, turn) => stack.ask(null, 'POST', `/admin/user/${personId(30 + turn)}/wipe`, { force: true }),
  },
];

/** Every kind of call, in the order in which a deployment meets them; what one leaves the next one finds. */
export const INVOCATIONS: readonly Invocation[] = [
  ...WEBHOOKS,
  ...CONSUMERS,
  ...REQUESTS,
  ...CRONS,
  ...ERASURES,
];

function withEvents(stack: Stack, person: number): Promise<void> {
  return take(stack, [eventBody('sleep', ROUND + 55, person, 1)]);
}

function labFile(nth: number): FormData {
  const form = new FormData();
  form.set('file', new File([`%PDF-1.7\nreport ${nth}`], 'report.pdf', { type: 'application/pdf' }));
  return form;
}

function uploadOf(nth: number): string {
  return `upl_bench_${nth}`;
}

function labResults(nth: number): Uint8Array {
  const report = {
    uploadId: uploadOf(nth),
    sessionId: `00000000-0000-4000-9000-${String(nth).padStart(12, '0')}`,
    referenceId: PERSON,
    day: dayNumber('2026-02-01') + nth,
    seed: nth + 1,
    omitUploadId: false,
  };
  return jsonBytes(labEvent(report, 'completed-layered'));
}

function hasKey(value: unknown, key: string): boolean {
  return typeof value === 'object' && value !== null && key in value;
}
