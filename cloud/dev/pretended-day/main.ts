import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import Table from 'cli-table3';
import { z } from 'zod';
import { CALENDAR_TESTS } from './calendar-tests.ts';
import { DAYS, ZONES } from './days.ts';
import { TODAY_VARIABLE } from './pretended-day.ts';

/**
 * `npm run any-day`: the tests that have a calendar in them, on every day of the list and in zones far from UTC.
 * Exits 1 when one failed anywhere. `--only 2028-02-29`, which may be said several times and may name a zone,
 * runs less; a name behind the options runs only files that hold it.
 */

const root = fileURLToPath(new URL('../../..', import.meta.url));
const UTC = 'UTC';
/** A zone is tried where it makes a difference to be in it: on the leap day, and when the year ends in UTC. */
const DAYS_IN_ZONES = ['2028-02-29', '2026-12-31T23:59:30Z'] as const;

type Run = { readonly day: string; readonly zone: string };
type Result = Run & {
  readonly passed: number;
  readonly failed: number;
  readonly failures: readonly string[];
};

const report = z.object({
  numPassedTests: z.number(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string(),
      assertionResults: z.array(
        z.object({ status: z.string(), fullName: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { only: { type: 'string', multiple: true, default: [] } },
    allowPositionals: true,
  });
  const runs = chosen(values.only);
  const files = CALENDAR_TESTS.filter(
    (file) => positionals.length === 0 || positionals.some((text) => file.includes(text)),
  );
  if (runs.length === 0 || files.length === 0) {
    console.error(
      `usage: npm run any-day -- [--only ${[...DAYS, ...ZONES].join('|')}] [part of a file's name]`,
    );
    return 2;
  }
  const results: Result[] = [];
  for (const run of runs) {
    const result = await testsOn(run, files);
    results.push(result);
    console.log(`${run.day} ${run.zone}: ${result.passed} passed, ${result.failed} failed`);
    for (const failure of result.failures) console.log(`  ${failure}`);
  }
  console.log(rendered(results));
  return results.some(({ passed, failed }) => failed > 0 || passed === 0) ? 1 : 0;
}

/** Every day in UTC, and the days in zones; of them what `only` names. */
function chosen(only: readonly string[]): readonly Run[] {
  const all: Run[] = [
    ...DAYS.map((day) => ({ day, zone: UTC })),
    ...ZONES.flatMap((zone) => DAYS_IN_ZONES.map((day) => ({ day, zone }))),
  ];
  const [zones, days] = [
    only.filter((name) => all.some(({ zone }) => zone === name)),
    only.filter((name) => all.every(({ zone }) => zone !== name)),
  ];
  return all.filter(
    ({ day, zone }) =>
      (days.length === 0 || days.includes(day)) && (zones.length === 0 || zones.includes(zone)),
  );
}

/** A file that does not load runs no test, and counts as one that failed. */
async function testsOn({ day, zone }: Run, files: readonly string[]): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'amy-any-day-'));
  try {
    const output = join(folder, 'report.json');
    await runTests(files, output, { [TODAY_VARIABLE]: day, TZ: zone });
    const { testResults, numPassedTests } = reportOf(output);
    const failures = testResults.flatMap(({ name, status, message, assertionResults }) => {
      const failed = assertionResults.filter((test) => test.status === 'failed');
      const file = name.slice(root.length);
      const said = (messages: readonly string[]) => messages.join('\n').split('\n')[0] ?? '';
      if (failed.length > 0)
        return failed.map((test) => `${file}: ${test.fullName}: ${said(test.failureMessages)}`);
      // A hook that failed says nothing in the report.
      const why = said([message]) || 'did not get ready for its tests; run it alone to see why';
      return status === 'failed' ? [`${file}: ${why}`] : [];
    });
    return { day, zone, passed: numPassedTests, failed: failures.length, failures };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In this program's own process group: Ctrl-C ends the tests as well, and they end what they started. */
async function runTests(
  files: readonly string[],
  output: string,
  environment: Readonly<Record<string, string>>,
): Promise<void> {
  const vitest = spawn(
    process.execPath,
    [
      join(root, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--reporter=json',
      `--outputFile=${output}`,
      ...files,
    ],
    { cwd: root, env: { ...process.env, ...environment }, stdio: 'ignore' },
  );
  const end = () => vitest.kill('SIGTERM');
  process.once('SIGTERM', end);
  await once(vitest, 'exit');
  process.off('SIGTERM', end);
}

function reportOf(path: string): z.infer<typeof report> {
  if (!existsSync(path)) throw new Error('the tests ended without a report; `npm test` says why');
  return report.parse(JSON.parse(readFileSync(path, 'utf8')));
}

function rendered(results: readonly Result[]): string {
  const table = new Table({
    head: ['today', 'zone', 'passed', 'failed'],
    colAligns: ['left', 'left', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const { day, zone, passed, failed } of results) table.push([day, zone, passed, failed]);
  return table.toString();
}

process.exitCode = await main();
