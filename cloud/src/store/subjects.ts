import {
  asLabSessionId,
  asTerraUploadId,
  asTerraUserId,
  type LabSessionId,
  type RawEventId,
  type TerraUploadId,
  type TerraUserId,
  type UserId,
} from '../ids.ts';
import { allRows, runAll, statement } from './statements.ts';

/** Every id under which a person's data may be stored or still arrive. */
export type Subjects = {
  readonly userId: UserId;
  readonly terraUserIds: readonly TerraUserId[];
  readonly terraUploadIds: readonly TerraUploadId[];
  /** Terra's reports of which no upload is known. */
  readonly terraReportIds: readonly LabSessionId[];
};

/**
 * The person's ids. A Terra id that an event of theirs names while it is another person's (an
 * `owner_conflict`) is not one of them: it would take the other's data along.
 */
export async function readSubjects(db: D1Database, userId: UserId): Promise<Subjects> {
  const [terraUsers, uploads, reports] = await runAll<{ id: string }>(db, [
    statement(
      `with named(terra_id) as (
  select terra_user_id from terra_connections where user_id = ?1
  union
  select terra_user_id from raw_events where (user_id = ?1 or reference_id = ?1) and terra_user_id <> ''
)
select terra_id as id
from named
where not exists (select 1 from terra_connections c where c.terra_user_id = terra_id and c.user_id <> ?1)
  and terra_id not in (
    select terra_user_id
    from raw_events
    where user_id <> ?1
      and terra_user_id in (select terra_id from named)
  )`,
      userId,
    ),
    statement(
      `select terra_upload_id as id from lab_uploads where user_id = ?1 and terra_upload_id is not null
union
select terra_upload_id from earlier_lab_ids where user_id = ?1
union
select terra_upload_id from lab_reports where user_id = ?1 and terra_upload_id is not null`,
      userId,
    ),
    statement(
      `select distinct session_id as id
from lab_reports
where user_id = ?1
  and session_id is not null
  and terra_upload_id is null`,
      userId,
    ),
  ]);
  return {
    userId,
    terraUserIds: (terraUsers?.results ?? []).map(({ id }) => asTerraUserId(id)),
    terraUploadIds: (uploads?.results ?? []).map(({ id }) => asTerraUploadId(id)),
    terraReportIds: (reports?.results ?? []).map(({ id }) => asLabSessionId(id)),
  };
}

/** A row of raw_events that is the person's, and the objects it names. */
export type SubjectEvent = {
  readonly id: RawEventId;
  readonly payload_key: string | null;
  readonly fetched_key: string | null;
};

/**
 * Owned by the person or naming one of their ids. What waits for its owner may name them only inside its
 * body: that is searched in the backlog alone.
 */
export async function readSubjectEvents(
  db: D1Database,
  { userId, terraUserIds, terraUploadIds }: Subjects,
): Promise<readonly SubjectEvent[]> {
  return allRows(
    db,
    statement(
      `select id, payload_key, fetched_key
from raw_events
where user_id = ?1
  or reference_id = ?1
  or terra_user_id in (select value from json_each(?2))
  or (event_type like 'lab_report%' and reference_id in (select value from json_each(?3)))
union
select id, payload_key, fetched_key
from raw_events
where processed_at is null
  and user_id is null
  and exists (select 1 from json_each(?4) j where instr(payload, j.value) > 0)`,
      userId,
      JSON.stringify(terraUserIds),
      JSON.stringify(terraUploadIds),
      // As a JSON text holds an id, quotes included: `user_1` is not `user_12`.
      JSON.stringify([userId, ...terraUserIds, ...terraUploadIds].map((id) => JSON.stringify(id))),
    ),
  );
}
