import { mutants } from './mutant.ts';

const BODIES = 'store/raw-bodies.ts';
const PAYLOADS = 'payloads.test.ts';

/** Where the body of an event lies. */
export const BODY_MUTANTS = mutants('bodies', [
  [
    'one that lies in its row is read there',
    BODIES,
    "raw_events.payload <> '',",
    'raw_events.payload is null,',
    PAYLOADS,
  ],
  [
    'blanking an event takes its body',
    'store/event-outcomes.ts',
    '...deleteBodiesStatements(ids), ',
    '',
    'erased.test.ts',
  ],
]);
