import { type Mutant, mutants } from './mutant.ts';

const ADMIN = 'admin.test.ts';
const DEAD = 'store/dead-letters.ts';
const ACTS = 'admin-acts.test.ts';
const BULK = 'routes/admin-search.ts';
const SEARCH = 'store/event-search.ts';
const DLQ = 'routes/admin-dlq.ts';

/** What an operator does about an event. */
export const OPERATOR_ACT_MUTANTS: readonly Mutant[] = mutants('operator acts', [
  ['the list goes on', DEAD, '  and id < ?2\norder by id desc', '  and ?2 > 0\norder by id desc', ADMIN],
  [
    'what needs nobody is not resolved',
    DEAD,
    `where id in (select value from json_each(?1))\n  and \${IS_OPEN}\`,\n`,
    'where id in (select value from json_each(?1))`,\n',
    ADMIN,
  ],
  [
    'what is tried again is open again',
    DLQ,
    'await reopenEvents(c.env.DB, [id], isoTime(Date.now()));',
    '',
    ADMIN,
  ],
  [
    'what the drain gave up waits for an operator',
    'operator/event-explanation.ts',
    'if (event.attempts > 0 && isOld) return null;',
    '',
    'event-codes.test.ts',
  ],
  [
    'a search goes on where a step ended',
    SEARCH,
    'limit 1 offset ${',
    'limit 0 offset ${',
    'admin-search.test.ts',
  ],
  ['a dry run does nothing', BULK, '!isDryRun && ', '', 'admin-search.test.ts'],
  [
    'everything is never meant',
    BULK,
    'if (Object.values(filter).some(',
    'if (true || Object.values(filter).some(',
    'admin-search.test.ts',
  ],
  ['a text needs a time', BULK, 'sinceMs < nowMs - SEARCH_TEXT_MS', 'false', 'admin-search.test.ts'],
  [
    'a sign-in is not done again',
    SEARCH,
    "? [\"(processed_at is null or event_type not in ('auth', 'auth_success'))\"]",
    '? []',
    'admin-search.test.ts',
  ],
  ['a pause is no attempt', 'imports/send-backfill.ts', 'if (isPaused(answer))', 'if (false)', ACTS],
  [
    'a pause is no attempt at a deletion at Terra',
    'erasure/delete-at-terra.ts',
    "  if (isPaused(answer)) return { removed: 0, state: 'paused' };\n",
    '',
    ACTS,
  ],
  [
    'a deletion at Terra outlives a pause',
    'queue/consumer.ts',
    "if (state === 'paused') {",
    'if (false) {',
    ACTS,
  ],
  [
    'a pause is of every call',
    'terra/client.ts',
    'if ((await readOutboundPause(env.DB)) !== null)',
    'if (false)',
    ACTS,
  ],
  [
    'what waited for a pause is due after it',
    'store/operator-switches.ts',
    `and error = '\${PAUSED}'`,
    'and false',
    ACTS,
  ],
  [
    'a settled owner lets events go on',
    'store/connection-owner.ts',
    '    releaseConflictsStatement(terraUserId, times.now, times.nextAttemptAt),\n',
    '',
    ACTS,
  ],
  [
    'what is let go on is on the list again should it fail',
    'store/connection-owner.ts',
    ',\n  resolved_at = null,\n  resolve_note = null',
    '',
    ACTS,
  ],
  [
    'what was asked for the owner before was not asked for the next',
    'store/connection-owner.ts',
    ', asked_from = null',
    '',
    ACTS,
  ],
  [
    'a request of a moved connection says why it ended',
    'imports/refusal-reason.ts',
    'if (error === CONNECTION_MOVED)',
    'if (false)',
    ACTS,
  ],
  [
    'an event stays with whom it was given to',
    'ingest/prepared-event.ts',
    'return referenceUser === null || referenceUser === owner ? owner : null;',
    'return null;',
    ACTS,
  ],
  [
    'an event is not erased with the next owner of its connection',
    'ingest/prepared-event.ts',
    'envelope.subjects.filter((id) => id !== event.terraUserId)',
    'envelope.subjects',
    ACTS,
  ],
  [
    'either key opens',
    'settings.ts',
    "listSetting(requireSecret(env, 'AMY_ADMIN_KEY'))",
    "[requireSecret(env, 'AMY_ADMIN_KEY')]",
    'middleware/admin-key.test.ts',
  ],
  [
    'a note that fails keeps no cron from its work',
    'cron/noted-run.ts',
    "log('warn', 'cron_run_not_noted', { message: errorText(error) });",
    'throw error;',
    'stats.test.ts',
  ],
  [
    'a run says nothing of one that began after it',
    'store/cron-runs.ts',
    'where excluded.started_at >= cron_runs.started_at',
    'where true',
    'stats.test.ts',
  ],
  ['a cron that failed says so', 'cron/noted-run.ts', "= 'failed';", "= 'ok';", 'stats.test.ts'],
  [
    'a replay is not counted again',
    'ingest/plan.ts',
    '.filter(({ event }) => snapshot.progress.get(event.row.id)?.processedAt == null)',
    '',
    'stats.test.ts',
  ],
  [
    'a slot of another day loses nothing',
    'store/outcome-counts.ts',
    'iif(excluded.started_at > started_at, count, 0)',
    '0',
    'stats.test.ts',
  ],
  [
    'what comes late is of another day',
    'store/outcome-counts.ts',
    'iif(excluded.started_at < started_at, 0, excluded.count)',
    'excluded.count',
    'stats.test.ts',
  ],
  [
    'a commit whose answer was lost is no failure',
    'store/outcome-counts.ts',
    'where id = ?1\n  and processed_at is null\n',
    'where id = ?1\n',
    'stats.test.ts',
  ],
]);
