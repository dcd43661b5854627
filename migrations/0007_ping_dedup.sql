-- A ping's row takes the Terra id of what it pointed at, and with that leaves the place in the unique index
-- where its own retry would find it: a retried ping is found by its hash alone.
create index idx_raw_pings on raw_events(dedup_key) where event_type = 's3_payload';
