-- Events that an operator settled are found by themselves; no other pays for it.
create index idx_raw_resolved on raw_events(id) where resolved_at is not null;

-- What an operator switched, by name, since when.
create table operator_switches (
  name text primary key,
  set_at text not null
) without rowid;

-- The last run of each cron: three rows, whatever happens.
create table cron_runs (
  cron text primary key,
  started_at text not null,
  finished_at text,
  outcome text
) without rowid;
