import type { IsoTime } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import type { TerraUploadId } from '../ids.ts';
import { DELETED_UPLOAD } from './erased-subjects.ts';
import type { LabUploadKey } from './lab-uploads.ts';
import { IS_STAYING, PERSON_CLOCK, tickClockStatement } from './person-clock.ts';
import { type Statement, statement } from './statements.ts';

/** An upload on its way to Terra: sent again, and Terra's answer. */

/** The upload `?2` of the user `?1`, who is not being erased. */
const IS_THERE = `user_id = ?1
  and id = ?2
  and ${IS_STAYING}`;

/** Failed, or waiting since before `?3` for an answer that nobody will record any more. */
const RETRIABLE = `${IS_THERE}
  and (
    substr(terra_status, 1, 7) = 'failed:'
    or (coalesce(terra_status, 'pending') = 'pending' and updated_at < ?3)
  )`;

/**
 * Takes an upload to be sent again: of several at once one gets it, whose last statement answers its id. The id
 * Terra gave it becomes an earlier one, so that what failed under it is over and what is read of it still counts.
 */
export function claimLabUploadStatements(
  { userId, id }: LabUploadKey,
  now: IsoTime,
  pendingBefore: IsoTime,
): readonly Statement[] {
  return [
    tickClockStatement(userId, now),
    statement(
      `insert into earlier_lab_ids(terra_upload_id, upload_id, user_id)
select terra_upload_id, id, user_id
from lab_uploads
where ${RETRIABLE}
  and terra_upload_id is not null
on conflict (terra_upload_id, upload_id) do nothing`,
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
  readonly terraUploadId: TerraUploadId | null;
  readonly terraResponse: string;
};

/**
 * Records Terra's answer; reports that came before it was recorded take effect at once. The first statement
 * answers the upload's id, nothing where the upload was deleted or its person erased meanwhile: then what Terra reads
 * is refused.
 */
export function storeUploadAnswerStatements(answer: UploadAnswer, now: IsoTime): readonly Statement[] {
  const key = [answer.userId, answer.id] as const;
  return [
    statement(`select id from lab_uploads where ${IS_THERE}`, ...key),
    tickClockStatement(answer.userId, now),
    // The answer to an earlier sending may come last: no id is forgotten.
    statement(
      `insert into earlier_lab_ids(terra_upload_id, upload_id, user_id)
select terra_upload_id, id, user_id
from lab_uploads
where ${IS_THERE}
  and terra_upload_id <> ?3
on conflict (terra_upload_id, upload_id) do nothing`,
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
where ${IS_THERE}`,
      ...key,
      answer.terraStatus,
      answer.terraUploadId,
      answer.terraResponse,
    ),
    takeEarlyReportsStatement(answer),
    ...(answer.terraUploadId === null ? [] : settleMarkStatements(key, sha256Hex(answer.terraUploadId), now)),
  ];
}

function takeEarlyReportsStatement({ userId, id, terraUploadId }: UploadAnswer): Statement {
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
  and ${IS_STAYING}
  and (p.parsed_ms is not null or p.failed_code is not null)`,
    userId,
    id,
    terraUploadId,
  );
}

/**
 * Nothing may be stored of an upload that was deleted meanwhile. A new upload to which Terra gives the id of a deleted
 * one is wanted.
 */
function settleMarkStatements(
  key: readonly [string, string],
  subjectHash: string,
  now: IsoTime,
): readonly Statement[] {
  return [
    statement(
      `insert into erased_subjects(subject_hash, kind, erased_at)
select ?3, '${DELETED_UPLOAD}', ?4
where not exists (select 1 from lab_uploads where ${IS_THERE})
on conflict (subject_hash) do nothing`,
      ...key,
      subjectHash,
      now,
    ),
    statement(
      `delete from erased_subjects
where subject_hash = ?3
  and kind = '${DELETED_UPLOAD}'
  and exists (select 1 from lab_uploads where ${IS_THERE})`,
      ...key,
      subjectHash,
    ),
  ];
}
