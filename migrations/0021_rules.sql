-- Rules may change: what normalizing and folding made tells the version of the rules that made it, and a person's rows
-- are made anew from their events when it is older than today's.

-- Not synced. Null: made before versions, or by them and an older version together.
alter table daily_summary add column rules integer;
alter table activities add column rules integer;
alter table sleep_sessions add column rules integer;
alter table biomarkers_raw add column rules integer;

-- With which a person's rows were last made from all of their events; null is older than every version.
-- `rebuild_of`: no person, but the place where the rows of this person are made anew. Nothing else ever sees it.
alter table users add column rules integer;
alter table users add column rebuild_of text;

-- Of whom there is nothing, there is nothing to make anew.
update users
set rules = 1
where not exists (select 1 from raw_events r where r.user_id = users.id)
  and not exists (select 1 from daily_summary t where t.user_id = users.id)
  and not exists (select 1 from activities t where t.user_id = users.id)
  and not exists (select 1 from sleep_sessions t where t.user_id = users.id)
  and not exists (select 1 from biomarkers_raw t where t.user_id = users.id);

create index idx_users_rules on users(coalesce(rules, 0)) where rebuild_of is null;
create index idx_users_rebuild_of on users(rebuild_of) where rebuild_of is not null;

-- A person's rebuild, at most one: under way until `finished_at`, then what it did, for a while. `position`: how far
-- the first pass has come, over what older versions than the events left. `result`: what differs, counted and sampled.
create table rebuilds (
  user_id text primary key references users(id) on delete cascade,
  id text not null,
  rules integer not null,
  is_dry_run integer not null,
  state text not null,
  position text,
  events integer not null default 0,
  attempts integer not null default 0,
  next_attempt_at text not null,
  started_at text not null,
  finished_at text,
  error text,
  result text
) without rowid;

create unique index idx_rebuilds_id on rebuilds(id);
create index idx_rebuilds_due on rebuilds(next_attempt_at) where finished_at is null;
create index idx_rebuilds_finished on rebuilds(finished_at) where finished_at is not null;
create index idx_rebuilds_failed on rebuilds(state) where state = 'failed';

-- The events that a rebuild under way has found, and which of them it has folded.
create table rebuild_events (
  user_id text not null references users(id) on delete cascade,
  is_folded integer not null,
  raw_event_id integer not null,
  primary key (user_id, is_folded, raw_event_id)
) without rowid;
