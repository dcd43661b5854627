import { historyBody, personId } from './bodies.ts';
import { askAs } from './counted-stack.ts';
import { deliverAll, eventIds, timed } from './load.ts';
import { type Contestant, interleaved } from './rounds.ts';
import type { Runtime } from './runtime.ts';
import type { BenchOptions, Contest } from './scenes.ts';

/** What a person's machine asks the server for. */
type Read = {
  readonly scene: string;
  /** From when on changes are asked for; null of what is no sync. */
  readonly since: 'never' | 'the last sync' | 'a day ago' | null;
};

export const READS: readonly Read[] = [
  { scene: 'sync, first', since: 'never' },
  { scene: 'sync, no change', since: 'the last sync' },
  { scene: 'sync, one day', since: 'a day ago' },
  { scene: '/v1/me', since: null },
];

/** People who have a year of two months each an event; few, since each may ask only so often a minute. */
const PEOPLE = [45, 46, 47, 48, 49];
const MONTHS = 12;
const DAYS = 28;
/** Days of the people here, apart from those of the other scenes. */
const FIRST_DAY = 2_800;
const TYPES = ['daily', 'sleep', 'activity', 'body'] as const;

const filled = new WeakSet<Runtime>();

export async function readContest(
  { amy, floor, rounds }: BenchOptions,
  { scene, since }: Read,
): Promise<Contest> {
  await fill(amy, '/webhook/terra', 'terra-events');
  await fill(floor, '/parse', 'bulk');
  const own = contestant('amy', amy, {
    marks: async (person) => String((await askAs(amy, personId(person), 'GET', '/v1/sync?limit=5000')).now),
    news: (round) => consumeDay(amy, '/webhook/terra', 'terra-events', round),
    read: async (person, mark) => {
      if (since === null) await askAs(amy, personId(person), 'GET', '/v1/me');
      else {
        const from = since === 'never' ? '' : `&since=${encodeURIComponent(mark)}`;
        await askAs(amy, personId(person), 'GET', `/v1/sync?limit=5000${from}`);
      }
    },
    since,
  });
  const rows = contestant('the same rows', floor, {
    marks: async () => new Date().toISOString(),
    news: (round) => consumeDay(floor, '/parse', 'bulk', round),
    read: async (person, mark) => {
      const from = since === 'never' ? '' : mark;
      await got(`${floor.url}/sync?user=${personId(person)}&since=${encodeURIComponent(from)}`);
    },
    since,
  });
  const hello: Contestant = {
    name: 'hello',
    measure: async () => perPerson(await timed(floor, () => each(() => got(`${floor.url}/hello`)))),
  };
  const contestants = since === null ? [own, hello] : [own, rows, hello];
  const measured = await interleaved(contestants, rounds);
  return { scene, per: 'a request', measured, targets: {} };
}

type Asking = {
  /** A moment after which nothing has changed yet. */
  readonly marks: (person: number) => Promise<string>;
  readonly news: (round: number) => Promise<void>;
  readonly read: (person: number, mark: string) => Promise<void>;
  readonly since: Read['since'];
};

function contestant(name: string, runtime: Runtime, { marks, news, read, since }: Asking): Contestant {
  const known = new Map<number, string>();
  return {
    name,
    measure: async (round) => {
      if (since === 'a day ago' || (since === 'the last sync' && known.size === 0))
        for (const person of PEOPLE) known.set(person, await marks(person));
      if (since === 'a day ago') await news(round);
      return perPerson(await timed(runtime, () => each((person) => read(person, known.get(person) ?? ''))));
    },
  };
}

async function each(work: (person: number) => Promise<unknown>): Promise<void> {
  for (const person of PEOPLE) await work(person);
}

function perPerson({ wallMs, cpuMs }: { wallMs: number; cpuMs: number }) {
  return { wallMs: wallMs / PEOPLE.length, cpuMs: cpuMs / PEOPLE.length };
}

async function got(url: string): Promise<void> {
  const answer = await fetch(url);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`${url} was answered ${answer.status}`);
}

/** A year of each person, once in a run. */
async function fill(runtime: Runtime, path: string, queue: string): Promise<void> {
  if (filled.has(runtime)) return;
  filled.add(runtime);
  for (let month = 0; month < MONTHS; month += 1)
    await consumeAll(
      runtime,
      path,
      queue,
      TYPES.flatMap((type) =>
        PEOPLE.map((person) => historyBody(person, type, FIRST_DAY + month * DAYS, DAYS)),
      ),
    );
}

async function consumeDay(runtime: Runtime, path: string, queue: string, nth: number): Promise<void> {
  const day = FIRST_DAY + MONTHS * DAYS + nth;
  await consumeAll(
    runtime,
    path,
    queue,
    PEOPLE.map((person) => historyBody(person, 'daily', day, 1)),
  );
}

async function consumeAll(runtime: Runtime, path: string, queue: string, bodies: readonly Uint8Array[]) {
  const ids = eventIds(await deliverAll(runtime, path, bodies, 4));
  await runtime.consume(
    queue,
    ids.map((rawEventId, n) => ({ rawEventId, bytes: bodies[n]?.byteLength ?? 0 })),
  );
}
