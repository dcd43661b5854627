import { type Mutant, mutants } from './mutant.ts';

const TEST = 'incidents.test.ts';

/** What an operator relies on while something outside is away. */
export const INCIDENT_MUTANTS: readonly Mutant[] = [
  ...mutants('incidents', [
    [
      'a delivery whose first message was never sent gets one when it comes again',
      'routes/webhook.ts',
      "recorded.state === 'stored' || recorded.isNeverAttempted",
      "recorded.state === 'stored'",
      TEST,
    ],
    [
      'dead letters come again where the database is away',
      'queue/dead-letter.ts',
      'batch.retryAll();',
      'batch.ackAll();',
      TEST,
    ],
  ]),
  {
    guard: 'incidents: a cron that does not come is out of order',
    file: 'cli/src/commands/admin-check.ts',
    from: '> lateAfterMs(cron)',
    to: '> Number.POSITIVE_INFINITY + lateAfterMs(cron)',
    tests: ['cli/test/command-admin.test.ts'],
  },
];
