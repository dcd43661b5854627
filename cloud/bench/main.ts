import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { builtWorker } from '../dev/local/built-worker.ts';
import { comparison, readReport } from './against.ts';
import { COUNTS_HEAD, countEvents, keptCounts, linesOfCounts } from './counts.ts';
import { COUNTS_SCENE, scenesOf } from './scenes.ts';
import { linesOf, type Report, reportOf, TABLE_HEAD } from './table.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    cost: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    rounds: { type: 'string' },
    out: { type: 'string' },
    against: { type: 'string' },
  },
});
const rounds = Number(values.rounds ?? (values.short ? 3 : 9));
const form = { isShort: values.short, only: values.only };
const scenes = scenesOf(form);

if (!Number.isInteger(rounds) || rounds < 1) {
  console.error('--rounds: must be a whole number, at least 1');
  process.exitCode = 2;
} else if (
  values.cost &&
  (values.only !== '' || values.rounds !== undefined || values.against !== undefined)
) {
  console.error('--cost: holds no scenes, so --only, --rounds and --against say nothing beside it');
  process.exitCode = 2;
} else if (scenes.length === 0) {
  const names = scenesOf({ ...form, only: '' }).map(({ name }) => `  ${name}`);
  console.error(`No scene has "${values.only}" in its name. There are:\n${names.join('\n')}`);
  process.exitCode = 2;
} else if (values.cost) {
  await runCost();
} else {
  await run();
}

async function run(): Promise<void> {
  const earlier = values.against === undefined ? null : readReport(values.against);
  // The runtime takes a while to be read; who asked for a scene that there is not waits for nothing.
  const { startRuntime } = await import('./runtime.ts');
  const amy = await startRuntime(await builtWorker(root, 'cloud/src/index.ts'));
  const floor = await startRuntime(await builtWorker(root, 'cloud/bench/floor-worker.ts'));
  const report: Report = {
    made_at: new Date().toISOString(),
    node: process.version,
    figures: [],
    counts: [],
  };
  try {
    console.log(TABLE_HEAD);
    for (const { hold } of scenes) {
      const contests = await hold({ amy, floor, ...form, rounds: { rounds, warmUps: Math.min(rounds, 2) } });
      for (const line of contests.flatMap(linesOf)) console.log(line);
      report.figures.push(...contests.flatMap(reportOf));
    }
  } finally {
    await Promise.all([amy.stop(), floor.stop()]);
  }
  if (scenes.some(({ name }) => name === COUNTS_SCENE)) report.counts.push(...(await runCounts()));
  writeFileSync(values.out ?? join(root, 'bench.json'), `${JSON.stringify(report, null, 2)}\n`);
  if (earlier !== null) for (const line of comparison(earlier, report)) console.log(line);
}

async function runCounts() {
  const { withCounted } = await import('./with-counted.ts');
  const counts = await withCounted(root, ({ amy, floor }) => countEvents(amy, floor));
  for (const line of ['', COUNTS_HEAD, ...linesOfCounts(counts)]) console.log(line);
  return keptCounts(counts);
}

/** What work costs in money, and what the free plan has room for. */
async function runCost(): Promise<void> {
  const [{ costOf }, { costPage }, { heldToKept }] = await Promise.all([
    import('./cost.ts'),
    import('./cost-page.ts'),
    import('./free-plan.ts'),
  ]);
  const size = values.short
    ? { turns: 2, ownCpuTurns: 4, storageDays: 3 }
    : { turns: 6, ownCpuTurns: 9, storageDays: 20 };
  const cost = await costOf({ root, ...size, onProgress: (line) => console.error(line) });
  for (const line of costPage(cost)) console.log(line);
  const { counts, ...kept } = cost;
  const report = { made_at: new Date().toISOString(), ...kept, counts: keptCounts(counts) };
  writeFileSync(values.out ?? join(root, 'bench-cost.json'), `${JSON.stringify(report, null, 2)}\n`);
  process.exitCode = heldToKept(cost.calls, (sentence) => console.error(sentence));
}
