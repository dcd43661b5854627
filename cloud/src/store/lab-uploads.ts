import type { IsoTime } from '../clock.ts';
import type { LabSessionId, TerraUploadId, UserId } from '../ids.ts';
import type { ColumnOf } from './columns.ts';
import { IS_STAYING, tickClockStatement } from './person-clock.ts';
import { rowSet, statementsForRows } from './row-sets.ts';
import { allRows, firstRow, runAll, type Statement, statement } from './statements.ts';

/** Which upload of whom. */
export type LabUploadKey = { readonly userId: UserId; readonly id: string };

/** An upload as its person sees it. `position` tells it apart from others of the same second. */
export type StoredLabUpload = {
  readonly id: string;
  readonly storage_key: string;
  readonly original_name: string | null;
  readonly sha256: string | null;
  readonly uploaded_at: IsoTime;
  readonly terra_status: string;
  readonly parsed_at: IsoTime | null;
  readonly updated_at: IsoTime;
  readonly position: number;
};

const COLUMNS = `id, storage_key, original_name, sha256, strftime('%Y-%m-%dT%H:%M:%fZ', uploaded_at) as uploaded_at,
  coalesce(terra_status, 'pending') as terra_status, parsed_at, updated_at, rowid as position`;

/** A page of a person's uploads, newest first; `before` is `[uploaded_at, position]` of the last one seen. */
export async function readLabUploadPage(
  db: D1Database,
  userId: UserId,
  before: readonly [string, number] | null,
  limit: number,
): Promise<readonly StoredLabUpload[]> {
  return allRows(
    db,
    statement(
      `select ${COLUMNS}
from lab_uploads
where user_id = ?1
  and (?2 is null or (strftime('%Y-%m-%dT%H:%M:%fZ', uploaded_at), rowid) < (?2, ?3))
order by strftime('%Y-%m-%dT%H:%M:%fZ', uploaded_at) desc, rowid desc
limit ?4`,
      userId,
      before?.[0] ?? null,
      before?.[1] ?? null,
      limit,
    ),
  );
}

/** One of a person's uploads; null where they have none of this id. */
export async function readLabUpload(db: D1Database, key: LabUploadKey): Promise<StoredLabUpload | null> {
  return firstRow(db, labUploadStatement(key));
}

export function labUploadStatement({ userId, id }: LabUploadKey): Statement {
  return statement(
    `select ${COLUMNS}
from lab_uploads
where user_id = ?1
  and id = ?2`,
    userId,
    id,
  );
}

/** An upload with every id Terra has given it. */
export type KnownLabUpload = {
  readonly upload: StoredLabUpload;
  readonly terraUploadIds: readonly TerraUploadId[];
};

/** The same with Terra's ids, in one snapshot. */
export async function readKnownLabUpload(db: D1Database, key: LabUploadKey): Promise<KnownLabUpload | null> {
  const [uploads, ids] = await runAll<StoredLabUpload & { terra_upload_id: TerraUploadId }>(db, [
    labUploadStatement(key),
    terraUploadIdsStatement(key),
  ]);
  const upload = uploads?.results[0];
  if (upload === undefined) return null;
  return {
    upload,
    terraUploadIds: (ids?.results ?? []).map(({ terra_upload_id }) => terra_upload_id),
  };
}

/** Every id Terra has given the upload; `is_shared` where another upload has it as well. */
export function terraUploadIdsStatement({ userId, id }: LabUploadKey): Statement {
  return statement(
    `with own(terra_upload_id) as (
  select terra_upload_id
  from lab_uploads
  where user_id = ?1
    and id = ?2
    and terra_upload_id is not null
  union
  select terra_upload_id
  from earlier_lab_ids
  where user_id = ?1
    and upload_id = ?2
)
select terra_upload_id,
  exists (
    select 1
    from lab_uploads l
    where l.terra_upload_id = own.terra_upload_id
      and l.id <> ?2
  )
  or exists (
    select 1
    from earlier_lab_ids e
    where e.terra_upload_id = own.terra_upload_id
      and e.upload_id <> ?2
  ) as is_shared
from own`,
    userId,
    id,
  );
}

/** Where a file is kept, what it was called, and the SHA-256 of its bytes in hex. */
export type NewLabFile = {
  readonly storageKey: string;
  readonly originalName: string | null;
  readonly sha256: string;
};

/**
 * A new upload: the file is in R2, Terra has not been asked yet. The last statement answers its id, nothing where the
 * person is not there any more or is being erased.
 */
export function storeNewLabUploadStatements(
  upload: LabUploadKey & NewLabFile,
  now: IsoTime,
): readonly Statement[] {
  return [
    tickClockStatement(upload.userId, now),
    statement(
      `insert into lab_uploads(user_id, id, storage_key, terra_status, updated_at, original_name, sha256)
select id, ?2, ?3, 'pending', clock, ?4, ?5
from users
where id = ?1
  and ${IS_STAYING}
returning id`,
      upload.userId,
      upload.id,
      upload.storageKey,
      upload.originalName,
      upload.sha256,
    ),
  ];
}

/** How an upload stands after a report of it. */
export type LabUploadStanding = {
  readonly id: string;
  readonly terra_status: string | null;
  readonly parsed_at: IsoTime | null;
  readonly updated_at: IsoTime;
};

const STANDING = [
  'id',
  'terra_status',
  'parsed_at',
  'updated_at',
] as const satisfies readonly (keyof LabUploadStanding & ColumnOf<'lab_uploads'>)[];

export function storeLabStandingsStatements(standings: readonly LabUploadStanding[]): readonly Statement[] {
  return statementsForRows(
    `update lab_uploads set
  terra_status = s.terra_status,
  parsed_at = s.parsed_at,
  updated_at = s.updated_at
from ${rowSet(STANDING)} s
where lab_uploads.id = s.id`,
    STANDING,
    standings,
  );
}

/**
 * Uploads by an id of Terra's, those that reports of these sessions named, and every unfinished upload of the
 * users named; each with the ids it had before, as a JSON array.
 */
export function labUploadsOfStatements(
  terraUploadIds: readonly TerraUploadId[],
  labSessionIds: readonly LabSessionId[],
  userIds: readonly UserId[],
): readonly Statement[] {
  if (terraUploadIds.length === 0 && labSessionIds.length === 0 && userIds.length === 0) return [];
  return [
    statement(
      `with named(terra_upload_id) as (
  select value
  from json_each(?1)
  union
  select r.terra_upload_id
  from lab_reports r
  where r.session_id in (select value from json_each(?3))
),
found(id) as (
  select l.id
  from named n
  cross join lab_uploads l on l.terra_upload_id = n.terra_upload_id
  union
  select e.upload_id
  from named n
  cross join earlier_lab_ids e on e.terra_upload_id = n.terra_upload_id
  union
  select id
  from lab_uploads
  where user_id in (select value from json_each(?2))
    and terra_status in ('pending', 'submitted')
)
select l.id, l.user_id, l.terra_upload_id, l.terra_status, l.parsed_at,
  (select json_group_array(e.terra_upload_id) from earlier_lab_ids e where e.upload_id = l.id) as earlier_ids
from found f
cross join lab_uploads l on l.id = f.id
order by l.rowid`,
      JSON.stringify(terraUploadIds),
      JSON.stringify(userIds),
      JSON.stringify(labSessionIds),
    ),
  ];
}
