-- The progress of an import, asked for every two seconds while somebody waits, from indexes alone: whether an
-- event was processed, and skipped or not, stands behind payloads of up to a megabyte in its row.
drop index idx_raw_user;
create index idx_raw_user on raw_events(user_id, terra_reference, processed_at, process_error)
where user_id is not null;

create index idx_backfills_import on backfills(import_id) where import_id is not null;
