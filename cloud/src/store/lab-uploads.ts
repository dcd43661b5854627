import { sha256Hex } from '../digest.ts';
import { PERSON_CLOCK, tickClock } from './person-clock.ts';
import { type Statement, statement } from './statements.ts';

/** Which upload of whom. */
export type LabUploadKey = { readonly userId: string; readonly id: string };

/** An upload as its person sees it. `position` tells it apart from others of the same second. */
export type StoredLabUpload = {
  readonly id: string;
  readonly storage_key: string;
  /** ISO 8601 UTC. */
  readonly uploaded_at: string;
  readonly terra_status: string;
  readonly parsed_at: string | null;
  readonly updated_at: string;
  readonly position: number;
};

const COLUMNS = `id, storage_key, strftime('%Y-%m-%dT%H:%M:%fZ', uploaded_at) as uploaded_at,
  coalesce(terra_status, 'pending') as terra_status, parsed_at, updated_at, rowid as position`;

/** A page of a person's uploads, newest first; `before` is `[uploaded_at, position]` of the last one seen. */
export function selectLabUploadPage(
  userId: string,
  before: readonly [string, number] | null,
  limit: number,
): Statement {
  return statement(
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
  );
}

export function selectLabUpload({ userId, id }: LabUploadKey): Statement {
  return statement(
    `select ${COLUMNS}
from lab_uploads
where user_id = ?1
  and id = ?2`,
    userId,
    id,
  );
}

/** Every id Terra has given the upload; `is_shared` where another upload has it as well. */
export function selectTerraUploadIds({ userId, id }: LabUploadKey): Statement {
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

/** A new upload: the file is in R2, Terra has not been asked yet. */
export function insertLabUpload(
  upload: LabUploadKey & { readonly storageKey: string },
  now: string,
): readonly Statement[] {
  return [
    tickClock(upload.userId, now),
    statement(
      `insert into lab_uploads(user_id, id, storage_key, terra_status, updated_at)
values (?1, ?2, ?3, 'pending', ${PERSON_CLOCK})`,
      upload.userId,
      upload.id,
      upload.storageKey,
    ),
  ];
}

/** Failed, or waiting since before `?3` for an answer that nobody will record any more. */
const RETRIABLE = `user_id = ?1
  and id = ?2
  and (
    substr(terra_status, 1, 7) = 'failed:'
    or (coalesce(terra_status, 'pending') = 'pending' and updated_at < ?3)
  )`;

/**
 * Takes an upload to be sent again: of several at once one gets it, whose last statement answers its id. The id
 * Terra gave it becomes an earlier one, so that what failed under it is over and what is read of it still counts.
 */
export function claimLabUpload(
  { userId, id }: LabUploadKey,
  now: string,
  pendingBefore: string,
): readonly Statement[] {
  return [
    tickClock(userId, now),
    statement(
      `insert into earlier_lab_ids(terra_upload_id, upload_id, user_id)
select terra_upload_id, id, user_id
from lab_uploads
where ${RETRIABLE}
  and terra_upload_id is not null
on conflict (terra_upload_id) do nothing`,
      userId,
      id,
      pendingBefore,
    ),
    statement(
      `update lab_uploads set
  terra_status = 'pending',
  terra_upload_id = null,
  updated_at = ${PERSON_CLOCK}
where ${RETRIABLE}
returning id`,
      userId,
      id,
      pendingBefore,
    ),
  ];
}

/** What Terra answered. */
export type UploadAnswer = LabUploadKey & {
  readonly terraStatus: string;
  readonly terraUploadId: string | null;
  readonly terraResponse: string;
};

/** The kind of mark that refuses what comes of a deleted upload. */
export const DELETED_UPLOAD = 'deleted_upload';

/**
 * Records Terra's answer; reports that came before it was recorded take effect at once. The first statement
 * answers the upload's id, nothing where the upload was deleted meanwhile: then what Terra reads is refused.
 */
export function recordUploadAnswer(answer: UploadAnswer, now: string): readonly Statement[] {
  const key = [answer.userId, answer.id] as const;
  return [
    statement('select id from lab_uploads where user_id = ?1 and id = ?2', ...key),
    tickClock(answer.userId, now),
    // The answer to an earlier sending may come last: no id is forgotten.
    statement(
      `insert into earlier_lab_ids(terra_upload_id, upload_id, user_id)
select terra_upload_id, id, user_id
from lab_uploads
where user_id = ?1
  and id = ?2
  and terra_upload_id <> ?3
on conflict (terra_upload_id) do nothing`,
      ...key,
      answer.terraUploadId,
    ),
    // A refusal is news only while an answer is waited for.
    statement(
      `update lab_uploads set
  terra_status = case when ?4 is null and terra_status <> 'pending' then terra_status else ?3 end,
  terra_upload_id = coalesce(?4, terra_upload_id),
  terra_response = ?5,
  updated_at = ${PERSON_CLOCK}
where user_id = ?1
  and id = ?2`,
      ...key,
      answer.terraStatus,
      answer.terraUploadId,
      answer.terraResponse,
    ),
    takeEarlyReports(answer),
    ...(answer.terraUploadId === null ? [] : settleMark(key, sha256Hex(answer.terraUploadId), now)),
  ];
}

function takeEarlyReports({ userId, id, terraUploadId }: UploadAnswer): Statement {
  return statement(
    `update lab_uploads set
  terra_status = case when p.parsed_ms is null then 'failed:terra_' || p.failed_code else 'parsed' end,
  parsed_at = strftime('%Y-%m-%dT%H:%M:%fZ', p.parsed_ms / 1000.0, 'unixepoch')
from (
  select
    (
      select max(parsed_ms)
      from lab_reports
      where user_id = ?1
        and terra_upload_id in (
          select ?3
          union all
          select terra_upload_id from earlier_lab_ids where upload_id = ?2
        )
    ) as parsed_ms,
    (
      select failed_code
      from lab_reports
      where user_id = ?1 and terra_upload_id = ?3 and failed_ms is not null
      order by failed_ms desc, failed_code desc
      limit 1
    ) as failed_code
) p
where lab_uploads.user_id = ?1
  and lab_uploads.id = ?2
  and (p.parsed_ms is not null or p.failed_code is not null)`,
    userId,
    id,
    terraUploadId,
  );
}

/** Of an upload that was deleted on the way nothing may come; one that Terra gives a deleted one's id is wanted. */
function settleMark(key: readonly [string, string], subjectHash: string, now: string): readonly Statement[] {
  return [
    statement(
      `insert into erased_subjects(subject_hash, kind, erased_at)
select ?3, '${DELETED_UPLOAD}', ?4
where not exists (select 1 from lab_uploads where user_id = ?1 and id = ?2)
on conflict (subject_hash) do nothing`,
      ...key,
      subjectHash,
      now,
    ),
    statement(
      `delete from erased_subjects
where subject_hash = ?3
  and kind = '${DELETED_UPLOAD}'
  and exists (select 1 from lab_uploads where user_id = ?1 and id = ?2)`,
      ...key,
      subjectHash,
    ),
  ];
}
