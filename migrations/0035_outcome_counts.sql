-- What became of events, by outcome and ten minutes of the day: 144 slots that are used anew every day, so that figures of
-- all events cost the same however many are stored. `earlier` holds what a slot counted on the days before.
create table outcome_counts (
  slot integer not null,
  outcome text not null,
  started_at text not null,
  count integer not null,
  earlier integer not null,
  primary key (slot, outcome)
) without rowid;

insert into outcome_counts(slot, outcome, started_at, count, earlier)
select 0, iif(substr(process_error, 1, 8) = 'skipped:', 'skipped', 'normalized'), '', 0, count(*)
from raw_events
where processed_at is not null
group by 2;
