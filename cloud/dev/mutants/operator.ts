import { type Mutant, mutants } from './mutant.ts';

const FORGED = 'forged-deliveries.test.ts';
const COUNTS = 'store/rejected-signatures.ts';
const PERSON = 'admin-person.test.ts';
const CHECK = 'cli/src/commands/admin-check.ts';
const CLI_TEST = 'cli/test/command-admin.test.ts';

/** What an operator is shown, and what a stranger can make of it. */
export const OPERATOR_MUTANTS: readonly Mutant[] = [
  ...mutants('operator', [
    [
      'a count of refused signatures ends',
      COUNTS,
      'or (excluded.started_at = started_at and count <',
      'or (excluded.started_at = started_at and 0 <',
      FORGED,
    ],
    [
      'a slot of yesterday is taken anew',
      COUNTS,
      'iif(started_at = excluded.started_at,',
      'iif(true,',
      FORGED,
    ],
    [
      'a late count takes no newer slot',
      COUNTS,
      'where excluded.started_at > started_at',
      'where true',
      FORGED,
    ],
    ['refusals are of the last hour', COUNTS, 'filter (where started_at >= ?1)', '', FORGED],
    [
      'a skipped event says why',
      'operator/event-explanation.ts',
      "code === 'skipped' ? skippedBecause(error) : null",
      'null',
      'admin-events.test.ts',
    ],
    [
      'a sign-in that failed has words, whatever its status',
      'event-codes.ts',
      "reason.startsWith('auth_') ? 'auth_<status>' : reason",
      'reason',
      'admin-events.test.ts',
    ],
    [
      'one event says when it is tried next',
      'routes/admin-payloads.ts',
      "next_attempt_at: time('next_attempt_at'),",
      'next_attempt_at: null,',
      'admin-events.test.ts',
    ],
    ['one reason leaves room for others', 'store/traces.ts', '      and reason = ?4\n', '', FORGED],
    ['traces of a reason are few', 'store/traces.ts', 'and count >', 'and count < 0 and 0 <', FORGED],
    [
      'a flood is written down seldom',
      'ingest/rejection-tally.ts',
      'if (times <= REJECTED_COUNTED_ALONE) return 1;',
      'if (times > 0) return 1;',
      FORGED,
    ],
    [
      'parked events are no backlog',
      'store/stats.ts',
      'min(received_at) filter (where process_error is null) as oldest_backlog',
      'min(received_at) as oldest_backlog',
      'stats.test.ts',
    ],
    [
      'what waits is told by reason',
      'store/stats.ts',
      'group by error\n',
      'group by next_attempt_at\n',
      'stats.test.ts',
    ],
    ['nobody is erased unasked', 'routes/admin.ts', '!(await isIdKnown(c.env.DB, userId))', 'false', PERSON],
    ['nobody is told of', 'routes/admin-person.ts', "=== 'false' &&", "=== 'no' &&", PERSON],
    [
      'whom an event names is somebody',
      'store/person-overview.ts',
      '    namingEventsStatement(subjects, 1),\n',
      '',
      PERSON,
    ],
    [
      'a field that no schema names is refused',
      'routes/documented-router.ts',
      'schema: schema.strict()',
      'schema',
      'routes/documented-router.test.ts',
    ],
  ]),
  {
    guard: 'operator: a wrong secret is the first thing said',
    file: CHECK,
    from: "    ['signing_secret', signingSecret(stats, time)],\n    ['clock', clock(stats)],",
    to: "    ['clock', clock(stats)],\n    ['signing_secret', signingSecret(stats, time)],",
    tests: [CLI_TEST],
  },
  {
    guard: 'operator: what waits for its owner is in order',
    file: CHECK,
    from: '.filter(([code]) => !WAITS_FOR_ITS_OWNER.has(code))',
    to: '',
    tests: [CLI_TEST],
  },
];
