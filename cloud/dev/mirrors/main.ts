import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { mirrorHistories } from './run.ts';

/**
 * Kills, doubles and interrupts processes of `amy sync` while the server changes. Exits 1 if a mirror was ever not whole.
 * `--seed 5 --first 53 --histories 1` tries one history again.
 */
const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '0' },
    lanes: { type: 'string', default: '2' },
  },
});
const [histories, seed, first, lanes] = [values.histories, values.seed, values.first, values.lanes].map(
  Number,
);
if (
  ![histories, lanes].every((count) => Number.isInteger(count) && Number(count) >= 1) ||
  ![seed, first].every(Number.isInteger)
) {
  console.error(
    'usage: npm run mirrors -- [--histories N] [--seed N] [--first N] [--lanes N], whole numbers, those of histories and lanes at least 1',
  );
  process.exitCode = 2;
} else {
  const root = fileURLToPath(new URL('../../..', import.meta.url));
  const startedMs = Date.now();
  const { figures, problems } = await mirrorHistories({
    root,
    histories: Number(histories),
    seed: Number(seed),
    first: Number(first),
    lanes: Number(lanes),
    onProgress: (line) => console.error(line),
  });
  const seconds = Math.round((Date.now() - startedMs) / 1_000);
  console.log(JSON.stringify({ seed, histories, ...figures, seconds, problems: problems.length }));
  process.exitCode = problems.length === 0 ? 0 : 1;
}
