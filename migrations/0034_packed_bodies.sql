-- Bodies of processed events older than PAYLOAD_RETENTION_DAYS lie in R2, compressed: many of one person in an object,
-- never of two, so that an erasure is exact. The object of a pack is bodies/<SHA-256 of the user id>/<id>.gz.
create table body_packs (
  id integer primary key,
  user_id text not null references users(id) on delete cascade
);
create index idx_body_packs_user on body_packs(user_id);

-- Where in its pack the body of an event begins, and how many bytes it has there, gzip of its own.
create table packed_bodies (
  raw_event_id integer primary key references raw_events(id) on delete cascade,
  pack_id integer not null,
  start integer not null,
  bytes integer not null
);
