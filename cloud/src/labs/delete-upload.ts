import { type IsoTime, isoText, isoTime, sqliteTime } from '../clock.ts';
import type { PersonChanges } from '../fold/changes.ts';
import { asLabSessionId, asTerraUploadId, type RawEventId, type TerraUploadId, type UserId } from '../ids.ts';
import { nextClock } from '../ingest/person-commit.ts';
import type { PreparedEvent } from '../ingest/prepared-event.ts';
import { sendMessages } from '../queue/messages.ts';
import { DELETED_UPLOAD, writeMarks } from '../store/erased-subjects.ts';
import { deleteFoldedRowsStatements, storeFoldedRowsStatements } from '../store/folded-rows.ts';
import { guardStatement, retryLostRace } from '../store/guard.ts';
import { allLabEventsStatement, type LabEventRow } from '../store/lab-events.ts';
import { labSessionsStatement } from '../store/lab-reports.ts';
import { deleteLabStatements, labRowsStatement } from '../store/lab-rows.ts';
import { labSessionsOfPersonStatement, storeLabSessionsStatements } from '../store/lab-sessions.ts';
import { labUploadStatement, terraUploadIdsStatement } from '../store/lab-uploads.ts';
import { moveClocksStatements, personClockStatement } from '../store/person-clock.ts';
import { deletePayloads } from '../store/person-objects.ts';
import { runAll, type Statement } from '../store/statements.ts';
import { storeTombstonesStatements } from '../store/tombstones.ts';
import { storeTracesStatements } from '../store/traces.ts';
import { isOfUpload, prepareLabEvents } from './upload-reports.ts';
import { keptBiomarkers, type LabRow, type LabRows, withoutEvents } from './without-events.ts';

export type LabDeletion = {
  /** Rows and objects, by table and store. */
  readonly deleted: Readonly<Record<string, number>>;
  /** Values that its reports gave, and that another report gives too. */
  readonly kept: number;
};

export type DeletionContext = { readonly userId: UserId; readonly requestId: string };

export type DeletedUpload = {
  readonly uploadId: string;
  /** Ids of Terra's that its row does not know. */
  readonly terraUploadIds: readonly TerraUploadId[];
};

/** An upload as a deletion finds it. */
type FoundUpload = {
  readonly clock: IsoTime;
  readonly storageKey: string | null;
  readonly terraUploadIds: readonly TerraUploadId[];
};

/**
 * Deletes an upload: the file, its row, the events it caused with their payloads, and what only they said.
 * What other reports say as well is told by these from then on. What Terra still sends of it is refused, and
 * Terra is asked to delete its reports, for about two days if need be. Null where the person has no such
 * upload. A crash leaves an upload that can be deleted again.
 */
export async function deleteLabUpload(
  env: Env,
  upload: DeletedUpload,
  context: DeletionContext,
): Promise<LabDeletion | null> {
  // Events found to be of the upload stay so, even when their payloads are gone.
  const ownIds = new Set<RawEventId>();
  const raced = await retryLostRace({ lab_deletion: true }, async () => {
    const found = await findUpload(env.DB, upload, context.userId);
    return found === null ? null : deleteFound(env, upload.uploadId, found, ownIds, context);
  });
  if (raced.state === 'lost_race') throw new Error('others kept changing the person whose upload is deleted');
  return raced.value;
}

async function findUpload(
  db: D1Database,
  upload: DeletedUpload,
  userId: UserId,
): Promise<FoundUpload | null> {
  const key = { userId, id: upload.uploadId };
  const [clocks, uploads, ids] = await runAll<Record<string, string | number>>(db, [
    personClockStatement(userId),
    labUploadStatement(key),
    terraUploadIdsStatement(key),
  ]);
  const clock = clocks?.results[0]?.clock;
  const row = uploads?.results[0];
  if (clock === undefined || (row === undefined && upload.terraUploadIds.length === 0)) return null;
  const own = (ids?.results ?? []).filter(({ is_shared }) => is_shared === 0);
  return {
    clock: isoText(String(clock)),
    storageKey: row === undefined ? null : String(row.storage_key),
    terraUploadIds: [
      ...new Set([
        ...upload.terraUploadIds,
        ...own.map(({ terra_upload_id }) => asTerraUploadId(String(terra_upload_id))),
      ]),
    ],
  };
}

/**
 * The marks come first: nothing more is stored of the upload from then on. Objects go before the rows that
 * name them. The commit stands on the clock at which the upload was found: whoever changes the person's labs
 * moves it.
 */
async function deleteFound(
  env: Env,
  uploadId: string,
  found: FoundUpload,
  ownIds: Set<RawEventId>,
  context: DeletionContext,
): Promise<LabDeletion> {
  const { userId } = context;
  const marks = found.terraUploadIds.map((id) => [DELETED_UPLOAD, id] as const);
  await writeMarks(env.DB, marks, isoTime(Date.now()));
  const { own, others, rows } = await readLabs(env, userId, found.terraUploadIds, ownIds);
  for (const { row } of own) ownIds.add(row.id);
  const changes = withoutEvents(rows, own, others);
  const payloads = await deletePayloads(
    env.RAW_PAYLOADS,
    own.map(({ row }) => row),
  );
  if (found.storageKey !== null) await env.LAB_REPORTS.delete(found.storageKey);
  const eventIds = own.map(({ row }) => row.id);
  // Before the rows that know Terra's ids: a deletion that is cut short here is asked for again.
  await sendMessages(
    env.TERRA_EVENTS,
    found.terraUploadIds.map((id) => ({ removal: { kind: 'lab_upload', id } })),
  );
  const stored = deleteLabStatements(userId, uploadId, found.terraUploadIds, eventIds);
  const deleted = await commit(env.DB, { uploadId, found, changes, stored }, context);
  return {
    deleted: {
      ...deleted,
      biomarkers_raw: changes.deletions.length,
      r2_lab_reports: found.storageKey === null ? 0 : 1,
      r2_raw_payloads: payloads,
    },
    kept: keptBiomarkers(rows, own, changes),
  };
}

type Labs = {
  /** Events of the upload. */
  readonly own: readonly PreparedEvent[];
  /** The person's other lab events that have taken effect. */
  readonly others: readonly PreparedEvent[];
  readonly rows: LabRows;
};

async function readLabs(
  env: Env,
  userId: UserId,
  terraUploadIds: readonly TerraUploadId[],
  ownIds: ReadonlySet<RawEventId>,
): Promise<Labs> {
  const [rows, known, sessions, events] = await runAll<Record<string, string | number | null>>(env.DB, [
    labRowsStatement(userId),
    labSessionsOfPersonStatement(userId),
    labSessionsStatement(userId, terraUploadIds),
    allLabEventsStatement(userId, terraUploadIds),
  ]);
  const names = {
    terraUploadIds: new Set(terraUploadIds),
    labSessionIds: new Set(
      (sessions?.results ?? []).map(({ session_id }) => asLabSessionId(String(session_id))),
    ),
  };
  const stored = (events?.results ?? []) as LabEventRow[];
  const prepared = await prepareLabEvents(env, stored);
  const isOwn = (event: PreparedEvent) => ownIds.has(event.row.id) || isOfUpload(event, names);
  const effective = new Set(
    stored.filter((row) => row.user_id === userId && row.processed_at !== null).map(({ id }) => id),
  );
  return {
    own: prepared.filter(isOwn),
    others: prepared.filter((event) => !isOwn(event) && effective.has(event.row.id)),
    rows: {
      biomarkers: (rows?.results ?? []) as LabRow[],
      sessions: (known?.results ?? []) as LabRow[],
    },
  };
}

type DeletionPlan = {
  readonly uploadId: string;
  readonly found: FoundUpload;
  readonly changes: PersonChanges;
  readonly stored: readonly (readonly [table: string, statement: Statement])[];
};

/** One transaction; answers how many rows went, by table. Throws a lost race. */
async function commit(
  db: D1Database,
  { uploadId, found, changes, stored }: DeletionPlan,
  { userId, requestId }: DeletionContext,
): Promise<LabDeletion['deleted']> {
  const nowMs = Date.now();
  const clock = nextClock(found.clock, nowMs);
  const owned = <Change>(list: readonly Change[]) => list.map((change) => ({ userId, clock, change }));
  const key = JSON.stringify({ id: uploadId });
  const before = [
    guardStatement({ clocks: new Map([[userId, found.clock]]) }),
    ...moveClocksStatements([{ userId, clock }]),
    ...deleteFoldedRowsStatements(owned(changes.deletions)),
    ...storeFoldedRowsStatements(owned(changes.rows), owned(changes.biomarkerDays)),
    ...storeLabSessionsStatements(owned(changes.labSessions)),
    ...storeTombstonesStatements(
      found.storageKey === null
        ? []
        : [{ user_id: userId, table_name: 'lab_uploads', key, deleted_at: clock }],
    ),
    ...storeTracesStatements(
      [{ level: 'info', event: 'lab_deleted', userId, requestId, details: { upload_id: uploadId } }],
      sqliteTime(nowMs),
    ),
  ];
  const answers = await runAll(db, [...before, ...stored.map(([, one]) => one)]);
  const deleted: Record<string, number> = { lab_reports: 0, raw_events: 0, trace_events: 0 };
  stored.forEach(([table], i) => {
    deleted[table] = (deleted[table] ?? 0) + (answers[before.length + i]?.meta.changes ?? 0);
  });
  return deleted;
}
