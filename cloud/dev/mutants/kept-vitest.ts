import { join } from 'node:path';
import { createVitest, type Reporter, type TestModule } from 'vitest/node';

/** `changed` is a file from the root of the tree; without `tests` nothing is run or answered. */
export type Question = { readonly changed: string | null; readonly tests?: readonly string[] };

/** The first test that failed, as `file > suite > name`, or what was found when a file's tests had run; null where all passed. */
export type Answer = { readonly failed: string | null };

/**
 * A Vitest that stays: what it has transformed of the Worker is used again for every question, and only what changed
 * is transformed anew. Each run has a workerd of its own. Questions come from the process that started this one.
 */
const root = process.cwd();
const silent: Reporter = {};
const vitest = await createVitest('test', {
  root,
  watch: false,
  project: ['cloud'],
  bail: 1,
  silent: true,
  reporters: [silent],
});

let before: Promise<unknown> = Promise.resolve();
process.on('message', (question: Question) => {
  before = before.then(() => answer(question));
});
process.on('disconnect', () => process.exit());

async function answer({ changed, tests }: Question): Promise<void> {
  if (changed !== null) vitest.invalidateFile(join(root, changed));
  if (tests === undefined) return;
  const files = await Promise.all(tests.map((test) => vitest.globTestSpecifications([test])));
  const specifications = files.flat();
  if (specifications.length === 0) throw new Error(`no file is named ${tests.join(' or ')}`);
  const asked = new Set(specifications.map(({ moduleId }) => moduleId));
  const { testModules } = await vitest.runTestSpecifications(specifications);
  const failed = testModules.filter(({ moduleId }) => asked.has(moduleId)).flatMap(failuresOf)[0];
  process.send?.({ failed: failed ?? null } satisfies Answer);
}

/** A file of which no test ran could not be loaded, which proves nothing. */
function failuresOf(module: TestModule): readonly string[] {
  const file = module.relativeModuleId;
  const tests = [...module.children.allTests('failed')].map((test) => `${file} > ${test.fullName}`);
  const hasRun = [...module.children.allTests('passed')].length > 0;
  const hooks = hasRun ? module.errors().map(({ message }) => `${file}: ${message.split('\n')[0]}`) : [];
  return [...tests, ...hooks];
}
