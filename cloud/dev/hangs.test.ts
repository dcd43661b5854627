import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const REPORTER = pathToFileURL(join(ROOT, 'cloud/test/support/ends-what-hangs.ts')).href;
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs');

/** Its packages are this repository's own, so it lies inside of it. */
let folder: string;

beforeAll(() => {
  mkdirSync(join(ROOT, 'node_modules/.cache'), { recursive: true });
  folder = mkdtempSync(join(ROOT, 'node_modules/.cache/hangs-'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(file: string, lines: readonly string[]): void {
  writeFileSync(join(folder, file), lines.join('\n'));
}

/** Runs the folder's tests under the reporter; resolves when they and all that they started are over. */
async function runTests(
  setup: readonly string[] = [],
): Promise<{ readonly code: number | null; readonly output: string }> {
  write('setup.ts', ['export default () => {', ...setup, '};']);
  write('vitest.config.ts', [
    `import { EndsWhatHangs } from '${REPORTER}';`,
    "export default { test: { include: ['*.test.ts'], exclude: [], testTimeout: 200, globalSetup: ['setup.ts'], reporters: [new EndsWhatHangs(2_000, 100)] } };",
  ]);
  const run = spawn(process.execPath, [VITEST, 'run'], {
    cwd: folder,
    env: { ...process.env, VITEST: undefined, VITEST_WORKER_ID: undefined, VITEST_POOL_ID: undefined },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [run.stdout, run.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
  // Not "exit": the pipes close when the last process that holds them is gone.
  const code = await new Promise<number | null>((resolve) => run.once('close', resolve));
  return { code, output };
}

/** One that ended and that nobody has asked about yet is a zombie. */
function isRunning(pid: number): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return /^[^Z\s]/.test(stdout.trim());
}

test('a test that computes for ever is named, and the run ends with all its processes', async () => {
  write('endless.test.ts', [
    "import { writeFileSync } from 'node:fs';",
    "import { describe, test } from 'vitest';",
    "writeFileSync('pid', String(process.pid));",
    "describe('a loop', () => {",
    "  test('ends too', () => {});",
    // What began is told soon, and not at once.
    "  test('never ends', async () => { await new Promise((told) => setTimeout(told, 500)); for (;;); }, 5_000);",
    '});',
  ]);
  const { code, output } = await runTests();
  expect(output).toMatch(/^hangs: endless\.test\.ts, begun \d+ s ago$/m);
  expect(output).toMatch(/^hangs: {3}a loop > never ends, begun \d+ s ago$/m);
  expect(output.trimEnd().split('\n').at(-1)).toBe('tests: 1 passed, 2 failed, 0 skipped');
  expect(code).toBe(null);
  const worker = Number(readFileSync(join(folder, 'pid'), 'utf8'));
  await expect.poll(() => isRunning(worker)).toBe(false);
});

test('a run that stands still itself ends, too', async () => {
  write('endless.test.ts', [
    "import { test } from 'vitest';",
    "test('waits', () => new Promise(() => {}), 9_000);",
  ]);
  const { code, output } = await runTests([
    'setTimeout(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0), 1_000);',
  ]);
  expect(output).toMatch(/^hangs: endless\.test\.ts, begun \d+ s ago$/m);
  expect(code).toBe(null);
});

test('a run whose tests end is left alone', async () => {
  write('endless.test.ts', ["import { test } from 'vitest';", "test('waits', () => new Promise(() => {}));"]);
  const { code, output } = await runTests();
  expect(output).not.toContain('hangs:');
  // The timeout of the test's own did it.
  expect(code).toBe(1);
});
