import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { afterEachTest, cleanUp } from './after-each-test.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What runs while a file is read, and holds for the test file that reads it first. */
const FOR_THE_FIRST_ALONE =
  /^(?:(?:before|after)(?:Each|All)\(|vi\.(?:setConfig|useFakeTimers|stubEnv|stubGlobal|spyOn|mock)\()/m;

/** Read anew for every test file. */
const SET_UPS = [
  'cloud/dev/pretended-day/test-in-node.ts',
  'cloud/dev/pretended-day/test-in-workerd.ts',
  'cloud/test/support/setup.ts',
];

const cleaned: number[] = [];

it.each([0, 1, 2])('what a test used is cleaned up after each test, %i before this one', (before) => {
  expect(cleaned).toHaveLength(before);
  if (before === 0) afterEachTest(() => cleaned.push(before));
});

it('cleans up what came last first, and waits for it', async () => {
  const order: string[] = [];
  afterEachTest(() => order.push('first'));
  afterEachTest(async () => {
    await Promise.resolve();
    order.push('second');
  });
  await cleanUp();
  expect(order).toEqual(['second', 'first']);
});

it('no file that test files share has hooks or settings that only the first of them would have', () => {
  const shared = globSync(['cli/**/*.ts', 'cloud/**/*.ts'], {
    cwd: ROOT,
    exclude: (path) => path.includes('node_modules') || path.endsWith('.test.ts'),
  });
  expect(shared).toContain('cli/test/support/temporary.ts');
  const found = shared.filter(
    (path) => !SET_UPS.includes(path) && FOR_THE_FIRST_ALONE.test(readFileSync(`${ROOT}/${path}`, 'utf8')),
  );
  expect(found).toEqual([]);
});
