-- A report that is sent to Terra again gets a new id of Terra's. What still comes under an earlier one is of the
-- same upload.
create table earlier_lab_ids (
  terra_upload_id text primary key,
  upload_id text not null,
  user_id text not null references users(id) on delete cascade
) without rowid;

create index idx_earlier_lab_ids_upload on earlier_lab_ids(upload_id);
create index idx_earlier_lab_ids_user on earlier_lab_ids(user_id);

-- The lab events of a person, and those of an upload: the few among all of theirs.
create index idx_raw_labs on raw_events(user_id, reference_id)
where event_type in ('lab_report', 'lab_report.completed', 'lab_report.failed');
