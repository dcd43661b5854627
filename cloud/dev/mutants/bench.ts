import { mutantsBelow } from './mutant.ts';

const mutant = mutantsBelow('cloud/bench', 'bench', ['cloud/dev/bench.test.ts']);

const queries = mutantsBelow('cloud/src', 'free plan', ['cloud/test/free-plan.test.ts']);

/** What is told of what work costs. */
export const BENCH_MUTANTS = [
  mutant(
    'nothing is measured where no scene has the name',
    'main.ts',
    'if (scenes.length === 0) {',
    'if (false) {',
  ),
  mutant(
    'a message is three operations',
    'prices.ts',
    'spent.messages * OPERATIONS_A_MESSAGE',
    'spent.messages',
  ),
  mutant('a call is a line of the log', 'prices.ts', 'spent.invocations + spent.logLines', 'spent.logLines'),
  mutant(
    'a count that changed is told',
    'against.ts',
    'from === undefined || from === to',
    'from === undefined || from !== to',
  ),
  queries(
    'a hundred events are few queries',
    'limits.ts',
    'export const QUEUE_BATCH_BYTES = 8_000_000;',
    'export const QUEUE_BATCH_BYTES = 20_000;',
  ),
];
