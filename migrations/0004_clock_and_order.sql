-- The person's clock, event order, and the state that lets a fold give the same rows in any order.

-- users.clock is version, guard token and sync position at once: every commit that changes any of a
-- person's state moves it, and the rows whose visible columns change take it as updated_at.
alter table users add column clock text not null default '1970-01-01T00:00:00.000Z';

-- `cells`: the slices [order, {column: value}] that still win something. Null in rows from before cells,
-- which count as lowest order.
alter table daily_summary add column hrv_method text;
alter table daily_summary add column utc_offset_minutes integer;
alter table daily_summary add column cells text;

alter table activities add column elevation_method text;
alter table activities add column cells text;

alter table sleep_sessions add column cells text;

-- 1: the unit is the canonical one of a wide code; 0: another; null: the code is not in the wide view.
alter table biomarkers_raw add column canonical integer;
alter table biomarkers_raw add column cells text;

alter table terra_connections add column state text not null default 'connected';
alter table terra_connections add column state_message text;
alter table terra_connections add column state_at text;
alter table terra_connections add column cells text;

alter table lab_uploads add column updated_at text not null default '1970-01-01T00:00:00.000Z';

alter table raw_events add column payload_key text;
alter table raw_events add column payload_bytes integer;
alter table raw_events add column request_id text;
alter table raw_events add column trace_id text;
alter table raw_events add column terra_reference text;
alter table raw_events add column order_ms integer;
alter table raw_events add column user_id text;
alter table raw_events add column attempts integer not null default 0;
alter table raw_events add column next_attempt_at text;
alter table raw_events add column duration_ms integer;
alter table raw_events add column dead_lettered_at text;
alter table raw_events add column resolved_at text;
alter table raw_events add column resolve_note text;
alter table raw_events add column fetched_key text;
alter table raw_events add column fetched_sha256 text;

-- Where each session and activity lives now, so that one that moves takes its old row with it.
-- `cut` is the order of the newest deletion Terra told of: older revisions do not come back.
create table item_homes (
  user_id text not null references users(id) on delete cascade,
  kind text not null,
  source text not null,
  item text not null,
  start_time text,
  wake_date text,
  cut text,
  primary key (user_id, kind, source, item)
) without rowid;

-- A deleted key, for sync. `key` is the JSON of the primary key without user_id.
create table tombstones (
  user_id text not null references users(id) on delete cascade,
  table_name text not null,
  key text not null,
  deleted_at text not null,
  primary key (user_id, table_name, key)
);

create index idx_tombstones_user_deleted on tombstones(user_id, deleted_at);

-- A commit inserts here what changed since it looked: any row fails the check and rolls all of it back.
create table commit_guard (
  stale integer constraint lost_race check (stale = 0)
);

-- What is left of an erased person: SHA-256 of the user id, Terra ids and upload ids.
create table erased_subjects (
  subject_hash text primary key,
  kind text not null,
  erased_at text not null
) without rowid;

-- The outbox: a request for history, written with the event or call that asks for it, sent afterwards.
create table backfills (
  id text primary key,
  user_id text not null references users(id) on delete cascade,
  terra_user_id text not null,
  resource text not null,
  start_date text not null,
  end_date text not null,
  import_id text,
  raw_event_id integer,
  status text not null default 'pending',
  attempts integer not null default 0,
  next_attempt_at text not null,
  terra_reference text,
  error text,
  created_at text not null,
  sent_at text
);

create index idx_backfills_pending on backfills(next_attempt_at) where status = 'pending';
create index idx_backfills_user on backfills(user_id);

create table imports (
  id text primary key,
  user_id text not null references users(id) on delete cascade,
  days integer not null,
  requests integer not null,
  created_at text not null
);

create index idx_imports_user on imports(user_id);

-- What Terra announced of a large request, by its reference; it may come before our own answer is recorded.
create table large_requests (
  user_id text not null references users(id) on delete cascade,
  reference text not null,
  expected_payloads integer,
  primary key (user_id, reference)
) without rowid;

-- How the reports of an upload ended. An upload is parsed when any of them is.
create table lab_reports (
  user_id text not null references users(id) on delete cascade,
  report text not null,
  session_id text,
  terra_upload_id text,
  parsed_ms integer,
  failed_ms integer,
  failed_code text,
  primary key (user_id, report)
) without rowid;

create index idx_lab_reports_session on lab_reports(session_id) where session_id is not null;

create index idx_raw_attention on raw_events(process_error, terra_user_id)
where process_error is not null and substr(process_error, 1, 8) <> 'skipped:';

create index idx_raw_user on raw_events(user_id) where user_id is not null;

create index idx_lab_uploads_user on lab_uploads(user_id, updated_at);
create index idx_terra_connections_user on terra_connections(user_id);

-- No query asks by event name or level alone; every trace row paid for both.
drop index idx_trace_event;
drop index idx_trace_level;
create index idx_trace_raw_event on trace_events(raw_event_id) where raw_event_id is not null;
