import { type Mutant, mutants } from './mutant.ts';

const ADMIN = 'admin.test.ts';
const DEAD = 'store/dead-letters.ts';
const DLQ = 'routes/admin-dlq.ts';

/** What an operator does about an event. */
export const OPERATOR_ACT_MUTANTS: readonly Mutant[] = mutants('operator acts', [
  ['the list goes on', DEAD, '  and id < ?2\norder by id desc', '  and ?2 > 0\norder by id desc', ADMIN],
  [
    'what needs nobody is not resolved',
    DEAD,
    `where id = ?1\n  and \${IS_OPEN}\`,\n      id,\n      now,`,
    'where id = ?1`,\n      id,\n      now,',
    ADMIN,
  ],
  ['what is tried again is open again', DLQ, 'await reopenEvents(c.env.DB, [id]);', '', ADMIN],
  [
    'what the drain gave up waits for an operator',
    'operator/event-explanation.ts',
    'if (event.attempts > 0 && isOld) return null;',
    '',
    'event-codes.test.ts',
  ],
]);
