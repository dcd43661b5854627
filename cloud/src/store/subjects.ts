import { type IsoTime, isoText } from '../clock.ts';
import {
  asLabSessionId,
  asTerraUploadId,
  asTerraUserId,
  type LabSessionId,
  type TerraUploadId,
  type TerraUserId,
  type UserId,
} from '../ids.ts';
import { runAll, type Statement, statement } from './statements.ts';

/** Every id under which a person's data may be stored or still arrive. */
export type Subjects = {
  readonly userId: UserId;
  readonly terraUserIds: readonly TerraUserId[];
  readonly terraUploadIds: readonly TerraUploadId[];
  /** Terra's reports that none of these uploads leads to. */
  readonly terraReportIds: readonly LabSessionId[];
  /** When the last file was sent of which it is not known whether Terra took it; null where there is none. */
  readonly unansweredSince: IsoTime | null;
};

/**
 * The person's ids. An id that is another person's as well (an `owner_conflict`) is not one of them: it would take
 * the other's data along.
 */
export async function readSubjects(db: D1Database, userId: UserId): Promise<Subjects> {
  const [terraUsers, uploads, reports, unanswered] = await runAll<{ id: string | null }>(db, [
    terraUserIdsStatement(userId),
    statement(`${OWN_UPLOADS}\nselect id from own_uploads`, userId),
    statement(
      `${OWN_UPLOADS}
select distinct session_id as id
from lab_reports
where user_id = ?1
  and (terra_upload_id is null or terra_upload_id not in (select id from own_uploads))`,
      userId,
    ),
    statement(
      `select max(updated_at) as id
from lab_uploads
where user_id = ?1
  and terra_upload_id is null
  and coalesce(terra_status, 'pending') in ('pending', 'failed:network')`,
      userId,
    ),
  ]);
  return {
    userId,
    terraUserIds: idsOf(terraUsers).map(asTerraUserId),
    terraUploadIds: idsOf(uploads).map(asTerraUploadId),
    terraReportIds: idsOf(reports).map(asLabSessionId),
    unansweredSince: idsOf(unanswered).map(isoText)[0] ?? null,
  };
}

function idsOf(answer: D1Result<{ id: string | null }> | undefined): readonly string[] {
  return (answer?.results ?? []).flatMap(({ id }) => id ?? []);
}

/**
 * Those of the person's connections, and those that events of theirs name without a connection: these may be
 * another's. Whose events a Terra id has is asked by type of event, as the unique index of raw_events begins with it.
 */
function terraUserIdsStatement(userId: UserId): Statement {
  return statement(
    `with recursive connected(id) as (
  select terra_user_id
  from terra_connections
  where user_id = ?1
),
named(id) as (
  select terra_user_id
  from raw_events indexed by idx_raw_user
  where user_id = ?1
  union
  select terra_user_id
  from raw_events indexed by idx_raw_unowned_reference
  where user_id is null
    and processed_at is not null
    and reference_id = ?1
  union
  select terra_user_id
  from raw_events indexed by idx_raw_unprocessed
  where processed_at is null
    and reference_id = ?1
),
types(name) as (
  select min(event_type) from raw_events
  union all
  select (select min(event_type) from raw_events where event_type > name) from types where name is not null
)
select id from connected
union
select id
from named n
where id <> ''
  and not exists (select 1 from terra_connections c where c.terra_user_id = n.id)
  and not exists (
    select 1
    from types t
    cross join raw_events e on e.event_type = t.name and e.terra_user_id = n.id
    where e.user_id <> ?1
  )`,
    userId,
  );
}

/** Terra's upload ids of the user bound as `?1` that nobody else has. */
const OWN_UPLOADS = `with named_uploads(id) as (
  select terra_upload_id from lab_uploads where user_id = ?1 and terra_upload_id is not null
  union
  select terra_upload_id from earlier_lab_ids where user_id = ?1
  union
  select terra_upload_id from lab_reports where user_id = ?1 and terra_upload_id is not null
),
own_uploads(id) as (
  select id
  from named_uploads n
  where not exists (select 1 from lab_uploads l where l.terra_upload_id = n.id and l.user_id <> ?1)
    and not exists (select 1 from earlier_lab_ids e where e.terra_upload_id = n.id and e.user_id <> ?1)
    and not exists (select 1 from lab_reports r where r.terra_upload_id = n.id and r.user_id <> ?1)
    and not exists (
      select 1
      from raw_events e indexed by idx_raw_foreign_reference
      where e.reference_id <> e.user_id
        and e.reference_id = n.id
        and e.user_id <> ?1
        and e.event_type like 'lab_report%'
    )
)`;
