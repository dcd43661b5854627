-- Objects of R2 that no row names, left by a put whose row failed, are looked for a bounded number at a time.

-- Where each sweep goes on: after this key. No row, or an empty cursor: from the start.
create table sweeps (
  name text primary key,
  cursor text not null,
  updated_at text not null
) without rowid;

-- Which row names an object. Most payloads are in their rows, and pay nothing for it.
create index idx_raw_payload_key on raw_events(payload_key) where payload_key is not null;
