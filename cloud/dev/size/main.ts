import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { CAN_MEASURE } from './process-memory.ts';
import { megabytes, sizeRun } from './run.ts';

/** Exits 1 where the Worker needs more than this beyond what the simulators need, or something is not stored. */
const GROWN_BEYOND_FLOOR_MAX = 100_000_000;
const SMALLEST_LARGE_MB = 9;
const LARGEST_MB = 100;

const { values } = parseArgs({ options: { mb: { type: 'string', default: '50' } } });
const mb = Number(values.mb);
if (!Number.isInteger(mb) || mb < SMALLEST_LARGE_MB || mb > LARGEST_MB) {
  console.error(`usage: npm run size [-- --mb ${SMALLEST_LARGE_MB}..${LARGEST_MB}]`);
  process.exitCode = 2;
} else if (!CAN_MEASURE) {
  console.error('the memory of a process is read from /proc, which only Linux has');
  process.exitCode = 2;
} else {
  const { figures, problems } = await sizeRun({
    root: fileURLToPath(new URL('../../..', import.meta.url)),
    bytes: mb * 1_000_000,
    onProgress: (line) => console.error(line),
  });
  const own = figures.grown - figures.floor;
  const found =
    own < GROWN_BEYOND_FLOOR_MAX
      ? problems
      : [...problems, `the Worker grew by ${megabytes(own)} more than the floor`];
  for (const problem of found) console.error(problem);
  console.log(JSON.stringify({ mb, ...figures, problems: found.length }));
  process.exitCode = found.length === 0 ? 0 : 1;
}
