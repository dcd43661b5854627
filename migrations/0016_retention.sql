-- When the next request to Terra may leave, whoever's it is: they leave one by one.
create table turns (
  name text primary key,
  next_ms integer not null
) without rowid;

-- What ends with age is found by age. None of these is written by an event that ends as it should.
create index idx_raw_unowned on raw_events(id) where user_id is null and processed_at is not null;
create index idx_sessions_end on sessions(coalesce(revoked_at, expires_at));
create index idx_backfills_ended on backfills(created_at) where status <> 'pending';
create index idx_imports_created on imports(created_at);
create index idx_redeliveries_delivered on redeliveries(delivered_at);
create index idx_tombstones_deleted on tombstones(deleted_at);

-- What was announced of a large request ends with age too; of the rows that are there, from today on.
alter table large_requests add column noted_at text not null default '1970-01-01T00:00:00.000Z';
update large_requests set noted_at = strftime('%Y-%m-%dT%H:%M:%fZ', 'now');
create index idx_large_requests_noted on large_requests(noted_at);

-- A mirror that stands before this moment of its person's clock cannot be told what changed since: tombstones of that
-- time are gone, or the database was restored to an earlier time. It syncs in full.
alter table users add column full_sync_before text;
