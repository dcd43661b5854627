import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { randomFrom } from '../dev/terra/random.ts';
import { erasePerson } from '../src/erasure/erase-person.ts';
import { asUserId } from '../src/ids.ts';
import { FAULT_PATHS, type FaultPath } from './support/fault-paths.ts';
import { forgetEverything, newWorld, settle, sweepDaysLater, type World } from './support/fault-world.ts';
import type { Fault } from './support/faulty-env.ts';
import { insertRaw } from './support/raw-rows.ts';
import type { Call } from './support/terra-server.ts';
import { placesOf } from './support/whole-person.ts';

/**
 * On every way through the Worker its person is erased, whole, right before a call has its effect or right after;
 * then the way goes on, or its isolate is gone. Nothing of them is left, and Terra is asked for nothing more of
 * theirs but deletions. `npm run faults` tries all of it, the suite a sample.
 */
const { env: vite } = import.meta as unknown as { env: { MODE: string } };
const IS_WHOLE = vite.MODE === 'faults';
const SHARE = IS_WHOLE ? 1 : 0.01;
const SEED = 20_261_128;
/** More calls than any way has. */
const CALLS_MAX = 40;
const random = randomFrom(SEED);

/** Ways that are an erasure themselves, or nobody's: of a Terra id without a connection nobody knows that it is hers. */
const NOBODYS = ['wipe', 'consumer, erased', 'consumer, parked', 'orphan sweep', 'webhook, refused'];
const PATHS = FAULT_PATHS.filter(({ name }) => !NOBODYS.includes(name));

const ANNA = 'user_anna';
/** Her ids as they stand in a row's JSON, and in the JSON of a body inside it. */
const HERS = [ANNA, 'terra-anna"', 'terra-anna\\"'];
const RING = 'terra-anna-ring';
/** In this way only the list that is asked for tells that the ring is hers. */
const RING_IS_UNKNOWN = 'import';

const total = { erasures: 0 };

type Interruption = {
  readonly nth: number;
  readonly when: Fault['when'];
  /** Whether the way goes on after the erasure, or is gone. */
  readonly isGone: boolean;
};

const SHAPES = (['before', 'after'] as const).flatMap((when) =>
  [false, true].map((isGone) => ({ when, isGone })),
);

/** Walks the way; answers its calls, and what was wrong afterwards. */
async function run(path: FaultPath, interruption: Interruption | null) {
  await forgetEverything();
  const world = newWorld();
  await world.terra.answers('/lab-reports?upload_id=', 200, { sessions: [] });
  // Where no event is left at all the sweep of objects judges nothing.
  await insertRaw({ terra_user_id: 'terra-bert', processed_at: '2026-03-01 10:00:00.000' });
  await path.prepare?.(world);
  const { faulty, terra } = world;
  let askedBefore: readonly Call[] = [];
  if (interruption === null) faulty.inject(null);
  else {
    const { nth, when, isGone } = interruption;
    faulty.inject(isGone ? { nth, when, lasts: 'crash' } : null);
    faulty.interrupt(nth, when, async () => {
      const request = { userId: asUserId(ANNA), requestedMs: Date.now(), requestId: null };
      expect((await erasePerson(faulty.env, request)).remaining).toBe(0);
      askedBefore = await terra.calls();
    });
  }
  await path.act(world);
  const calls = [...faulty.calls];
  faulty.clear();
  // She does not come back; everybody else goes on.
  world.unanswered.length = 0;
  await settle(world);
  await sweepDaysLater(world);
  if (interruption === null) return { calls, wrong: [] };
  // A way that goes on may have taken its last look at the erasure just before it came.
  const late = interruption.isGone ? 0 : 1;
  const texts = path.name === RING_IS_UNKNOWN ? HERS : [...HERS, RING];
  return { calls, wrong: await wrongAfterwards(world, texts, askedBefore, late) };
}

/** `late`: calls that had passed their last look at the marks when the erasure came. */
async function wrongAfterwards(
  { terra }: World,
  texts: readonly string[],
  askedBefore: readonly Call[],
  late: number,
): Promise<string[]> {
  const asked = await terra.calls();
  const hers = asked.slice(askedBefore.length).filter(({ url }) => /user_anna|terra-anna/.test(url));
  const wanted = hers.filter(({ method, url }) => method !== 'DELETE' && !isListing(method, url));
  const lastTaken = asked.findLastIndex(
    ({ method, url }) => method === 'POST' && url.includes(`/lab-reports?reference_id=${ANNA}`),
  );
  const isTakenBack = asked.slice(lastTaken + 1).some(({ method, url }) => isListing(method, url));
  return [
    ...(await placesOf(texts)).map((place) => `something is left in ${place}`),
    ...(wanted.length > late ? wanted.map(({ method, url }) => `Terra was asked: ${method} ${url}`) : []),
    ...(lastTaken === -1 || isTakenBack ? [] : ['a report is left at Terra']),
  ];
}

/** The question for the reports that are to be deleted. */
function isListing(method: string, url: string): boolean {
  return method === 'GET' && url.includes('/lab-reports?');
}

describe(`an erasure at any call of any way (${100 * SHARE} % of them, seed ${SEED})`, () => {
  beforeEach(forgetEverything);

  it.each(PATHS)(
    'on the way of: $name',
    async (path) => {
      const shapes = SHAPES.flatMap((shape) =>
        Array.from({ length: CALLS_MAX }, (_, i) => ({ ...shape, nth: i + 1 })),
      ).filter(() => random() <= SHARE);
      if (shapes.length === 0) return;
      const { calls } = await run(path, null);
      const failures: Record<string, unknown> = {};
      for (const { when, isGone, nth } of shapes.filter((shape) => shape.nth <= calls.length)) {
        const { wrong } = await run(path, { when, isGone, nth });
        const call = calls[nth - 1];
        total.erasures += 1;
        if (wrong.length > 0) {
          const name = `${call?.service}.${call?.what} (${nth} of ${calls.length}), ${when}, ${isGone ? 'gone' : 'goes on'}`;
          failures[name] = wrong;
        }
      }
      expect(failures).toEqual({});
    },
    600_000,
  );

  // The call at which what is left at Terra would be known to nobody.
  it('while Terra takes a lab report', async () => {
    const path = PATHS.find(({ name }) => name === 'lab upload');
    if (path === undefined) throw new Error('there is no such way');
    const nth = (await run(path, null)).calls.findIndex(({ service }) => service === 'TERRA') + 1;
    for (const shape of SHAPES)
      expect([shape, (await run(path, { ...shape, nth })).wrong]).toEqual([shape, []]);
  });

  afterAll(() => {
    console.log(`${total.erasures} erasures in ${PATHS.length} ways`);
  });
});
