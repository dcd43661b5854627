import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startNode } from '../local/child.ts';
import { TODAY_VARIABLE } from '../pretended-day/pretended-day.ts';
import { MUTANTS } from './list.ts';
import type { Mutant } from './mutant.ts';

/**
 * Switches off each guard in turn, in a copy of the tree, and reports which test noticed. Exits 1 when a guard
 * went unnoticed, or is not where the list says. `--only TEXT`, which may be said
 * several times, narrows it to guards whose name holds TEXT.
 */

const root = fileURLToPath(new URL('../../..', import.meta.url));
const LEFT_OUT = /\/(node_modules|\.git|\.amy|\.wrangler|dist|data)(\/|$)/;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: { only: { type: 'string', multiple: true, default: [''] } } });
  const copy = mkdtempSync(join(tmpdir(), 'amy-mutants-'));
  try {
    cpSync(root, copy, { recursive: true, filter: (path) => !LEFT_OUT.test(path.slice(root.length - 1)) });
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    let survivors = 0;
    const chosen = MUTANTS.filter(({ guard }) => values.only.some((text) => guard.includes(text)));
    for (const mutant of chosen) {
      const [outcome, why] = await noticedBy(copy, mutant).then(
        (test) => (test === null ? ['SURVIVED', ''] : ['noticed ', test]),
        (error: unknown) => ['INVALID ', String(error)],
      );
      if (outcome !== 'noticed ') survivors += 1;
      console.log(`${outcome}  ${mutant.guard}: ${why}`);
    }
    console.log(`${chosen.length} guards, ${chosen.length - survivors} noticed, ${survivors} not`);
    return survivors === 0 ? 0 : 1;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The first test that fails without the guard, null when none does. Throws when the guard is not there. */
async function noticedBy(copy: string, { file, from, to, tests, guard }: Mutant): Promise<string | null> {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(from).length !== 2)
    throw new Error(`"${guard}" is not in ${file} exactly once: mend the list`);
  writeFileSync(
    path,
    source.replace(from, () => to),
  );
  try {
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
  } finally {
    writeFileSync(path, source);
  }
}

/** Tests of the CLI and of the tools run in Node, the others in workerd. */
function isInNode(test: string): boolean {
  return !/^cloud\/(src|test)\//.test(test);
}

process.exitCode = await main();
