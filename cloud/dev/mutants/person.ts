import { mutants } from './mutant.ts';

const IDEMPOTENCY = 'idempotency.test.ts';
const FOREIGN = 'foreign-ids.test.ts';
const ROW_COUNTS = 'fold/row-counts.ts';

/** Guards of what a person asks of the API. */
export const PERSON_MUTANTS = [
  ...mutants('idempotency', [
    [
      'a key that came with another request is refused',
      'store/idempotency.ts',
      "if (row.request_hash !== request.requestHash) return { state: 'other_request' };",
      '',
      IDEMPOTENCY,
    ],
    [
      'what failed on our side is not kept',
      'middleware/idempotency.ts',
      'return status < 500 && status !== 429;',
      'return true;',
      IDEMPOTENCY,
    ],
    [
      'a claim that was taken over is not ended by the first',
      'store/idempotency.ts',
      '\n  and claim = ?3`',
      '\n  and ?3 is not null`',
      IDEMPOTENCY,
    ],
    [
      'a running claim is taken over only when it must have died',
      'store/idempotency.ts',
      'and idempotency_keys.claimed_at <= ?7',
      'and ?7 is not null',
      IDEMPOTENCY,
    ],
    ['tokens are not kept', 'middleware/idempotency.ts', ' || answersSecrets(c.req.path)', '', IDEMPOTENCY],
  ]),
  ...mutants('profile', [
    [
      'of two at once neither is lost',
      'store/profiles.ts',
      'guard,\n    ...storeProfileStatements(',
      '...storeProfileStatements(',
      'profile.test.ts',
    ],
  ]),
  ...mutants('row counts', [
    [
      'counts of another moment are none',
      ROW_COUNTS,
      'stored.clock === clock ? stored.counts : null',
      'stored.counts',
      'me.test.ts',
    ],
    ['what was there is not counted again', ROW_COUNTS, 'if (isNew) add', 'add', 'me.test.ts'],
    [
      'what goes is not counted',
      ROW_COUNTS,
      'for (const { table, key } of deletions) add(table, key, -1);',
      '',
      'fold/row-counts.test.ts',
    ],
    [
      'a source without rows has no count',
      ROW_COUNTS,
      '.filter(([, rows]) => rows > 0)',
      '',
      'fold/row-counts.test.ts',
    ],
    [
      'an event goes on with the counts',
      'ingest/person-commit.ts',
      'countsBefore === null ? null : countsAfter',
      'true ? null : countsAfter',
      'me.test.ts',
    ],
    [
      'what was counted is kept',
      'routes/me.ts',
      'c.executionCtx.waitUntil(keepRowCounts(c.env.DB, userId, standing.countedNow));',
      '',
      'me.test.ts',
    ],
  ]),
  ...mutants('owner', [
    [
      'a payload is given to its owner alone',
      'store/raw-events.ts',
      '\n  and user_id = ?2`',
      '\n  and ?2 is not null`',
      FOREIGN,
    ],
  ]),
];
