import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Child, startNode } from '../local/child.ts';
import { TODAY_VARIABLE } from '../pretended-day/pretended-day.ts';
import type { Answer, Question } from './kept-vitest.ts';

const LEFT_OUT = /\/(node_modules|\.git|\.amy|\.wrangler|dist|data)(\/|$)/;
const KEPT_VITEST = join('cloud', 'dev', 'mutants', 'kept-vitest.ts');

/** What takes longer is tried once more in a Vitest of its own, which ends by itself whatever a guard made of it. */
const ANSWER_TIMEOUT_MS = 180_000;

const FAILED_TEST = /FAIL\s+\|?\s*(?:cloud|cli)\s*\|?\s*(\S+ > .+)/;
/** Found behind a file's last test (`limits-everywhere.ts`): a statement that the tests made walks a table that grows. */
const WALKED_TABLE = /^Error: (statements that walk a table that grows)/m;

/** A guard that can be switched off, and the tests that are to notice. */
export type Tried = {
  readonly guard: string;
  readonly file: string;
  readonly change: (source: string) => string;
  readonly tests: readonly string[];
  /** Those of them that are run before all of them are, because most guards are noticed there. */
  readonly nearest: readonly string[];
  /** Tests to run where none of those noticed: no name means all that run in workerd, null none at all. */
  readonly otherwise: readonly string[] | null;
};

export type Outcome = {
  readonly mutant: Tried;
  readonly state: 'noticed' | 'survived' | 'invalid';
  readonly why: string;
};

/**
 * One copy of the tree, in which one guard at a time is switched off.
 *
 * Starting Vitest and transforming the Worker takes five seconds, most tests of a guard a tenth of one: so a Vitest
 * stays and is told which file changed. It is only believed where it says that a test fails. Where none does, or
 * where what it keeps might be in the way (see `isKeptEnough`), a Vitest of its own decides.
 */
export class Lane {
  readonly #copy = mkdtempSync(join(tmpdir(), 'amy-mutants-'));
  #kept: Child | null = null;

  constructor(root: string) {
    const filter = (path: string) => !LEFT_OUT.test(path.slice(root.length - 1));
    cpSync(root, this.#copy, { recursive: true, filter });
    symlinkSync(join(root, 'node_modules'), join(this.#copy, 'node_modules'));
  }

  /** All of one group have the same tests. With the guards back in place these have to pass, in the kept Vitest too. */
  async tryOut(group: readonly Tried[], report: (outcome: Outcome) => void): Promise<void> {
    const outcomes: { readonly outcome: Outcome; readonly isKept: boolean }[] = [];
    for (const mutant of group) outcomes.push(await this.#outcome(mutant, isKeptEnough(mutant)));
    const isSound =
      !outcomes.some(({ isKept }) => isKept) || (await this.#askKept(group[0]?.tests ?? [])) === null;
    for (const { outcome, isKept } of outcomes)
      report(isKept && !isSound ? (await this.#outcome(outcome.mutant, false)).outcome : outcome);
  }

  async end(): Promise<void> {
    await this.#kept?.stop();
    rmSync(this.#copy, { recursive: true, force: true });
  }

  async #outcome(mutant: Tried, mayBeKept: boolean): Promise<{ outcome: Outcome; isKept: boolean }> {
    const path = join(this.#copy, mutant.file);
    const source = readFileSync(path, 'utf8');
    let isKept = false;
    try {
      writeFileSync(path, mutant.change(source));
      let why: string | null = null;
      for (const tests of mayBeKept ? [mutant.nearest, mutant.tests] : [])
        if (tests.length > 0) why ??= await this.#askKept(tests, mutant.file);
      isKept = why !== null;
      if (mutant.otherwise !== null) why ??= await this.#failingTest(mutant.otherwise);
      const state = why === null ? 'survived' : 'noticed';
      return { outcome: { mutant, state, why: why ?? '' }, isKept };
    } catch (error) {
      return { outcome: { mutant, state: 'invalid', why: String(error) }, isKept: false };
    } finally {
      writeFileSync(path, source);
      this.#kept?.process.send({ changed: mutant.file } satisfies Question);
    }
  }

  /** The first test that fails in the kept Vitest, null where none does or it gives no answer. */
  async #askKept(tests: readonly string[], changed?: string): Promise<string | null> {
    this.#kept ??= startNode([join(this.#copy, KEPT_VITEST)], {
      cwd: this.#copy,
      env: environment(),
      isTied: true,
      isTalking: true,
    });
    const kept = this.#kept;
    const answered = Promise.withResolvers<Answer | null>();
    const timer = setTimeout(() => answered.resolve(null), ANSWER_TIMEOUT_MS);
    kept.process.once('message', (answer: Answer) => answered.resolve(answer));
    void kept.ended.then(() => answered.resolve(null));
    kept.process.send({ changed: changed ?? null, tests } satisfies Question);
    const answer = await answered.promise;
    clearTimeout(timer);
    if (answer !== null) return answer.failed;
    this.#kept = null;
    await kept.stop('SIGKILL');
    return null;
  }

  /** The first of the tests that fails in a Vitest of its own, null where all pass. */
  async #failingTest(tests: readonly string[]): Promise<string | null> {
    const vitest = startNode(
      [
        join(this.#copy, 'node_modules', 'vitest', 'vitest.mjs'),
        'run',
        '--project',
        tests.some(isInNode) ? 'cli' : 'cloud',
        '--bail',
        '1',
        ...tests,
      ],
      { cwd: this.#copy, env: environment() },
    );
    const code = await vitest.ended;
    if (code === 0) return null;
    // A test has a name behind its file's; a file that cannot even be loaded proves nothing.
    const output = vitest.output();
    const failed = FAILED_TEST.exec(output)?.[1] ?? WALKED_TABLE.exec(output)?.[1];
    // What a failure prints may be longer than what is kept of it; the summary comes last.
    if (failed !== undefined || /^\s*Tests\s+\d+ failed/m.test(output)) return failed ?? tests.join(', ');
    throw new Error(`no test ran to its end (exit ${code}): mend the list`);
  }
}

/** On the real day: which tests notice must not be a matter of chance. */
function environment(): NodeJS.ProcessEnv {
  return { ...process.env, NODE_ENV: 'test', NO_COLOR: '1', CI: 'true', [TODAY_VARIABLE]: 'real' };
}

/** What runs in workerd is loaded anew for each run. What is started once beside it, or bundled for Node's tests, is not. */
function isKeptEnough({ file, tests }: Tried): boolean {
  return tests.length > 0 && file.startsWith('cloud/src/') && !tests.some(isInNode);
}

/** Tests of the CLI and of the tools run in Node, the others in workerd. */
function isInNode(test: string): boolean {
  return !/^cloud\/(src|test)\//.test(test);
}
