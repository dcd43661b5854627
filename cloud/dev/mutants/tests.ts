import { mutantsBelow } from './mutant.ts';

const mutant = mutantsBelow('cloud/dev', 'tests', ['cloud/dev/after-each-test.test.ts']);

/** What keeps one test file from another, where they share a process. */
export const TEST_MUTANTS = [
  mutant(
    'what a test used is cleaned up after it, in every file',
    'pretended-day/test-in-node.ts',
    'afterEach(cleanUp);',
    '',
  ),
  mutant('what came last is cleaned up first', 'after-each-test.ts', '.reverse()', ''),
  mutant('cleaning up is waited for', 'after-each-test.ts', 'await clean();', 'clean();'),
];
