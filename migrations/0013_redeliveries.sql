-- A delivery whose bytes are stored already, under another reference of Terra's than the event first came with: the
-- event is not stored twice, and the request that caused the delivery was answered all the same. `trace_id` tells two
-- deliveries of one reference apart; it is '' where the reference itself numbers its parts.
create table redeliveries (
  raw_event_id integer not null references raw_events(id) on delete cascade,
  terra_reference text not null,
  trace_id text not null,
  delivered_at text not null,
  primary key (raw_event_id, terra_reference, trace_id)
) without rowid;

create index idx_redeliveries_reference on redeliveries(terra_reference);

-- Whether a person waits for what a reference names is asked with each such delivery.
drop index idx_backfills_user;
create index idx_backfills_user on backfills(user_id, terra_reference);
