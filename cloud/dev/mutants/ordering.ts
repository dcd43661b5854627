import { mutants } from './mutant.ts';

const TEST = 'ordering-bounds.test.ts';
const RECORD = 'ingest/record.ts';

/** The header that orders events, which no signature covers. */
export const ORDERING_MUTANTS = mutants('ordering header', [
  ['not before 2010', RECORD, ' && orderingMs >= ORDERING_FIRST_MS', '', TEST],
  [
    'not more than a day after the receipt',
    RECORD,
    ' && orderingMs <= receivedMs + ORDERING_AHEAD_MS',
    '',
    TEST,
  ],
]);
