-- The life of an event, told by its own row: a success writes no trace, and these cost no row of their own.
alter table raw_events add column fetched_at text;
alter table raw_events add column released_at text;
alter table raw_events add column replayed_at text;
-- Of the attempt that brought the outcome: how often somebody else came first, and how often it was halved.
alter table raw_events add column lost_races integer;
alter table raw_events add column halvings integer;

-- Warnings and errors are read by time, newest first; all other traces pay nothing for it.
create index idx_trace_alarms on trace_events(level, ts) where level != 'info';
