-- The body of an event lies apart from its row, so that marking an outcome rewrites no body: SQLite writes a whole row
-- anew, the pages that a long text overflows to included.
create table raw_bodies (
  raw_event_id integer primary key references raw_events(id) on delete cascade,
  payload text not null
);

-- Bodies that are there stay in `raw_events.payload` and are read from there: one statement over all of them would write
-- the whole database anew. The cron takes some of them along, from this event down.
insert into sweeps(name, cursor, updated_at)
select 'bodies_in_rows', max(id), strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
from raw_events
having max(id) is not null;
