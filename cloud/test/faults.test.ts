import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { randomFrom } from '../dev/terra/random.ts';
import { FAULT_PATHS, type FaultPath } from './support/fault-paths.ts';
import {
  expectSound,
  forgetEverything,
  newWorld,
  orphans,
  type State,
  settle,
  sitOut,
  stateNow,
  sweepDaysLater,
  type World,
} from './support/fault-world.ts';
import type { Fault } from './support/faulty-env.ts';

/**
 * Every call of every way through the Worker fails once, for a while, and for good; then everybody does what
 * they do, and the system is where it would have been. `npm run faults` tries all of it, the suite a sample.
 */
const { env: vite } = import.meta as unknown as { env: { MODE: string } };
const IS_WHOLE = vite.MODE === 'faults';
const SHARE = IS_WHOLE ? 1 : 0.01;
const SEED = 20_261_122;
const random = randomFrom(SEED);

/** `swept`: runs that left an object without a row, which the sweep took. */
const total = { faults: 0, hits: 0, checks: 0, swept: 0 };

type Run = { readonly world: World; readonly calls: readonly string[]; readonly state: State };

async function run(path: FaultPath, fault: Fault | null): Promise<Run> {
  await forgetEverything();
  const world = newWorld();
  await path.prepare?.(world);
  world.faulty.inject(fault);
  await path.act(world);
  const calls = world.faulty.calls.map(({ service, what }) => `${service}.${what}`);
  if (fault?.lasts === 'outage') await sitOut(world);
  total.hits += world.faulty.hits.length;
  if (fault !== null && world.faulty.hits.length === 0) world.troubles.push('the fault hit nothing');
  world.faulty.clear();
  await settle(world);
  if (path.afterwards !== undefined) {
    await path.afterwards(world);
    await settle(world);
  }
  await expectSound(world);
  if (Object.values(await orphans()).some((keys) => keys.length > 0)) total.swept += 1;
  await sweepDaysLater(world);
  const left = await orphans();
  for (const [bucket, keys] of Object.entries(left)) {
    if (keys.length > 0) world.troubles.push(`an orphan in ${bucket}`);
  }
  return { world, calls, state: await stateNow() };
}

const SHAPES = (['once', 'outage', 'crash'] as const).flatMap((lasts) =>
  (['before', 'after'] as const).map((when) => ({ lasts, when })),
);

describe(`a fault anywhere (${100 * SHARE} % of them, seed ${SEED})`, () => {
  beforeEach(forgetEverything);

  it.each(FAULT_PATHS)(
    'on the way of: $name',
    async (path) => {
      const view = path.view ?? ((state: State) => state);
      const calm = await run(path, null);
      expect(calm.world.troubles).toEqual([]);
      expect(calm.calls.length).toBeGreaterThan(0);
      const failures: Record<string, unknown> = {};
      for (const [i, call] of calm.calls.entries()) {
        for (const shape of SHAPES) {
          if (random() > SHARE) continue;
          const fault: Fault = { nth: i + 1, ...shape };
          const name = `${call} (${fault.nth} of ${calm.calls.length}), ${fault.when}, ${fault.lasts}`;
          const { world, state } = await run(path, fault);
          total.faults += 1;
          total.checks += world.checks + 1;
          const [expected, actual] = [view(calm.state, fault, call), view(state, fault, call)];
          if (JSON.stringify(actual) !== JSON.stringify(expected))
            world.troubles.push(difference(expected, actual));
          if (world.troubles.length > 0) failures[name] = [...new Set(world.troubles)];
        }
      }
      expect(failures).toEqual({});
    },
    600_000,
  );

  afterAll(() => {
    console.log(
      `${total.faults} faults in ${FAULT_PATHS.length} ways (${total.hits} failed calls), ${total.checks} checks, ${total.swept} times an object was swept`,
    );
  });
});

/** The first parts that differ, short. */
function difference(expected: unknown, actual: unknown): string {
  const parts = Object.entries(expected as Record<string, unknown>).flatMap(([part, value]) => {
    const other = (actual as Record<string, unknown>)[part];
    return JSON.stringify(value) === JSON.stringify(other)
      ? []
      : [`${part}: expected ${JSON.stringify(value)}, is ${JSON.stringify(other)}`];
  });
  return `another state: ${parts.join('; ').slice(0, 1_500)}`;
}
