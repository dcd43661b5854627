import { mutantsBelow } from './mutant.ts';

const mutant = mutantsBelow('cloud/bench', 'bench', ['cloud/dev/bench.test.ts']);

/** What is told of what work costs. */
export const BENCH_MUTANTS = [
  mutant(
    'nothing is measured where no scene has the name',
    'main.ts',
    'if (scenes.length === 0) {',
    'if (false) {',
  ),
];
