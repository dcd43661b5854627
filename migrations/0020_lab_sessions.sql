-- The newest event of a lab session replaces all that the session said before. Here stands which event that is, and
-- under which dates and codes it has results. Sessions from before are noted with the next event about their results.
-- `newest`: the event's order, as in cells. `keys`: [{draw_date, code}, ...].
create table lab_sessions (
  user_id text not null references users(id) on delete cascade,
  session text not null,
  newest text not null,
  keys text not null,
  primary key (user_id, session)
) without rowid;
