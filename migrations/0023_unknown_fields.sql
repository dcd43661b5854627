-- Fields of deliveries that no published schema of Terra's has: how often each was seen. No person, no value.
create table unknown_fields (
  event_type text not null,
  path text not null,
  count integer not null,
  first_seen text not null,
  last_seen text not null,
  primary key (event_type, path)
) without rowid;

create index idx_unknown_fields_seen on unknown_fields(last_seen);
