import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/**
 * Proves convergence on as many random histories as asked for: `npm run prove -- --runs 20000 --seed 7`.
 * The same seed gives the same histories. The tests run in workerd, which has no environment of the shell's:
 * vitest.config.ts passes `PROVE_RUNS` and `PROVE_SEED` on as bindings.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));
const RUNS = 20_000;

const { values } = parseArgs({ options: { runs: { type: 'string' }, seed: { type: 'string' } } });
const runs = wholeNumber(values.runs, RUNS);
const seed = wholeNumber(values.seed, Math.floor(Math.random() * 1_000_000_000));

if (runs === null || runs === 0 || seed === null) {
  console.error('usage: npm run prove -- [--runs <count>] [--seed <number>]');
  process.exitCode = 2;
} else {
  console.error(`${runs} histories from seed ${seed}`);
  const vitest = spawn(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--project', 'cloud', 'cloud/test/prove.test.ts'],
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
