import { env } from 'cloudflare:test';

declare global {
  namespace Cloudflare {
    interface Env {
      PROVE_RUNS?: string;
      PROVE_SEED?: string;
    }
  }
}

/** How many cases a proof by volume tries, and the seed that they are made from. */
export type Volume = { readonly runs: number; readonly seed: number };

/** Whether `npm run prove` asked for it, and somebody waits however long it takes; the suite tries a sample. */
export const IS_PROOF = (env.PROVE_RUNS ?? '') !== '';

/**
 * Which of a row of moments are tried: `runs` of a hundred, evenly, from a place that the seed says. The suite tries a
 * share of them; all are tried by `npm run prove -- --runs 100`.
 */
export function isTried({ runs, seed }: Volume, moment: number): boolean {
  return (moment + seed) % Math.max(1, Math.round(100 / runs)) === 0;
}

/** The sample that the suite tries; more of it, or another, where `npm run prove` was told so. */
export function volume(sample: Volume): Volume {
  return { runs: Number(env.PROVE_RUNS || sample.runs), seed: Number(env.PROVE_SEED || sample.seed) };
}
