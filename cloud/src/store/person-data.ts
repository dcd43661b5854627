import type { UserId } from '../ids.ts';
import { ERASURE_EVENTS_A_SLICE, ERASURE_SLICES_A_RUN } from '../limits.ts';
import type { TableName } from './columns.ts';
import { packsPrefix } from './packed-bodies.ts';
import { countPrefix, deleteCacheKeys, deletePayloads, deletePrefix } from './person-objects.ts';
import { deleteBodiesOfStatements, deleteBodiesStatements } from './raw-bodies.ts';
import { statementsForValues } from './row-sets.ts';
import { allRows, runAll, type Statement, statement } from './statements.ts';
import { namingEventsStatement, ownedEventsStatement, type SubjectEvent } from './subject-events.ts';
import type { Subjects } from './subjects.ts';
import { forgetSweepsStatement, sweepsAmongStatement } from './sweeps.ts';

/** Rows, objects and keys deleted, by table and store. */
export type ErasureReceipt = Readonly<Record<string, number>>;

/** Deleted in this order, after raw_events and trace_events; users come last. */
export const PERSON_TABLES = [
  'daily_summary',
  'activities',
  'sleep_sessions',
  'biomarkers_raw',
  'lab_uploads',
  'terra_connections',
  'body_packs',
  'profiles',
  'sync_watermarks',
  'biomarker_days',
  'item_homes',
  'rebuild_events',
  'rebuilds',
  'tombstones',
  'silences',
  'backfills',
  'imports',
  'large_requests',
  'lab_reports',
  'lab_sessions',
  'earlier_lab_ids',
  'sessions',
  'device_logins',
  'idempotency_keys',
] as const satisfies readonly TableName[];

/**
 * Deletes every row, object and key that holds a marked person's id, Terra ids or data. Running it again
 * deletes what a crash left, and goes on where one run was not enough: throws `MoreThanOneRun` there.
 */
export async function deletePerson(env: Env, subjects: Subjects): Promise<ErasureReceipt> {
  const { userId } = subjects;
  const events = await deleteEvents(env, subjects);
  const rows = await deleteRows(env.DB, subjects);
  // After the rows: an upload or a move under way can no longer record an object, so none is left behind.
  const reports = await deletePrefix(env.LAB_REPORTS, labFilesOf(userId));
  const packs = await deletePrefix(env.RAW_PAYLOADS, packsPrefix(userId));
  const keys = await deleteCacheKeys(env.CACHE, userId);
  const { raw_bodies, ...others } = rows;
  return {
    ...others,
    raw_events: events.raw_events + (rows.raw_events ?? 0),
    trace_events: events.trace_events + (rows.trace_events ?? 0),
    raw_bodies: events.raw_bodies + (raw_bodies ?? 0),
    r2_raw_payloads: events.r2_raw_payloads + packs,
    r2_lab_reports: reports,
    kv_keys: keys,
  };
}

/**
 * What the person's ids still find, in rows and in R2: 0 once they are erased. The cache is not asked. Its lists
 * lag behind, and what was in it is deleted or expires within a day.
 */
export async function countRemaining(env: Env, subjects: Subjects): Promise<number> {
  const { userId } = subjects;
  const statements = [
    ...[namingEventsStatement(subjects, 1), ownedEventsStatement(subjects, 1)].map(countStatement),
    ...tracesOf(subjects).map(([where, ...ids]) =>
      countStatement(statement(`select 1 from trace_events ${where}`, ...ids)),
    ),
    ...PERSON_TABLES.map((table) =>
      countStatement(statement(`select 1 from ${table} where user_id = ?1`, userId)),
    ),
    ...[labFilesOf(userId), packsPrefix(userId)].map((prefix) =>
      countStatement(sweepsAmongStatement(prefix)),
    ),
    countStatement(statement('select 1 from users where id = ?1 or rebuild_of = ?1', userId)),
  ];
  const rows = await runAll<{ n: number }>(env.DB, statements);
  const files =
    (await countPrefix(env.LAB_REPORTS, labFilesOf(userId))) +
    (await countPrefix(env.RAW_PAYLOADS, packsPrefix(userId)));
  return rows.reduce((total, { results }) => total + (results[0]?.n ?? 0), files);
}

function countStatement({ sql, parameters }: Statement): Statement {
  return statement(`select count(*) as n from (${sql})`, ...parameters);
}

/** An erasure of more events than one run deletes: the next run goes on. */
export class MoreThanOneRun extends Error {
  constructor(deleted: number) {
    super(`${deleted} events were deleted, and more are left`);
    this.name = 'MoreThanOneRun';
  }
}

/** How the R2 keys of a person's lab files begin. */
function labFilesOf(userId: UserId): string {
  return `lab-uploads/${userId}/`;
}

type DeletedEvents = {
  readonly raw_events: number;
  readonly trace_events: number;
  readonly raw_bodies: number;
  readonly r2_raw_payloads: number;
};

/**
 * Deletes events slice by slice, each slice in one transaction, until no more are found. A crash leaves whole
 * slices. What only names the person goes first: the ids that lead to it may stand in their own events alone.
 */
async function deleteEvents(env: Env, subjects: Subjects): Promise<DeletedEvents> {
  const total = { ...NO_ROWS, r2_raw_payloads: 0 };
  let slices = 0;
  for (const statementOf of [namingEventsStatement, ownedEventsStatement]) {
    for (let isMore = true; isMore; slices += 1) {
      if (slices === ERASURE_SLICES_A_RUN) throw new MoreThanOneRun(total.raw_events);
      const events = await allRows<SubjectEvent>(env.DB, statementOf(subjects, ERASURE_EVENTS_A_SLICE));
      // Objects before the rows that lead to them.
      total.r2_raw_payloads += await deletePayloads(env.RAW_PAYLOADS, events);
      const deleted = await deleteSlice(env.DB, events);
      total.raw_events += deleted.raw_events;
      total.trace_events += deleted.trace_events;
      total.raw_bodies += deleted.raw_bodies;
      isMore = events.length === ERASURE_EVENTS_A_SLICE;
    }
  }
  return total;
}

const NO_ROWS = { raw_events: 0, trace_events: 0, raw_bodies: 0 };

async function deleteSlice(db: D1Database, events: readonly SubjectEvent[]): Promise<typeof NO_ROWS> {
  const ids = events.map(({ id }) => id);
  const statements = [
    // Before their events, which would take them along and count them as events.
    ...tableStatements('raw_bodies', deleteBodiesStatements(ids)),
    ...tableStatements(
      'raw_events',
      statementsForValues('delete from raw_events where id in (select value from json_each(?1))', ids),
    ),
    ...tableStatements(
      'trace_events',
      statementsForValues(
        'delete from trace_events where raw_event_id in (select value from json_each(?1))',
        ids,
      ),
    ),
  ];
  return { ...NO_ROWS, ...(await runCounted(db, statements)) };
}

/** Traces of the person, and those of their Terra ids that name nobody. */
function tracesOf({ userId, terraUserIds }: Subjects): readonly (readonly [where: string, id: string])[] {
  return [
    ['where user_id = ?1', userId],
    [
      `indexed by idx_trace_terra
where user_id is null
  and terra_user_id <> ''
  and terra_user_id in (select value from json_each(?1))`,
      JSON.stringify(terraUserIds),
    ],
  ];
}

async function deleteRows(db: D1Database, subjects: Subjects): Promise<ErasureReceipt> {
  const { userId } = subjects;
  return runCounted(db, [
    // One more that was settled as theirs since the last slice was looked for.
    ...tableStatements('raw_bodies', deleteBodiesOfStatements(userId)),
    ...tableStatements('raw_events', [statement('delete from raw_events where user_id = ?1', userId)]),
    ...tableStatements(
      'trace_events',
      tracesOf(subjects).map(([where, ...ids]) => statement(`delete from trace_events ${where}`, ...ids)),
    ),
    ...PERSON_TABLES.flatMap((table) =>
      tableStatements(table, [statement(`delete from ${table} where user_id = ?1`, userId)]),
    ),
    ...tableStatements('sweeps', [labFilesOf(userId), packsPrefix(userId)].map(forgetSweepsStatement)),
    // With it goes what a rebuild under way has made.
    ...tableStatements('rebuilds', [statement('delete from users where rebuild_of = ?1', userId)]),
    ...tableStatements('users', [statement('delete from users where id = ?1', userId)]),
  ]);
}

function tableStatements(
  table: string,
  statements: readonly Statement[],
): readonly (readonly [table: string, statement: Statement])[] {
  return statements.map((one) => [table, one] as const);
}

/** Runs statements in one transaction; answers how many rows they changed, by table. */
async function runCounted(
  db: D1Database,
  statements: readonly (readonly [table: string, statement: Statement])[],
): Promise<Record<string, number>> {
  if (statements.length === 0) return {};
  const answers = await runAll(
    db,
    statements.map(([, one]) => one),
  );
  const counts: Record<string, number> = {};
  statements.forEach(([table], i) => {
    counts[table] = (counts[table] ?? 0) + (answers[i]?.meta.changes ?? 0);
  });
  return counts;
}
