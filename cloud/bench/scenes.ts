import { FIXED_SECRETS } from '../dev/local/fixed-secrets.ts';
import { readStats } from '../dev/local/settle.ts';
import { bodiesBefore, bodiesOfRound, dailyOfBytes, KINDS, type Kind } from './bodies.ts';
import { deliverAll, eventIds, timed } from './load.ts';
import { READS, readContest } from './reads.ts';
import { type Contestant, interleaved, type Measured, type Rounds } from './rounds.ts';
import type { Runtime } from './runtime.ts';

import { measureStart, START_SCENE } from './start.ts';
import { measureWaits, WAITS_SCENE } from './waits.ts';

export type Contest = {
  /** As a line of the table names it. */
  readonly scene: string;
  /** What the figures are per. */
  readonly per: string;
  readonly measured: ReadonlyMap<string, Measured>;
  /** How the ratio of a floor's time to Amy's is to come out at least; null where nothing is asked. */
  readonly targets: Readonly<Record<string, number>>;
};

export type BenchOptions = {
  readonly amy: Runtime;
  readonly floor: Runtime;
  readonly isShort: boolean;
  readonly only: string;
  readonly rounds: Rounds;
};

const DELIVERIES = 200;
/** A batch of the queue, as large as wrangler.toml lets it be. */
const BATCH = 100;
const WEBHOOK = '/webhook/terra';

/** A scene measures contestants one after the other. */
type Scene = {
  readonly name: string;
  readonly hold: (options: BenchOptions) => Promise<readonly Contest[]>;
};

/** What the scene of counts is named: it takes no time, and has a table of its own. */
export const COUNTS_SCENE = 'counts';

/** Every scene of a form whose name has `only` in it. */
export function scenesOf({ isShort, only }: Pick<BenchOptions, 'isShort' | 'only'>): readonly Scene[] {
  const sizes = isShort ? [2_000] : [2_000, 20_000, 200_000];
  const clients = isShort ? [16] : [1, 16, 64];
  const webhooks = sizes.flatMap((bytes) =>
    clients.map((count): Scene => {
      const name = `webhook ${bytes / 1_000} KB, ${count} clients`;
      return { name, hold: async (options) => [await webhookContest(options, name, bytes, count)] };
    }),
  );
  const consumers = [null, ...(isShort ? [] : KINDS)].map((kind): Scene => {
    const name = `consumer ${kind ?? 'mix'}`;
    return { name, hold: async (options) => [await consumerContest(options, name, kind)] };
  });
  const reads = READS.map(
    (read): Scene => ({
      name: read.scene,
      hold: async (options) => [await readContest(options, read)],
    }),
  );
  const counts = { name: COUNTS_SCENE, hold: async () => [] };
  const waits = {
    name: WAITS_SCENE,
    hold: ({ rounds }: BenchOptions) => measureWaits(rounds.rounds, isShort),
  };
  const start = { name: START_SCENE, hold: ({ rounds }: BenchOptions) => measureStart(rounds) };
  return [...webhooks, ...consumers, ...reads, start, waits, counts].filter(({ name }) =>
    name.includes(only),
  );
}

async function webhookContest(
  { amy, floor, isShort, rounds }: BenchOptions,
  scene: string,
  bytes: number,
  clients: number,
): Promise<Contest> {
  const count = Math.max(clients, bytes > 100_000 ? DELIVERIES / 4 : isShort ? DELIVERIES / 2 : DELIVERIES);
  const contestant = (name: string, runtime: Runtime, path: string, first: number): Contestant => ({
    name,
    measure: async (round) => {
      const bodies = Array.from({ length: count }, (_, n) =>
        dailyOfBytes(bytes, first + (clients * 100 + round) * DELIVERIES + n),
      );
      return perPiece(await timed(runtime, () => deliverAll(runtime, path, bodies, clients)), count);
    },
  });
  const contestants = [
    contestant('amy', amy, WEBHOOK, 0),
    contestant('verify+insert+send', floor, '/send', 0),
    // No body of the other's: the second would be a duplicate.
    contestant('+parse+log', floor, '/parse', 10_000_000),
  ];
  const measured = await interleaved(contestants, rounds);
  return { scene, per: 'a delivery', measured, targets: { '+parse+log': bytes > 100_000 ? 0.9 : 0.95 } };
}

async function consumerContest(
  { amy, floor, rounds }: BenchOptions,
  scene: string,
  kind: Kind | null,
): Promise<Contest> {
  // Rounds of one scene are days of their own.
  const firstRound = (kind === null ? 0 : 1 + KINDS.indexOf(kind)) * 40;
  const store = async (runtime: Runtime, path: string, bodies: readonly Uint8Array[]) =>
    eventIds(await deliverAll(runtime, path, bodies, 16)).map((rawEventId, n) => ({
      rawEventId,
      bytes: bodies[n]?.byteLength ?? 0,
    }));
  const contestant = (name: string, runtime: Runtime, path: string, queue: string): Contestant => ({
    name,
    measure: async (round) => {
      // Both ways of the floor share a database: each has days of its own.
      const own = firstRound + round + (name === 'the plain way' ? 400 : 0);
      if (kind === null || kind === 'daily again')
        await runtime.consume(queue, await store(runtime, path, bodiesBefore(own)));
      const messages = await store(runtime, path, bodiesOfRound(own, kind));
      return perPiece(await timed(runtime, () => runtime.consume(queue, messages)), BATCH);
    },
  });
  const contestants = [
    contestant('amy', amy, WEBHOOK, 'terra-events'),
    contestant('bulk with cells', floor, '/parse', 'bulk'),
    contestant('the plain way', floor, '/parse', 'plain'),
  ];
  const measured = await interleaved(contestants, rounds);
  await refuseUnfinished(amy);
  const targets: Record<string, number> =
    kind === null ? { 'bulk with cells': 0.8, 'the plain way': 25 } : {};
  return { scene, per: 'an event', measured, targets };
}

/** A consumer that parks is fast: what it was given must have become rows. */
async function refuseUnfinished({ url, consumed }: Runtime): Promise<void> {
  const { normalized } = await readStats(url, FIXED_SECRETS.AMY_ADMIN_KEY);
  if (normalized !== consumed()) throw new Error(`of ${consumed()} events ${normalized} became rows`);
}

function perPiece({ wallMs, cpuMs }: { wallMs: number; cpuMs: number }, pieces: number) {
  return { wallMs: wallMs / pieces, cpuMs: cpuMs / pieces };
}
