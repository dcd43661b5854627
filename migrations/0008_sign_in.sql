-- Signing in: sessions that can be listed and revoked, and device logins (RFC 8628) on their way to one.

-- An Amy JWT names its session in the claim `sid`: what is revoked or gone here is refused at the next request.
create table sessions (
  id text primary key,
  user_id text not null references users(id) on delete cascade,
  client text not null,
  created_at text not null,
  last_used_at text not null,
  expires_at text not null,
  revoked_at text
);

create index idx_sessions_user on sessions(user_id);

-- Only the hash of the device code is kept: who reads the database cannot redeem it. `user_id` is who decided.
create table device_logins (
  device_code_hash text primary key,
  user_code text not null unique,
  client text not null,
  created_at text not null,
  expires_at text not null,
  polled_at text,
  interval_s integer not null,
  user_id text references users(id) on delete cascade,
  decision text,
  redeemed_at text
) without rowid;

create index idx_device_logins_user on device_logins(user_id) where user_id is not null;
create index idx_device_logins_expires on device_logins(expires_at);

-- The claim on an Idempotency-Key and, once there is one, the answer to replay. `claim` is the request that
-- holds it: one that was taken for dead no longer ends the claim of the request that took its place.
create table idempotency_keys (
  user_id text not null references users(id) on delete cascade,
  key text not null,
  request_hash text not null,
  claim text not null,
  claimed_at text not null,
  status integer,
  body text,
  primary key (user_id, key)
) without rowid;

create index idx_idempotency_claimed on idempotency_keys(claimed_at);

-- Of somebody who came back after an erasure: tokens issued up to then stay refused.
alter table users add column tokens_after text;

-- When a person's connections were last compared with Terra's list: at most once a minute on their own asking.
alter table users add column reconciled_at text;

-- The chunks of an import are counted by the reference of the request that caused them, from the index alone.
drop index idx_raw_user;
create index idx_raw_user on raw_events(user_id, terra_reference) where user_id is not null;
