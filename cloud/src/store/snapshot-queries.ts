import { type Statement, statement, statementsForRows } from './statements.ts';

/**
 * Whose rows to load: a user named by a reference, else whoever has one of these Terra ids, this upload or
 * an earlier report of this lab session.
 * Settled in SQL, so that owners and their rows come from one snapshot.
 */
export type OwnerKey = readonly [
  referenceUser: string | null,
  terraUserId: string | null,
  otherTerraUserId: string | null,
  uploadId: string | null,
  sessionId: string | null,
];

/** The n-th owner's `[n, source, date]`, `[n, source, start_time, item]` or `[n, source, draw_date, code]`. */
export type RowKeys = {
  readonly daily: readonly (readonly [number, string, string])[];
  readonly sleep: readonly (readonly [number, string, string, string])[];
  readonly activities: readonly (readonly [number, string, string | null, string])[];
  readonly biomarkers: readonly (readonly [number, string, string, string])[];
};

const OWNERS = `owners as materialized (
  select o.key as n, coalesce(
    o.value->>0,
    (select c.user_id from terra_connections c where c.terra_user_id = o.value->>1),
    (select c.user_id from terra_connections c where c.terra_user_id = o.value->>2),
    (select l.user_id from lab_uploads l where l.terra_upload_id = o.value->>3),
    (select e.user_id from earlier_lab_ids e where e.terra_upload_id = o.value->>3),
    (select r.user_id from lab_reports r where r.session_id = o.value->>4)
  ) as user_id
  from json_each(?2) o
)`;

/** Each owner that is known, with the person's clock, null where the person has no row yet. */
export function selectOwners(owners: string): Statement {
  return statement(
    `with ${OWNERS.replace('?2', '?1')}
select distinct o.user_id, u.clock
from owners o
left join users u on u.id = o.user_id
where o.user_id is not null`,
    owners,
  );
}

/** Rows of the dates named, and of the dates where the named sleep items live now. */
export function selectDailyRows(keys: RowKeys, owners: string): readonly Statement[] {
  const fromDates = statementsForRows(
    `with ${OWNERS}
select d.*
from json_each(?1) k
cross join owners o on o.n = k.value->>0
cross join daily_summary d on d.user_id = o.user_id and d.source = k.value->>1 and d.datetime = k.value->>2`,
    keys.daily,
    owners,
  );
  const fromHomes = statementsForRows(
    `with ${OWNERS}
select d.*
from json_each(?1) k
cross join owners o on o.n = k.value->>0
cross join item_homes h on h.user_id = o.user_id and h.kind = 'sleep'
  and h.source = k.value->>1 and h.item = k.value->>3
cross join daily_summary d on d.user_id = h.user_id and d.source = h.source and d.datetime = h.wake_date`,
    keys.sleep,
    owners,
  );
  return [...fromDates, ...fromHomes];
}

/** Homes of the items named. */
export function selectHomes(
  kind: 'sleep' | 'activity',
  keys: RowKeys['activities'],
  owners: string,
): readonly Statement[] {
  return statementsForRows(
    `with ${OWNERS}
select h.*
from json_each(?1) k
cross join owners o on o.n = k.value->>0
cross join item_homes h on h.user_id = o.user_id and h.kind = '${kind}'
  and h.source = k.value->>1 and h.item = k.value->>3`,
    keys,
    owners,
  );
}

/** Rows of the starts named, and of the starts where the named items live now. */
export function selectItemRows(
  kind: 'sleep' | 'activity',
  keys: RowKeys['activities'],
  owners: string,
): readonly Statement[] {
  const table = kind === 'sleep' ? 'sleep_sessions' : 'activities';
  return statementsForRows(
    `with ${OWNERS},
keys as materialized (
  select o.user_id, k.value->>1 as source, k.value->>2 as start_time, k.value->>3 as item
  from json_each(?1) k
  cross join owners o on o.n = k.value->>0
),
starts as (
  select user_id, source, start_time
  from keys
  union
  select h.user_id, h.source, h.start_time
  from keys k
  cross join item_homes h on h.user_id = k.user_id and h.kind = '${kind}'
    and h.source = k.source and h.item = k.item
)
select t.*
from starts s
cross join ${table} t on t.user_id = s.user_id and t.source = s.source and t.start_time = s.start_time`,
    keys,
    owners,
  );
}

export function selectBiomarkerRows(keys: RowKeys, owners: string): readonly Statement[] {
  return statementsForRows(
    `with ${OWNERS}
select b.*
from json_each(?1) k
cross join owners o on o.n = k.value->>0
cross join biomarkers_raw b on b.user_id = o.user_id and b.source = k.value->>1
  and b.draw_date = k.value->>2 and b.code = k.value->>3`,
    keys.biomarkers,
    owners,
  );
}

export function selectConnections(terraUserIds: readonly string[]): readonly Statement[] {
  return statementsForRows(
    `select c.*
from json_each(?1) j
cross join terra_connections c on c.terra_user_id = j.value`,
    terraUserIds,
  );
}

/**
 * Uploads by an id of Terra's, those that reports of these sessions named, and every unfinished upload of the
 * users named; each with the ids it had before, as a JSON array.
 */
export function selectLabUploads(
  terraUploadIds: readonly string[],
  sessionIds: readonly string[],
  userIds: readonly string[],
): readonly Statement[] {
  if (terraUploadIds.length === 0 && sessionIds.length === 0 && userIds.length === 0) return [];
  return [
    statement(
      `with named(terra_upload_id) as (
  select value
  from json_each(?1)
  union
  select r.terra_upload_id
  from lab_reports r
  where r.session_id in (select value from json_each(?3))
    and r.terra_upload_id is not null
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
      JSON.stringify(sessionIds),
    ),
  ];
}

/** Every lab report of these owners, and everybody's reports of these sessions. */
export function selectLabReports(owners: string, sessionIds: readonly string[]): Statement {
  return statement(
    `with ${OWNERS.replace('?2', '?1')}
select r.*
from owners o
cross join lab_reports r on r.user_id = o.user_id
union
select r.*
from lab_reports r
where r.session_id in (select value from json_each(?2))`,
    owners,
    JSON.stringify(sessionIds),
  );
}

export function selectErased(subjectHashes: readonly string[]): readonly Statement[] {
  return statementsForRows(
    `select e.subject_hash
from json_each(?1) j
cross join erased_subjects e on e.subject_hash = j.value`,
    subjectHashes,
  );
}

/** What may have changed since the payloads were read; a wiped row is missing. */
export function selectProgress(ids: readonly number[]): Statement {
  return statement(
    `select id, processed_at, process_error, attempts
from raw_events
where id in (select value from json_each(?1))`,
    JSON.stringify(ids),
  );
}
