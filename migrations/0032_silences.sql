-- A connection that falls silent is found by its own habit. What is learned of it is bounded, and written by the cron
-- that reads the events in turn, not by the events: JSON by resource, the time of the last delivery (unix ms) and the
-- longest waits for one of the latest days that had any, `{"daily": {"last": 1772370000000, "waits": [[20513, 540]]}}`
-- (the day since 1970, minutes).
alter table terra_connections add column receipts text;

-- What is overdue (`since`: the last delivery) and what is missing in the middle of a history (`since`: the first day
-- without a row). One row each, so that its days are asked for once.
create table silences (
  id integer primary key autoincrement,
  user_id text not null references users(id) on delete cascade,
  terra_user_id text not null,
  kind text not null,
  resource text not null,
  since text not null,
  -- Seconds that usually pass between two deliveries; null of days that are missing.
  usual_s integer,
  -- The days that are asked for, both included.
  from_date text not null,
  to_date text not null,
  found_at text not null,
  -- When something is done about it at the earliest.
  due_at text not null,
  compared_at text,
  asked_at text,
  backfill_id text,
  ended_at text,
  outcome text,
  unique (terra_user_id, kind, resource, since)
);
create index idx_silences_user on silences(user_id, ended_at);
create index idx_silences_open on silences(id) where ended_at is null;
create index idx_silences_due on silences(due_at) where ended_at is null and asked_at is null;
create index idx_silences_asked on silences(terra_user_id, asked_at) where asked_at is not null;
create index idx_silences_ended on silences(ended_at) where ended_at is not null;
