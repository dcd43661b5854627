-- A row grows by its outcome when its page is full already, and pages that are split for it stay a sixth empty. `room` holds as
-- many blanks as the outcome takes, from receipt until then: an event has its size from the beginning.
alter table raw_events add column room text;
