-- What an operator asks for is found without a look at events that went well: these rows alone pay for the indexes.
-- The conditions stand word for word in cloud/src/store/event-state.ts, which a test compares.
create index idx_raw_open on raw_events(id)
where resolved_at is null
  and (
    (process_error is not null and substr(process_error, 1, 8) <> 'skipped:')
    or (dead_lettered_at is not null and processed_at is null)
  );
create index idx_raw_failed on raw_events(id)
where process_error is not null and substr(process_error, 1, 8) <> 'skipped:';
