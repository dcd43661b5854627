-- Every event stood twice in full length in the index of its person: with the ids and outcomes that an import, an erasure
-- and an explanation ask for. Bodies lie apart by now (0031), so that these are read from the rows; a page of a person's
-- events, newest first, comes in the order of this index.
drop index idx_raw_user;
create index idx_raw_user on raw_events(user_id) where user_id is not null;

-- The parts of what an import asked for, by the reference of the request. No other event pays for it.
create index idx_raw_reference on raw_events(user_id, terra_reference)
where user_id is not null and terra_reference is not null;
