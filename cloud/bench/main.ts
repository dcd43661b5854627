import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { builtWorker } from '../dev/local/built-worker.ts';
import { comparison, readReport } from './against.ts';
import { scenesOf } from './scenes.ts';
import { linesOf, type Report, reportOf, TABLE_HEAD } from './table.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    out: { type: 'string', default: join(root, 'bench.json') },
    against: { type: 'string' },
  },
});
const form = { isShort: values.short, only: values.only };
const scenes = scenesOf(form);

if (scenes.length === 0) {
  const names = scenesOf({ ...form, only: '' }).map(({ name }) => `  ${name}`);
  console.error(`No scene has "${values.only}" in its name. There are:\n${names.join('\n')}`);
  process.exitCode = 2;
} else {
  await run();
}

async function run(): Promise<void> {
  // The runtime takes a while to be read; who asked for a scene that there is not waits for nothing.
  const { startRuntime } = await import('./runtime.ts');
  const earlier = values.against === undefined ? null : readReport(values.against);
  const amy = await startRuntime(await builtWorker(root, 'cloud/src/index.ts'));
  const floor = await startRuntime(await builtWorker(root, 'cloud/bench/floor-worker.ts'));
  const report: Report = { made_at: new Date().toISOString(), node: process.version, figures: [] };
  try {
    console.log(TABLE_HEAD);
    for (const { hold } of scenes) {
      const contest = await hold({ amy, floor, ...form });
      for (const line of linesOf(contest)) console.log(line);
      report.figures.push(...reportOf(contest));
    }
  } finally {
    await Promise.all([amy.stop(), floor.stop()]);
  }
  writeFileSync(values.out, `${JSON.stringify(report, null, 2)}\n`);
  if (earlier !== null) for (const line of comparison(earlier, report)) console.log(line);
}
