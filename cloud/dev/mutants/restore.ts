import { mutants } from './mutant.ts';

const TEST = 'restore.test.ts';
const RESTORE = 'operator/restore.ts';

/** What holds after the database was restored to an earlier time. */
export const RESTORE_MUTANTS = mutants('restore', [
  [
    'a ping has a key of its own',
    'ingest/fetch-ping.ts',
    'request_id ?? dedup_key}',
    'id}',
    's3-payload.test.ts',
  ],
  [
    'erasures are noted outside',
    'erasure/erase-person.ts',
    'await listErasure(env.RAW_PAYLOADS, subjects, requestedMs);',
    '',
    TEST,
  ],
  [
    'erasures are repeated',
    RESTORE,
    'await erasePerson(env, { userId, requestedMs, requestId });',
    'await Promise.resolve();',
    TEST,
  ],
  [
    'their marks are set again',
    RESTORE,
    'await writeHashedMarks(env.DB, marks, requestedAt);',
    'await Promise.resolve(marks);',
    TEST,
  ],
  ['who came afterwards is somebody new', RESTORE, ' && unixMsOf(created_at) <= requestedMs', '', TEST],
  [
    'mirrors are told',
    'store/restored.ts',
    '  full_sync_before = $',
    '  full_sync_before = null and $',
    TEST,
  ],
  [
    'clocks move, so that a mirror is told once',
    'store/restored.ts',
    '  clock = $',
    '  clock = clock, email = $',
    TEST,
  ],
  [
    'sweeps are held',
    'cron/sweep-orphans.ts',
    'if (await areSweepsHeld(env)) {',
    'if (env === null) {',
    TEST,
  ],
  [
    'what is noted of an erasure does not shrink',
    'erasure/erased-list.ts',
    'if ((await bucket.head(key)) !== null) return;',
    '',
    TEST,
  ],
]);
