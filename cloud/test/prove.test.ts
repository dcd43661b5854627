import fc from 'fast-check';
import { describe, it } from 'vitest';
import { histories } from './support/histories.ts';
import { PROPERTY } from './support/properties.ts';
import { prove } from './support/prove.ts';
import { IS_PROOF, volume } from './support/volume.ts';

/** A sample of what `npm run prove` tries. */
const { runs: RUNS, seed: SEED } = volume({ runs: 8, seed: 20_260_301 });
const RUNS_A_TEST = 200;
const STEPS = 40;

/** One seed gives the same histories whatever the number of runs; a long run goes on to the next seeds. */
const parts = Array.from({ length: Math.ceil(RUNS / RUNS_A_TEST) }, (_, i) => ({
  seed: SEED + i,
  runs: Math.min(RUNS_A_TEST, RUNS - i * RUNS_A_TEST),
}));

describe('any history', () => {
  it.each(parts)(
    'of seed $seed converges, stays as it is, and can be rebuilt ($runs)',
    async ({ seed, runs }) => {
      const bound = IS_PROOF ? {} : PROPERTY;
      await fc.assert(fc.asyncProperty(histories(STEPS), prove), { ...bound, seed, numRuns: runs });
    },
    IS_PROOF ? 0 : 2 * PROPERTY.interruptAfterTimeLimit,
  );
});
