import type { UserId } from '../ids.ts';
import type { TableName } from './columns.ts';
import { forgetSweepsStatement } from './orphans.ts';
import { deleteCacheKeys, deletePayloads, deletePrefix } from './person-objects.ts';
import { statementsForValues } from './row-sets.ts';
import { runAll, type Statement, statement } from './statements.ts';
import { readSubjectEvents, type SubjectEvent, type Subjects } from './subjects.ts';

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
  'profiles',
  'sync_watermarks',
  'item_homes',
  'tombstones',
  'backfills',
  'imports',
  'large_requests',
  'lab_reports',
  'earlier_lab_ids',
  'sessions',
  'device_logins',
  'idempotency_keys',
] as const satisfies readonly TableName[];

/**
 * Deletes every row, object and key that holds a marked person's id, Terra ids or data. Running it again
 * deletes what a crash left.
 */
export async function deletePerson(env: Env, subjects: Subjects): Promise<ErasureReceipt> {
  const { userId } = subjects;
  const events = await readSubjectEvents(env.DB, subjects);
  const payloads = await deletePayloads(env.RAW_PAYLOADS, events);
  const rows = await deleteRows(env.DB, subjects, events);
  // After the rows: an upload under way can no longer record a file, so none is left behind.
  const reports = await deletePrefix(env.LAB_REPORTS, labFilesOf(userId));
  const keys = await deleteCacheKeys(env.CACHE, userId);
  return { ...rows, r2_raw_payloads: payloads, r2_lab_reports: reports, kv_keys: keys };
}

/** How the R2 keys of a person's lab files begin. */
function labFilesOf(userId: UserId): string {
  return `lab-uploads/${userId}/`;
}

async function deleteRows(
  db: D1Database,
  { userId, terraUserIds }: Subjects,
  events: readonly SubjectEvent[],
): Promise<ErasureReceipt> {
  const eventIds = events.map(({ id }) => id);
  const statements: readonly (readonly [string, Statement])[] = [
    ...tableStatements(
      'raw_events',
      statementsForValues('delete from raw_events where id in (select value from json_each(?1))', eventIds),
    ),
    // An attempt that was under way when the marks came may have settled one more as theirs.
    ...tableStatements('raw_events', [statement('delete from raw_events where user_id = ?1', userId)]),
    ...tableStatements(
      'trace_events',
      statementsForValues(
        'delete from trace_events where raw_event_id in (select value from json_each(?1))',
        eventIds,
      ),
    ),
    ...tableStatements('trace_events', [
      statement(
        `delete from trace_events
where user_id = ?1
  or terra_user_id in (select value from json_each(?2))`,
        userId,
        JSON.stringify(terraUserIds),
      ),
    ]),
    ...PERSON_TABLES.flatMap((table) =>
      tableStatements(table, [statement(`delete from ${table} where user_id = ?1`, userId)]),
    ),
    ...tableStatements('sweeps', [forgetSweepsStatement(labFilesOf(userId))]),
    ...tableStatements('users', [statement('delete from users where id = ?1', userId)]),
  ];
  const answers = await runAll(
    db,
    statements.map(([, one]) => one),
  );
  const receipt: Record<string, number> = {};
  statements.forEach(([table], i) => {
    receipt[table] = (receipt[table] ?? 0) + (answers[i]?.meta.changes ?? 0);
  });
  return receipt;
}

function tableStatements(
  table: string,
  statements: readonly Statement[],
): readonly (readonly [string, Statement])[] {
  return statements.map((one) => [table, one] as const);
}
