import { mutants } from './mutant.ts';

const TEST = 'redeliveries.test.ts';
const STORE = 'store/redeliveries.ts';

/** Stored bytes that come again for another request. */
export const REDELIVERY_MUTANTS = mutants('redelivery', [
  ['a retry writes nothing', STORE, 'r.terra_reference is not ?4\n    or', 'true or', TEST],
  [
    'two deliveries of one reference are told apart',
    STORE,
    `or (?6 <> '' and not \${holdsId('r.trace_id', '?6')})`,
    '',
    TEST,
  ],
  [
    'a reference that nobody waits for writes nothing',
    STORE,
    'b.terra_reference = ?5\n        or',
    'true or',
    TEST,
  ],
  [
    'a request whose answer is not recorded yet waits too',
    STORE,
    "or (b.terra_reference is null and b.status = 'pending' and b.terra_user_id = c.terra_user_id)",
    '',
    TEST,
  ],
  ['they are bounded', STORE, 'd.raw_event_id = r.id) < ?8', 'd.raw_event_id = r.id) < ?8 + 9', TEST],
  [
    'they count once their event is processed',
    'store/imports.ts',
    'd.delivered_at, e.processed_at, e.process_error\n  from asked a\n  cross join redeliveries d on d.terra_reference = a',
    'd.delivered_at, d.delivered_at, e.process_error\n  from asked a\n  cross join redeliveries d on d.terra_reference = a',
    TEST,
  ],
]);
