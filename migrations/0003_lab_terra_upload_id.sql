-- Terra's own id of an upload: lab results carry it and no user.

alter table lab_uploads add column terra_upload_id text;

create index if not exists idx_lab_uploads_terra_upload on lab_uploads(terra_upload_id);
