import { PERSON_CLOCK, tickClock } from './person-clock.ts';
import { type Statement, statement } from './statements.ts';

/** A new upload: the file is in R2, Terra has not been asked yet. */
export function insertLabUpload(
  upload: { readonly id: string; readonly userId: string; readonly storageKey: string },
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

/** What Terra answered. */
export type UploadAnswer = {
  readonly userId: string;
  readonly id: string;
  readonly terraStatus: string;
  readonly terraUploadId: string | null;
  readonly terraResponse: string;
};

/** Records Terra's answer; reports that came before it was recorded take effect at once. */
export function recordUploadAnswer(answer: UploadAnswer, now: string): readonly Statement[] {
  return [
    tickClock(answer.userId, now),
    statement(
      `update lab_uploads set
  terra_status = ?3,
  terra_upload_id = coalesce(?4, terra_upload_id),
  terra_response = ?5,
  updated_at = ${PERSON_CLOCK}
where user_id = ?1
  and id = ?2`,
      answer.userId,
      answer.id,
      answer.terraStatus,
      answer.terraUploadId,
      answer.terraResponse,
    ),
    statement(
      `update lab_uploads set
  terra_status = case when p.parsed_ms is null then 'failed:terra_' || p.failed_code else 'parsed' end,
  parsed_at = strftime('%Y-%m-%dT%H:%M:%fZ', p.parsed_ms / 1000.0, 'unixepoch')
from (
  select
    (select max(parsed_ms) from lab_reports where user_id = ?1 and terra_upload_id = ?3) as parsed_ms,
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
      answer.userId,
      answer.id,
      answer.terraUploadId,
    ),
  ];
}
