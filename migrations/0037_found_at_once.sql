-- What was found by walking past everything else of its kind is found at once. None of these is written by an event that
-- ends as it should.

-- A ping that names no Terra user may have brought a lab report: as idx_raw_labs, for pings.
create index idx_raw_lab_pings on raw_events(user_id, reference_id)
where event_type = 's3_payload' and terra_user_id = '';

-- A swap of Terra ids that waits may name the one that connects only in its body: these few are looked through.
create index idx_raw_waiting_swaps on raw_events(id) where event_type = 'user_reauth' and processed_at is null;

-- What the drain tries again, by receipt: only of the last day. The condition stands word for word in
-- cloud/src/store/event-state.ts, which a test compares.
create index idx_raw_tried on raw_events(received_at)
where processed_at is null
  and attempts > 0
  and (
    process_error is null
    or (
      process_error not in ('no_connection_for_terra_user', 'payload_url_expired', 'payload_url_refused', 'owner_conflict')
      and substr(process_error, 1, 16) <> 'payload_invalid:'
      and substr(process_error, 1, 8) <> 'skipped:'
    )
  );

-- A person's lists, in the order in which they are shown.
drop index idx_imports_user;
create index idx_imports_user on imports(user_id, created_at, id);
drop index idx_sessions_user;
create index idx_sessions_user on sessions(user_id, created_at desc, id);
create index idx_lab_uploads_listed on lab_uploads(user_id, strftime('%Y-%m-%dT%H:%M:%fZ', uploaded_at));

-- What was let go, or set back by hand, waits for its first try under an old id: the drain looks for others only from
-- where it last found one. Word for word in cloud/src/store/event-state.ts.
create index idx_raw_let_go on raw_events(id)
where processed_at is null
  and attempts = 0
  and (released_at is not null or duration_ms is not null);
