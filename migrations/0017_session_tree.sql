-- Sessions form a tree: a session that was approved with the token of another one ends with it, and none outlives
-- `ends_at`. `approved_by` is that other session, `approved_with` what the approver's token was of: `browser` (the
-- sign-in provider), `session` or `token` (one of ours without a session). Of older sessions nobody remembers.
alter table sessions add column approved_by text;
alter table sessions add column approved_with text;
alter table sessions add column ends_at text not null default '';

update sessions
set ends_at = strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+90 days'),
  expires_at = min(expires_at, strftime('%Y-%m-%dT%H:%M:%fZ', created_at, '+90 days'));

create index idx_sessions_approved on sessions(approved_by) where approved_by is not null;

alter table device_logins add column approved_by text;
alter table device_logins add column approved_with text;
