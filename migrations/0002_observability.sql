-- What happened otherwise than planned, found by request, person or event.

create table trace_events (
  id integer primary key autoincrement,
  ts text not null default (datetime('now')),
  request_id text,
  user_id text,
  terra_user_id text,
  raw_event_id integer,
  level text not null,
  event text not null,
  message text,
  data text,
  duration_ms integer,
  error_name text,
  error_stack text
);

create index idx_trace_request on trace_events(request_id);
create index idx_trace_user on trace_events(user_id);
create index idx_trace_ts on trace_events(ts);
create index idx_trace_event on trace_events(event);
create index idx_trace_level on trace_events(level) where level != 'info';
