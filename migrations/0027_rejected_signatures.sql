-- Deliveries whose signature was refused, by reason and ten minutes of the day: 144 slots that are used anew every day,
-- so that the table never has more rows than slots times reasons, whoever sends whatever. No person, no address.
create table rejected_signatures (
  slot integer not null,
  reason text not null,
  started_at text not null,
  count integer not null,
  primary key (slot, reason)
) without rowid;
