import { mutants } from './mutant.ts';

const IDEMPOTENCY = 'idempotency.test.ts';
const FOREIGN = 'foreign-ids.test.ts';

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
