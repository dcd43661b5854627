import { ACCESS_MUTANTS } from './access.ts';
import { APART_MUTANTS } from './apart.ts';
import { ARCHIVE_MUTANTS } from './archive.ts';
import { BENCH_MUTANTS } from './bench.ts';
import { BODY_MUTANTS } from './bodies.ts';
import { BYTES_MUTANTS } from './bytes.ts';
import { COMPLETION_MUTANTS } from './completion.ts';
import { COMPOSITE_MUTANTS } from './composites.ts';
import { CONSOLE_MUTANTS } from './console.ts';
import { COVERAGE_MUTANTS } from './coverage.ts';
import { DAY_MUTANTS } from './days.ts';
import { DEPLOYMENT_MUTANTS } from './deployment.ts';
import { DIGEST_MUTANTS } from './digests.ts';
import { DOCTOR_MUTANTS } from './doctor.ts';
import { ERASED_MEANWHILE_MUTANTS } from './erased-meanwhile.ts';
import { ERASURE_MUTANTS } from './erasure.ts';
import { EVENT_STORY_MUTANTS } from './event-story.ts';
import { EXPLAIN_MUTANTS } from './explain.ts';
import { EXPORT_MUTANTS } from './export.ts';
import { FIRST_HOUR_MUTANTS } from './first-hour.ts';
import { IMPORT_MUTANTS } from './imports.ts';
import { INCIDENT_MUTANTS } from './incidents.ts';
import { LAB_MUTANTS } from './labs.ts';
import { LIMIT_MUTANTS } from './limits.ts';
import { MAPPING_MUTANTS } from './mapping.ts';
import { MAPPING_BY_HAND_MUTANTS } from './mapping-by-hand.ts';
import { MAPPING_LAB_MUTANTS } from './mapping-labs.ts';
import { MAPPING_TABLE_MUTANTS } from './mapping-tables.ts';
import { MCP_MUTANTS } from './mcp.ts';
import { MIRROR_FILE_MUTANTS } from './mirror-files.ts';
import type { Mutant } from './mutant.ts';
import { NIGHT_MUTANTS } from './nights.ts';
import { OPERATOR_MUTANTS } from './operator.ts';
import { OPERATOR_ACT_MUTANTS } from './operator-acts.ts';
import { OPERATOR_COMMAND_MUTANTS } from './operator-commands.ts';
import { ORDERING_MUTANTS } from './ordering.ts';
import { PACKAGE_MUTANTS } from './package.ts';
import { PAGE_MUTANTS } from './pages.ts';
import { PERSON_MUTANTS } from './person.ts';
import { PING_MUTANTS } from './pings.ts';
import { QUERY_MUTANTS } from './query.ts';
import { QUEUE_MUTANTS } from './queue.ts';
import { REBUILD_MUTANTS } from './rebuild.ts';
import { REDELIVERY_MUTANTS } from './redeliveries.ts';
import { REPORT_MUTANTS } from './report.ts';
import { RESTORE_MUTANTS } from './restore.ts';
import { RETENTION_MUTANTS } from './retention.ts';
import { SAMPLE_MUTANTS } from './samples.ts';
import { SESSION_TREE_MUTANTS } from './session-tree.ts';
import { SHARED_ID_MUTANTS } from './shared-ids.ts';
import { SIGN_IN_MUTANTS } from './sign-in.ts';
import { SILENCE_MUTANTS } from './silences.ts';
import { SIMULATOR_MUTANTS } from './simulator.ts';
import { STREAM_MUTANTS } from './streams.ts';
import { SYNC_MUTANTS } from './syncing.ts';
import { TERMINAL_MUTANTS } from './terminal.ts';
import { TEST_MUTANTS } from './tests.ts';
import { TOKEN_CLAIM_MUTANTS } from './token-claims.ts';

const CELLS = 'cloud/src/fold/cells.test.ts';
const RACES = 'cloud/test/races.test.ts';
const FOLD = 'cloud/test/fold.test.ts';
const WEBHOOK = 'cloud/test/webhook.test.ts';
const CONSUMER = 'cloud/test/consumer.test.ts';
const LIMITS = 'cloud/test/attempt-limits.test.ts';
const UPSERT = 'cloud/test/upsert.test.ts';
const OWNERS = 'cloud/test/owners.test.ts';
const CONNECTIONS = 'cloud/test/connections.test.ts';
const DRAIN = 'cloud/test/drain.test.ts';
const WIPE = 'cloud/test/wipe.test.ts';
const CONNECTION = 'cloud/src/fold/connection.test.ts';
const LARGE_REQUEST = 'cloud/test/large-request.test.ts';
const ADMIN_EVENTS = 'cloud/test/admin-events.test.ts';
const ORPHANS = 'cloud/test/orphans.test.ts';
const SYNC = ['cloud/test/sync.test.ts', 'cloud/test/sync-pages.test.ts', 'cloud/test/sync-property.test.ts'];
const SIGNATURE = 'cloud/src/terra/signature.test.ts';

/** Every guard the project relies on. A new guard gets its line here. */
export const MUTANTS: readonly Mutant[] = [
  {
    guard: 'event order: the later event wins',
    file: 'cloud/src/fold/order.ts',
    from: 'if (a[1] !== b[1]) return a[1] - b[1];',
    to: '',
    tests: [FOLD],
  },
  {
    guard: 'event order: a tentative night loses',
    file: 'cloud/src/fold/order.ts',
    from: 'if (a[0] !== b[0]) return a[0] - b[0];',
    to: '',
    tests: [FOLD],
  },
  {
    guard: 'merge: a null never overwrites',
    file: 'cloud/src/fold/cells.ts',
    from: 'if (value === null || taken.has(column)) continue;',
    to: 'if (taken.has(column)) continue;',
    tests: [CELLS],
  },
  {
    guard: 'merge: a column belongs to one revision',
    file: 'cloud/src/fold/cells.ts',
    from: 'if (value === null || taken.has(column)) continue;',
    to: 'if (value === null) continue;',
    tests: [FOLD],
  },
  {
    guard: 'items: a deletion withdraws what came before it',
    file: 'cloud/src/fold/items.ts',
    from: 'deletedUpTo === null || compareOrders(order, deletedUpTo) > 0',
    to: 'order !== null',
    tests: [FOLD],
  },
  {
    guard: 'nights: a session that moves leaves its old date',
    file: 'cloud/src/fold/person.ts',
    from: 'setSession(state, source, item, before?.wake_date, null);',
    to: '',
    tests: [FOLD],
  },
  {
    guard: 'upsert: COALESCE in SQL',
    file: 'cloud/src/store/upsert.ts',
    from: "policy === 'replace' ? `excluded",
    to: 'policy !== null ? `excluded',
    tests: [UPSERT],
  },
  {
    guard: 'upsert: withdrawn values become null',
    file: 'cloud/src/fold/changes.ts',
    from: 'replace: withdrawsValue(old.columns, now.columns),',
    to: 'replace: false,',
    tests: [FOLD],
  },
  {
    guard: 'upsert: an unchanged row is not written',
    file: 'cloud/src/store/upsert.ts',
    from: 'or excluded.cells is not',
    to: 'or true or excluded.cells is not',
    tests: [UPSERT],
  },
  {
    guard: 'upsert: a row of which only the cells change names no updated_at',
    file: 'cloud/src/store/folded-rows.ts',
    from: 'ofTable.filter(({ change }) => !change.isOnlyCells)',
    to: 'ofTable',
    tests: ['cloud/test/cost.test.ts'],
  },
  {
    guard: 'upsert: what is shown differs',
    file: 'cloud/src/fold/changes.ts',
    from: 'old.columns !== null && isEqual(old.columns, now.columns),',
    to: 'old.columns !== null,',
    tests: [FOLD],
  },
  {
    guard: 'upsert: cells alone leave an older version of the rules where it is',
    file: 'cloud/src/store/upsert.ts',
    from: `min(\${table}.rules, r.rules)`,
    to: 'r.rules',
    tests: [UPSERT],
  },
  ...(
    [
      ['the person changed', 'where u.clock is not f.seen', [RACES]],
      ['an owner appeared', 'where c.user_id is not f.seen', [RACES]],
      ['a twin committed', 'or r.processed_at is not f.seen', [RACES]],
      ['the row was wiped', 'where r.id is null', [RACES, WIPE]],
    ] as const
  ).map(([what, from, tests]) => ({
    guard: `compare-and-swap: ${what}`,
    file: 'cloud/src/store/guard.ts',
    from,
    to: from.startsWith('or') ? '' : 'where false',
    tests,
  })),
  {
    guard: 'owner: two answers that differ are a conflict',
    file: 'cloud/src/ingest/owner.ts',
    from: 'return others.length === 0',
    to: 'return others.length >= 0',
    tests: [OWNERS],
  },
  {
    guard: 'dedup: the same body is stored once',
    file: 'cloud/src/store/deliveries.ts',
    from: 'where not exists (select 1 from raw_events where',
    to: 'where not exists (select 1 from raw_events where false and',
    tests: [WEBHOOK],
  },
  {
    guard: 'erasure: the webhook stores nothing of an erased person',
    file: 'cloud/src/store/deliveries.ts',
    from: 'where subject_hash in (select value from json_each(?4))\n  )\nreturning id',
    to: 'where false\n  )\nreturning id',
    tests: [WEBHOOK],
  },
  {
    guard: 'erasure: a queued event ends blank',
    file: 'cloud/src/ingest/verdict.ts',
    from: 'snapshot.erased.has(hash)',
    to: 'hash === null',
    tests: [CONSUMER],
  },
  {
    guard: 'duplicate: enqueued only while never attempted',
    file: 'cloud/src/ingest/record.ts',
    from: 'same.processed_at === null && same.attempts === 0',
    to: 'same.processed_at === null',
    tests: [WEBHOOK],
  },
  {
    guard: 'backoff',
    file: 'cloud/src/queue/retry-policy.ts',
    from: 'firstMs * 2 ** (i + 1)',
    to: 'firstMs * i',
    tests: ['cloud/src/queue/retry-policy.test.ts', 'cloud/test/backfill.test.ts'],
  },
  {
    guard: 'backoff: a wait is shortened, never lengthened',
    file: 'cloud/src/queue/retry-policy.ts',
    from: '(1 - spread * shareOf',
    to: '(1 + spread * shareOf',
    tests: ['cloud/src/queue/retry-policy.test.ts'],
  },
  {
    guard: 'backoff: the failure just made counts',
    file: 'cloud/src/queue/consumer.ts',
    from: "waitSeconds('removal', message.attempts, message.id)",
    to: "waitSeconds('removal', message.attempts - 1, message.id)",
    tests: ['cloud/test/retry-waits.test.ts'],
  },
  {
    guard: 'release: the connection lets parked events go',
    file: 'cloud/src/ingest/plan.ts',
    from: 'connections.map(({ terraUserId }) => terraUserId)',
    to: 'connections.flatMap(() => [])',
    tests: [CONNECTIONS, OWNERS],
  },
  {
    guard: 'limits: an attempt that does not fit is halved',
    file: 'cloud/src/ingest/attempt-limits.ts',
    from: 'bytes > COMMIT_BYTES_MAX',
    to: 'bytes < 0',
    tests: [LIMITS],
  },
  {
    guard: 'limits: a parameter is cut at 1.9 MB',
    file: 'cloud/src/store/json-parameter.ts',
    from: 'if (bytes + size > PARAMETER_BYTES_MAX) flush();',
    to: '',
    tests: [LIMITS],
  },
  {
    guard: 'limits: sub-batches of 8 MB',
    file: 'cloud/src/queue/consumer.ts',
    from: 'if (bytes + size > QUEUE_BATCH_BYTES) {',
    to: 'if (parts.length === 0) {',
    tests: [LIMITS],
  },
  {
    guard: 'force: a processed row is left alone without it',
    file: 'cloud/src/ingest/verdict.ts',
    from: 'if (progress.processedAt !== null && !event.force)',
    to: 'if (progress.processedAt === undefined)',
    tests: [CONSUMER],
  },
  {
    guard: 'drain: a row in flight is left alone',
    file: 'cloud/src/store/unprocessed-events.ts',
    from: 'and (next_attempt_at is null or next_attempt_at <= ?1)',
    to: '',
    tests: [DRAIN],
  },
  {
    guard: 'sync: rows of the same moment are paged by rowid',
    file: 'cloud/src/store/change-feed.ts',
    from: 'and rowid > ?3',
    to: 'and false',
    tests: SYNC,
  },
  {
    guard: 'tombstone: a key written anew is no longer deleted',
    file: 'cloud/src/ingest/stored-changes.ts',
    from: '...clearTombstonesStatements(rows),',
    to: '',
    tests: [FOLD],
  },
  {
    guard: 'signature: too old',
    file: 'cloud/src/terra/signature.ts',
    from: 'ageSeconds > rules.toleranceSeconds',
    to: 'ageSeconds > Number.MAX_VALUE',
    tests: [SIGNATURE],
  },
  {
    guard: 'signature: too far ahead',
    file: 'cloud/src/terra/signature.ts',
    from: 'ageSeconds < -SIGNATURE_AHEAD_S',
    to: 'ageSeconds < -Number.MAX_VALUE',
    tests: [SIGNATURE],
  },
  {
    guard: 'sweep: what may still get its row stays',
    file: 'cloud/src/cron/sweep-orphans.ts',
    from: ' || uploaded.getTime() > nowMs - ORPHAN_AGE_MS',
    to: '',
    tests: [ORPHANS],
  },
  {
    guard: 'sweep: no more than may be deleted in one run',
    file: 'cloud/src/cron/sweep-orphans.ts',
    from: 'orphans.slice(0, deletedMax - deleted)',
    to: 'orphans',
    tests: [ORPHANS],
  },
  {
    guard: 'sweep: it goes on where it stopped',
    file: 'cloud/src/cron/sweep-orphans.ts',
    from: "...(after === '' ? {} : { startAfter: after }),",
    to: '',
    tests: [ORPHANS],
  },
  {
    guard: 'sweep: a database without events does not judge',
    file: 'cloud/src/store/orphans.ts',
    from: '  and exists (select 1 from raw_events)`',
    to: '`',
    tests: [ORPHANS],
  },
  {
    guard: 'sweep: what a ping may still find stays',
    file: 'cloud/src/store/orphans.ts',
    from: ' or r.processed_at is null',
    to: '',
    tests: [ORPHANS],
  },
  {
    guard: 'sweep: where it stands names nobody erased',
    file: 'cloud/src/store/sweeps.ts',
    from: 'where not exists (select 1 from erased_subjects where subject_hash = ?4)',
    to: 'where ?4 is not 0',
    tests: [ORPHANS],
  },
  {
    guard: 'wipe: where a sweep stands is forgotten',
    file: 'cloud/src/store/person-data.ts',
    from: "...tableStatements('sweeps', [labFilesOf(userId), packsPrefix(userId)].map(forgetSweepsStatement)),",
    to: '',
    tests: [ORPHANS],
  },
  {
    guard: 'failure: a lost answer is none',
    file: 'cloud/src/store/traces.ts',
    from: '(e.processed_at is null or e.processed_at < ?2)',
    to: '?2 is not null',
    tests: [CONSUMER],
  },
  {
    guard: 'failure: a replay that fails is one',
    file: 'cloud/src/store/traces.ts',
    from: ' or e.processed_at < ?2',
    to: ' and ?2 is not null',
    tests: [CONSUMER],
  },
  {
    guard: 'connection: the first word of it is remembered',
    file: 'cloud/src/fold/connection.ts',
    from: 'Math.min(firstKnownMs(row), ...known)',
    to: 'Math.min(...known)',
    tests: [CONNECTION],
  },
  {
    guard: 'progress of a large request waits for its person',
    file: 'cloud/src/ingest/verdict.ts',
    from: `  if (contributions.length === 0) {
    const userId`,
    to: `  if (contributions.length === 0 || owner.state === 'unknown') {
    const userId`,
    tests: [LARGE_REQUEST],
  },
  {
    guard: 'event: a body too large for an answer is not read',
    file: 'cloud/src/body/stored-body.ts',
    from: 'size > SHOWN_PAYLOAD_BYTES_MAX',
    to: 'size < 0',
    tests: [ADMIN_EVENTS],
  },
  ...STREAM_MUTANTS,
  ...PERSON_MUTANTS,
  ...PING_MUTANTS,
  ...REBUILD_MUTANTS,
  ...REDELIVERY_MUTANTS,
  ...ORDERING_MUTANTS,
  ...IMPORT_MUTANTS,
  ...INCIDENT_MUTANTS,
  ...RETENTION_MUTANTS,
  ...REPORT_MUTANTS,
  ...RESTORE_MUTANTS,
  ...QUEUE_MUTANTS,
  ...ERASURE_MUTANTS,
  ...DEPLOYMENT_MUTANTS,
  ...DIGEST_MUTANTS,
  ...ERASED_MEANWHILE_MUTANTS,
  ...SHARED_ID_MUTANTS,
  ...ACCESS_MUTANTS,
  ...ARCHIVE_MUTANTS,
  ...SAMPLE_MUTANTS,
  ...SILENCE_MUTANTS,
  ...SIMULATOR_MUTANTS,
  ...SIGN_IN_MUTANTS,
  ...BENCH_MUTANTS,
  ...BODY_MUTANTS,
  ...BYTES_MUTANTS,
  ...SESSION_TREE_MUTANTS,
  ...MIRROR_FILE_MUTANTS,
  ...TOKEN_CLAIM_MUTANTS,
  ...LIMIT_MUTANTS,
  ...LAB_MUTANTS,
  ...NIGHT_MUTANTS,
  ...DAY_MUTANTS,
  ...MAPPING_MUTANTS,
  ...MAPPING_BY_HAND_MUTANTS,
  ...MAPPING_LAB_MUTANTS,
  ...MAPPING_TABLE_MUTANTS,
  ...COVERAGE_MUTANTS,
  ...EXPLAIN_MUTANTS,
  ...APART_MUTANTS,
  ...EXPORT_MUTANTS,
  ...FIRST_HOUR_MUTANTS,
  ...OPERATOR_MUTANTS,
  ...OPERATOR_ACT_MUTANTS,
  ...OPERATOR_COMMAND_MUTANTS,
  ...EVENT_STORY_MUTANTS,
  ...PACKAGE_MUTANTS,
  ...PAGE_MUTANTS,
  ...COMPLETION_MUTANTS,
  ...COMPOSITE_MUTANTS,
  ...CONSOLE_MUTANTS,
  ...TERMINAL_MUTANTS,
  ...TEST_MUTANTS,
  ...QUERY_MUTANTS,
  ...MCP_MUTANTS,
  ...DOCTOR_MUTANTS,
  ...SYNC_MUTANTS,
];
