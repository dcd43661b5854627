import { type Mutant, mutants } from './mutant.ts';

const STEPS = 'cloud/dev/deploy/steps.ts';
const TESTS = ['cloud/dev/deploy/deploy.test.ts'];

/** How a Worker comes to run on a database that has its tables. */
export const DEPLOYMENT_MUTANTS: readonly Mutant[] = [
  ...mutants('deployment', [
    [
      'a database without the tables of this version is told as such',
      'store/migrated.ts',
      'if (!LACKS.test(errorText(error))) throw error;',
      'throw error;',
      'upgrade.test.ts',
    ],
    [
      'tables of another version are no fault of an event',
      'ingest/attempt.ts',
      'if (error instanceof DatabaseNotMigrated) throw error;',
      '',
      'consumer.test.ts',
    ],
  ]),
  ...(
    [
      ['a queue that is there is left', STEPS, "if (found.code === 0) return done('it is there');", ''],
      [
        'a queue is made only where wrangler says that there is none',
        STEPS,
        'if (!found.words.includes',
        'if (!info.includes',
      ],
      [
        'a namespace that a failed deployment left is taken',
        STEPS,
        'deployment.namespaceIds.size > 0 ? withIds : plain',
        'plain',
      ],
      [
        'nothing is made while a secret is missing',
        STEPS,
        'if (missing.length > 0)',
        'if (missing.length < 0)',
      ],
      [
        'a key in the shell does not take the place of the one in the file',
        'cloud/dev/deploy/wrangler.ts',
        '!without.includes(name)',
        'name.length > 0 || !without.includes(name)',
      ],
      [
        'each of several operator keys is long enough',
        'cloud/dev/deploy/secrets-file.ts',
        "name === 'AMY_ADMIN_KEY' ? value.split(',') : [value]",
        '[value]',
      ],
    ] as const
  ).map(([guard, file, from, to]) => ({ guard: `deployment: ${guard}`, file, from, to, tests: TESTS })),
];
