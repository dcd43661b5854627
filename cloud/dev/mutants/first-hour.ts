import type { Mutant } from './mutant.ts';

const SETTLE = 'cloud/dev/local/settle.test.ts';
const RUN = 'cloud/dev/run.test.ts';

/** What somebody meets who has nothing but the README. */
export const FIRST_HOUR_MUTANTS: readonly Mutant[] = [
  {
    guard: 'first hour: amy goes on with the Node that was installed for it',
    file: 'cli/bin/amy.js',
    from: 'process.argv.splice(2, 0, HERE);',
    to: '',
    tests: [RUN],
  },
  {
    guard: 'first hour: the local stack goes on with the Node that was installed for it',
    file: 'cloud/dev/start.js',
    from: "await import('./run.js');",
    to: '',
    tests: [RUN],
  },
  {
    guard: 'first hour: npm prints no page of what needs a newer Node',
    file: '.npmrc',
    from: 'loglevel=error',
    to: '',
    tests: [RUN],
  },
  {
    guard: 'first hour: amy runs from an installed package',
    file: 'cli/bin/amy.js',
    from: ' readTypesHere();\n',
    to: ';\n',
    tests: ['cli/test/command-line.test.ts'],
  },
  {
    guard: 'first hour: what moves has all the time it takes',
    file: 'cloud/dev/local/settle.ts',
    from: 'if (figures !== moved.figures) moved',
    to: 'if (moved.figures === "") moved',
    tests: [SETTLE],
  },
  {
    guard: 'first hour: requests that wait are no failure',
    file: 'cloud/dev/local/settle.ts',
    from: 'if (isStill && stillMs >= patienceMs) return after;',
    to: '',
    tests: [SETTLE],
  },
  {
    guard: 'first hour: the README leads to how one contributes',
    file: 'README.md',
    from: '[CONTRIBUTING.md](CONTRIBUTING.md)',
    to: '',
    tests: [RUN],
  },
];
