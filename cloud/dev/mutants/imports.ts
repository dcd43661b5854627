import { mutants } from './mutant.ts';

const TEST = 'import-limits.test.ts';
const ASKED = 'import-progress.test.ts';
const REQUEST = 'imports/request-import.ts';

/** What an import may ask for, and when. */
export const IMPORT_MUTANTS = mutants('import', [
  ['one runs at a time', REQUEST, "nowMs).state === 'running'", "nowMs).state === 'done'", TEST],
  ['two questions at once find one', REQUEST, '    latestImportGuardStatement(userId, latest),\n', '', TEST],
  ['who asks for more gets the rest', REQUEST, 'asked?.start_date ?? today', 'today', TEST],
  ['so many days a day', REQUEST, 'roomMs === nowMs &&', 'roomMs >= 0 &&', TEST],
  [
    "Terra's limit of an hour is not asked beyond",
    'imports/send-backfill.ts',
    'roomMs > nowMs',
    'roomMs < 0',
    TEST,
  ],
  ["everybody's requests leave one by one", 'store/turns.ts', 'then next_ms else', 'then ?1 else', TEST],
  [
    'a wrong clock stops nobody',
    'store/turns.ts',
    'when next_ms between ?1 and ?3',
    'when next_ms >= ?1',
    TEST,
  ],
  [
    'the first day that was asked for outlives its request',
    'imports/send-backfill.ts',
    '    noteAskedStatement(row.id),\n',
    '',
    ASKED,
  ],
  ['only what Terra took counts as asked', 'store/asked-days.ts', "  and b.status = 'sent'\n", '', ASKED],
  [
    'the earliest day counts',
    'store/asked-days.ts',
    'min(b.start_date, coalesce',
    'max(b.start_date, coalesce',
    ASKED,
  ],
  [
    'what was asked is told on the last page',
    'routes/sync.ts',
    '...(hasMore ? {} :',
    '...(rows === null ? {} :',
    ASKED,
  ],
  [
    'a sync reads the answers of late requests alone',
    'store/asked-days.ts',
    "(status <> 'sent' or sent_at > ?2)",
    "(status <> 'sent' or sent_at > ?2 or user_id = ?1)",
    ASKED,
  ],
]);
