import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * Proves by volume: `npm run prove -- --runs 20000 --seed 7` tries so many random histories, and `--of` names
 * something else to try. The same seed gives the same cases. The suite tries a sample of each. The tests run in
 * workerd, which has no environment of the shell's: vitest.config.ts passes `PROVE_RUNS` and `PROVE_SEED` on as
 * bindings.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));

type Proof = { readonly test: string; readonly runs: number };

const PROOFS: Readonly<Record<string, Proof>> = {
  histories: { test: 'cloud/test/prove.test.ts', runs: 20_000 },
  'odd-bodies': { test: 'cloud/test/odd-bodies.test.ts', runs: 3_000 },
  documents: { test: 'cloud/src/body/skeleton.test.ts', runs: 5_000 },
  syncs: { test: 'cloud/test/sync-property.test.ts', runs: 500 },
  'connection-orders': { test: 'cloud/test/connection-order.test.ts', runs: 5_040 },
  // Of these two, a hundred is all.
  interleavings: { test: 'cloud/test/interleavings.test.ts', runs: 100 },
  'erasure-halts': { test: 'cloud/test/erasure-halts.test.ts', runs: 100 },
  // Days of two devices.
  convergence: { test: 'cloud/test/convergence.test.ts', runs: 365 },
  backlog: { test: 'cloud/test/starvation.test.ts', runs: 10_000 },
};

const { values } = parseArgs({
  options: {
    of: { type: 'string', default: 'histories' },
    runs: { type: 'string' },
    seed: { type: 'string' },
  },
});
const proof = Object.hasOwn(PROOFS, values.of) ? PROOFS[values.of] : undefined;
const runs = wholeNumber(values.runs, proof?.runs ?? 0);
const seed = wholeNumber(values.seed, Math.floor(Math.random() * 1_000_000_000));

if (proof === undefined || runs === null || runs === 0 || seed === null) {
  const names = Object.keys(PROOFS).join('|');
  console.error(`usage: npm run prove -- [--of ${names}] [--runs <count>] [--seed <number>]`);
  process.exitCode = 2;
} else {
  console.error(`${values.of}: ${runs} from seed ${seed}`);
  const vitest = spawn(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--project', 'cloud', proof.test],
    {
      cwd: root,
      stdio: 'inherit',
      env: { ...process.env, PROVE_RUNS: String(runs), PROVE_SEED: String(seed) },
    },
  );
  vitest.on('exit', (code) => {
    process.exitCode = code ?? 1;
  });
}

function wholeNumber(given: string | undefined, otherwise: number): number | null {
  const number = given === undefined ? otherwise : Number(given);
  return Number.isSafeInteger(number) && number >= 0 ? number : null;
}
