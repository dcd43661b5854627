-- What an erasure reads does not grow with other people's data: everything that may name a person is found by an
-- index. SQLite has no statistics here, so each is named where it is used (`indexed by`).

-- The Terra ids that a person's own events name stand in the index, beside what an import asks of it: they are read
-- without the bodies, which lie in the same rows.
drop index idx_raw_user;
create index idx_raw_user on raw_events(user_id, terra_reference, processed_at, process_error, terra_user_id)
where user_id is not null;

-- Processed and nobody's: skipped before anybody knew whose it was. An event that finds its owner pays nothing here.
create index idx_raw_unowned_reference on raw_events(reference_id)
where user_id is null and processed_at is not null and reference_id is not null;
create index idx_raw_unowned_terra on raw_events(terra_user_id)
where user_id is null and processed_at is not null and terra_user_id <> '';

-- Owned, and named after something else than the owner: lab events by their upload, and what an earlier version
-- gave to whoever had the Terra id.
create index idx_raw_foreign_reference on raw_events(reference_id)
where user_id is not null and reference_id <> user_id;

create index idx_trace_terra on trace_events(terra_user_id)
where user_id is null and terra_user_id <> '';

create index idx_lab_reports_upload on lab_reports(terra_upload_id) where terra_upload_id is not null;

-- Terra may give one id to several uploads, of several people even: each keeps it.
create table earlier_lab_ids_of_uploads (
  terra_upload_id text not null,
  upload_id text not null,
  user_id text not null references users(id) on delete cascade,
  primary key (terra_upload_id, upload_id)
) without rowid;
insert into earlier_lab_ids_of_uploads(terra_upload_id, upload_id, user_id)
select terra_upload_id, upload_id, user_id from earlier_lab_ids;
drop table earlier_lab_ids;
alter table earlier_lab_ids_of_uploads rename to earlier_lab_ids;
create index idx_earlier_lab_ids_upload on earlier_lab_ids(upload_id);
create index idx_earlier_lab_ids_user on earlier_lab_ids(user_id);

-- The outbox of what Terra took of a person after they were erased: it is to be deleted there. Written in the
-- transaction that finds the person erased, sent to the queue afterwards, and gone as soon as the queue has it.
create table terra_removals (
  kind text not null,
  id text not null,
  next_attempt_at text not null,
  primary key (kind, id)
) without rowid;
