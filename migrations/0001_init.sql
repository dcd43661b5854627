-- People, connections, the verbatim events, and the typed tables made from them.

create table users (
  id text primary key,
  email text not null default '',
  created_at text not null default (datetime('now'))
);

create table terra_connections (
  id text primary key,
  user_id text not null references users(id) on delete cascade,
  terra_user_id text not null unique,
  provider text not null,
  reference_id text not null,
  scopes text,
  connected_at text not null default (datetime('now')),
  deactivated_at text
);

create index idx_terra_conn_user on terra_connections(user_id, provider) where deactivated_at is null;

create table raw_events (
  id integer primary key autoincrement,
  received_at text not null default (datetime('now')),
  event_type text not null,
  terra_user_id text,
  reference_id text,
  provider text,
  payload text not null,
  signature_verified integer not null,
  processed_at text,
  process_error text,
  dedup_key text not null,
  unique(event_type, terra_user_id, dedup_key)
);

create index idx_raw_unprocessed on raw_events(processed_at) where processed_at is null;

create table daily_summary (
  user_id text not null references users(id) on delete cascade,
  source text not null,
  datetime text not null,
  steps real,
  sleep_minutes real,
  bed_time text,
  wake_up_time text,
  resting_heart_rate real,
  heart_rate_variability real,
  active_zone_minutes real,
  fatburn_active_zone_minutes real,
  cardio_active_zone_minutes real,
  peak_active_zone_minutes real,
  deep_sleep_minutes real,
  rem_sleep_minutes real,
  light_sleep_minutes real,
  awake_minutes real,
  deep_sleep_percent real,
  rem_sleep_percent real,
  light_sleep_percent real,
  awake_percent real,
  stress_management_score real,
  sleep_score real,
  spo2 real,
  skin_temperature real,
  respiratory_rate real,
  strain real,
  recovery_score real,
  updated_at text not null default (datetime('now')),
  primary key (user_id, source, datetime)
);

create index idx_daily_user_updated on daily_summary(user_id, updated_at);

create table activities (
  user_id text not null references users(id) on delete cascade,
  source text not null,
  start_time text not null,
  end_time text,
  activity_name text,
  distance real,
  duration real,
  elevation_gain real,
  average_heart_rate real,
  calories real,
  steps real,
  active_zone_minutes real,
  strain real,
  raw text,
  updated_at text not null default (datetime('now')),
  primary key (user_id, source, start_time)
);

create index idx_activities_user_updated on activities(user_id, updated_at);

create table sleep_sessions (
  user_id text not null references users(id) on delete cascade,
  source text not null,
  start_time text not null,
  end_time text not null,
  raw text not null,
  updated_at text not null default (datetime('now')),
  primary key (user_id, source, start_time)
);

create index idx_sleep_user_updated on sleep_sessions(user_id, updated_at);

create table biomarkers_raw (
  user_id text not null references users(id) on delete cascade,
  source text not null,
  draw_date text not null,
  code text not null,
  value real,
  unit text,
  ref_low real,
  ref_high real,
  status text,
  raw text,
  updated_at text not null default (datetime('now')),
  primary key (user_id, source, draw_date, code)
);

create index idx_biomarkers_user_updated on biomarkers_raw(user_id, updated_at);

create view biomarkers_wide as
select
  user_id,
  source,
  draw_date,
  max(case when code = 'total_cholesterol' then value end) as total_cholesterol,
  max(case when code = 'hdl_cholesterol' then value end) as hdl,
  max(case when code = 'ldl_cholesterol' then value end) as ldl,
  max(case when code = 'triglycerides' then value end) as triglycerides,
  max(case when code = 'glucose' then value end) as glucose,
  max(case when code = 'hba1c' then value end) as hba1c,
  max(case when code = 'insulin' then value end) as insulin,
  max(case when code = 'creatinine' then value end) as creatinine,
  max(case when code = 'sodium' then value end) as sodium,
  max(case when code = 'potassium' then value end) as potassium,
  max(case when code = 'alt' then value end) as alt,
  max(case when code = 'ast' then value end) as ast,
  max(case when code = 'crp' then value end) as crp,
  max(case when code = 'white_blood_cell' then value end) as white_blood_cell,
  max(case when code = 'red_blood_cell' then value end) as red_blood_cell,
  max(case when code = 'platelet' then value end) as platelet,
  max(case when code = 'hemoglobin' then value end) as hemoglobin,
  max(case when code = 'hematocrit' then value end) as hematocrit,
  max(case when code = 'mcv' then value end) as mcv,
  max(case when code = 'total_testosterone' then value end) as total_testosterone,
  max(case when code = 'tsh' then value end) as tsh,
  max(case when code = 'systolic_bp' then value end) as systolic_bp,
  max(case when code = 'diastolic_bp' then value end) as diastolic_bp,
  max(updated_at) as updated_at
from biomarkers_raw
group by user_id, source, draw_date;

create table lab_uploads (
  id text primary key,
  user_id text not null references users(id) on delete cascade,
  storage_key text not null,
  uploaded_at text not null default (datetime('now')),
  terra_status text,
  terra_response text,
  parsed_at text
);

create table profiles (
  user_id text primary key references users(id) on delete cascade,
  data text not null,
  updated_at text not null default (datetime('now'))
);

create table sync_watermarks (
  user_id text not null,
  table_name text not null,
  last_synced_at text not null,
  primary key (user_id, table_name)
);
