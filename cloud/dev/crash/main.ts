import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { today } from '../today.ts';
import { crashRun } from './run.ts';

/** Kills the local stack under load, so many times at moments that follow from the seed. Exits 1 if anything broke. */
const { values } = parseArgs({
  options: { kills: { type: 'string', default: '30' }, seed: { type: 'string', default: '1' } },
});
const [kills, seed] = [Number(values.kills), Number(values.seed)];
if (!Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed)) {
  console.error('usage: node cloud/dev/crash/main.ts [--kills N] [--seed N]');
  process.exitCode = 2;
} else {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const { figures, problems } = await crashRun({
    root,
    kills,
    seed,
    today: today(),
    onProgress: (line) => console.error(line),
  });
  console.log(JSON.stringify({ seed, ...figures, problems: problems.length }));
  process.exitCode = problems.length === 0 ? 0 : 1;
}
