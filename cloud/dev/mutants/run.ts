import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startNode } from '../local/child.ts';
import { TODAY_VARIABLE } from '../pretended-day/pretended-day.ts';
import { randomFrom } from '../terra/random.ts';
import { likelyTests } from './likely-tests.ts';
import { MUTANTS } from './list.ts';
import { type MadeMutant, madeMutants } from './made.ts';
import type { Mutant } from './mutant.ts';

/**
 * Switches off each guard in turn, in a copy of the tree, and reports which test noticed. Exits 1 when a guard
 * went unnoticed, or is not where the list says. `--only TEXT`, which may be said
 * several times, narrows it to guards whose name holds TEXT.
 *
 * `--made 40 --seed 7` takes a sample of the guards that the code's own form gives away, instead of the list.
 * The tests that are likely to notice run first, then all that run in workerd. Of these guards 95 in 100 have to be
 * noticed.
 */

const root = fileURLToPath(new URL('../../..', import.meta.url));
const LEFT_OUT = /\/(node_modules|\.git|\.amy|\.wrangler|dist|data)(\/|$)/;

const NOTICED_SHARE_LEAST = 0.95;

/** Tests to try, some after the others; none named means all that run in workerd. */
type Tried = {
  readonly guard: string;
  readonly file: string;
  readonly change: (source: string) => string;
  readonly tests: readonly (readonly string[])[];
};

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      only: { type: 'string', multiple: true, default: [''] },
      made: { type: 'string' },
      seed: { type: 'string', default: String(Math.floor(Math.random() * 1_000_000_000)) },
    },
  });
  for (const [name, text] of Object.entries({ made: values.made ?? '0', seed: values.seed })) {
    if (/^\d{1,10}$/.test(text)) continue;
    console.error(`--${name} must be a whole number, not ${JSON.stringify(text)}`);
    return 2;
  }
  const isNamed = ({ guard }: { readonly guard: string }) => values.only.some((text) => guard.includes(text));
  const tried =
    values.made === undefined
      ? MUTANTS.filter(isNamed).map(listed)
      : sample(madeMutants(root).filter(isNamed), Number(values.made), Number(values.seed)).map(found);
  if (values.made !== undefined) console.log(`seed ${values.seed}`);
  const unnoticed = await switchOff(tried);
  console.log(`${tried.length} guards, ${tried.length - unnoticed.length} noticed, ${unnoticed.length} not`);
  const allowed = values.made === undefined ? 0 : Math.floor(tried.length * (1 - NOTICED_SHARE_LEAST));
  return unnoticed.length <= allowed ? 0 : 1;
}

/** Those that no test noticed, or that could not be switched off. */
async function switchOff(tried: readonly Tried[]): Promise<readonly Tried[]> {
  const copy = mkdtempSync(join(tmpdir(), 'amy-mutants-'));
  const unnoticed: Tried[] = [];
  try {
    cpSync(root, copy, { recursive: true, filter: (path) => !LEFT_OUT.test(path.slice(root.length - 1)) });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    for (const mutant of tried) {
      const [outcome, why] = await noticedBy(copy, mutant).then(
        (test) => (test === null ? ['SURVIVED', ''] : ['noticed ', test]),
        (error: unknown) => ['INVALID ', String(error)],
      );
      if (outcome !== 'noticed ') unnoticed.push(mutant);
      console.log(`${outcome}  ${mutant.guard}: ${why}`);
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
  return unnoticed;
}

function listed({ guard, file, from, to, tests }: Mutant): Tried {
  const change = (source: string): string => {
    if (source.split(from).length === 2) return source.replace(from, () => to);
    throw new Error(`"${guard}" is not in ${file} exactly once: mend the list`);
  };
  return { guard, file, change, tests: [tests] };
}

function found({ guard, file, line, to }: MadeMutant): Tried {
  const change = (source: string): string => source.split('\n').with(line, to).join('\n');
  const likely = likelyTests(root, file);
  return { guard, file, change, tests: likely.length === 0 ? [[]] : [likely, []] };
}

/** The same seed gives the same guards, as long as the code is the same. */
function sample(all: readonly MadeMutant[], count: number, seed: number): readonly MadeMutant[] {
  const random = randomFrom(seed);
  const drawn = all.map((mutant) => ({ mutant, lot: random() })).toSorted((a, b) => a.lot - b.lot);
  return drawn.slice(0, count).map(({ mutant }) => mutant);
}

/** The first test that fails without the guard, null when none does. Throws when the guard is not there. */
async function noticedBy(copy: string, { file, change, tests }: Tried): Promise<string | null> {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  writeFileSync(path, change(source));
  try {
    for (const some of tests) {
      const noticed = await failingTest(copy, some);
      if (noticed !== null) return noticed;
    }
    return null;
  } finally {
    writeFileSync(path, source);
  }
}

/** The first of the tests that fails, null where all pass. */
async function failingTest(copy: string, tests: readonly string[]): Promise<string | null> {
  const vitest = startNode(
    [
      join(copy, 'node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--project',
      tests.some(isInNode) ? 'cli' : 'cloud',
      '--bail',
      '1',
      ...tests,
    ],
    // On the real day: which tests notice must not be a matter of chance.
    { cwd: copy, env: { ...process.env, NO_COLOR: '1', CI: 'true', [TODAY_VARIABLE]: 'real' } },
  );
  const code = await vitest.ended;
  if (code === 0) return null;
  // A test has a name behind its file's; a file that cannot even be loaded proves nothing.
  const output = vitest.output();
  const failed = /FAIL\s+\|?\s*(?:cloud|cli)\s*\|?\s*(\S+ > .+)/.exec(output)?.[1];
  // What a failure prints may be longer than what is kept of it; the summary comes last.
  if (failed !== undefined || /^tests: \d+ passed, [1-9]\d* failed/m.test(output)) {
    return failed ?? tests.join(', ');
  }
  throw new Error(`no test ran to its end (exit ${code}): mend the list`);
}

/** Tests of the CLI and of the tools run in Node, the others in workerd. */
function isInNode(test: string): boolean {
  return !/^cloud\/(src|test)\//.test(test);
}

process.exitCode = await main();
