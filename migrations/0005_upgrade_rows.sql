-- Rows of the earlier version, brought to the new forms. Nothing is deleted.

-- 'YYYY-MM-DD HH:MM:SS' and ISO forms do not compare as times: one form, milliseconds and Z, order kept.
update daily_summary set updated_at = coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', updated_at), '1970-01-01T00:00:00.000Z');
update activities set updated_at = coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', updated_at), '1970-01-01T00:00:00.000Z');
update sleep_sessions set updated_at = coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', updated_at), '1970-01-01T00:00:00.000Z');
update biomarkers_raw set updated_at = coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', updated_at), '1970-01-01T00:00:00.000Z');
update profiles set updated_at = coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', updated_at), '1970-01-01T00:00:00.000Z');
update lab_uploads set updated_at =
  coalesce(strftime('%Y-%m-%dT%H:%M:%fZ', parsed_at), strftime('%Y-%m-%dT%H:%M:%fZ', uploaded_at), '1970-01-01T00:00:00.000Z');

update users set clock = max(
  clock,
  coalesce((select max(updated_at) from daily_summary t where t.user_id = users.id), clock),
  coalesce((select max(updated_at) from activities t where t.user_id = users.id), clock),
  coalesce((select max(updated_at) from sleep_sessions t where t.user_id = users.id), clock),
  coalesce((select max(updated_at) from biomarkers_raw t where t.user_id = users.id), clock),
  coalesce((select max(updated_at) from profiles t where t.user_id = users.id), clock),
  coalesce((select max(updated_at) from lab_uploads t where t.user_id = users.id), clock)
);

-- NULLs are distinct in UNIQUE, so events without a Terra user could be stored twice. The first of true
-- duplicates keeps its place; the others stay, NULL and marked.
update raw_events
set processed_at = coalesce(processed_at, datetime('now')),
    process_error = 'skipped:duplicate'
where terra_user_id is null
  and exists (
    select 1
    from raw_events first
    where first.event_type = raw_events.event_type
      and first.dedup_key = raw_events.dedup_key
      and coalesce(first.terra_user_id, '') = ''
      and first.id < raw_events.id
  );

update raw_events
set terra_user_id = ''
where terra_user_id is null
  and process_error is not 'skipped:duplicate';

update raw_events
set order_ms = cast(strftime('%s', received_at) as integer) * 1000,
    payload_bytes = length(cast(payload as blob)),
    attempts = case when process_error is null then 0 else 1 end;

update raw_events
set user_id = (select c.user_id from terra_connections c where c.terra_user_id = raw_events.terra_user_id)
where terra_user_id <> '';

update raw_events
set user_id = (select l.user_id from lab_uploads l where l.terra_upload_id = raw_events.reference_id)
where user_id is null
  and event_type like 'lab_report%';

update terra_connections
set state = case when deactivated_at is null then 'connected' else 'deauthenticated' end,
    state_at = coalesce(deactivated_at, connected_at);

-- Sessions and activities whose stored item names itself: a later revision elsewhere replaces them.
insert or ignore into item_homes(user_id, kind, source, item, start_time)
select user_id, 'activity', source, json_extract(raw, '$.metadata.summary_id'), start_time
from activities
where json_valid(raw) and json_type(raw, '$.metadata.summary_id') = 'text';

insert or ignore into item_homes(user_id, kind, source, item, start_time, wake_date)
select user_id, 'sleep', source, json_extract(raw, '$.metadata.summary_id'), start_time,
  substr(json_extract(raw, '$.metadata.end_time'), 1, 10)
from sleep_sessions
where json_valid(raw) and json_type(raw, '$.metadata.summary_id') = 'text';
