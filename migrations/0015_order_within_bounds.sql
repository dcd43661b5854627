-- The header that orders events is not signed, and was taken as it came: one with a time far ahead won for ever over
-- whatever was measured later, one with a time long past lost for ever. Such an event counts from its receipt, as every
-- event without the header does. What had lost to it was forgotten, so its person's events are normalized again: they
-- are the drain's from here on.

create table misordered (
  n integer primary key,
  user_id text,
  terra_user_id text,
  was_ms integer not null,
  receipt_ms integer not null,
  -- The order as cells hold it: [rank, ms, "hash", position].
  was text not null,
  meant text not null
);

insert into misordered(user_id, terra_user_id, was_ms, receipt_ms, was, meant)
select user_id, terra_user_id, order_ms, receipt_ms,
  ',' || order_ms || ',"' || dedup_key || '"', ',' || receipt_ms || ',"' || dedup_key || '"'
from (
  select user_id, terra_user_id, dedup_key, order_ms,
    cast(round((julianday(received_at) - 2440587.5) * 86400000) as integer) as receipt_ms
  from raw_events
  where order_ms is not null
)
where order_ms < 1262304000000
  or order_ms > receipt_ms + 86400000;

update raw_events set
  order_ms = cast(round((julianday(received_at) - 2440587.5) * 86400000) as integer)
where order_ms < 1262304000000
  or order_ms > cast(round((julianday(received_at) - 2440587.5) * 86400000) as integer) + 86400000;

with recursive mended(at, n, cells) as (
  select rowid, 0, cells from daily_summary where user_id in (select user_id from misordered) and cells is not null
  union all
  select m.at, x.n, replace(m.cells, x.was, x.meant)
  from mended m
  join misordered x on x.n = (select min(y.n) from misordered y where y.n > m.n and instr(m.cells, y.was) > 0)
)
update daily_summary set cells = (select m.cells from mended m where m.at = daily_summary.rowid order by m.n desc limit 1)
where rowid in (select at from mended where n > 0);

with recursive mended(at, n, cells) as (
  select rowid, 0, cells from activities where user_id in (select user_id from misordered) and cells is not null
  union all
  select m.at, x.n, replace(m.cells, x.was, x.meant)
  from mended m
  join misordered x on x.n = (select min(y.n) from misordered y where y.n > m.n and instr(m.cells, y.was) > 0)
)
update activities set cells = (select m.cells from mended m where m.at = activities.rowid order by m.n desc limit 1)
where rowid in (select at from mended where n > 0);

with recursive mended(at, n, cells) as (
  select rowid, 0, cells from sleep_sessions where user_id in (select user_id from misordered) and cells is not null
  union all
  select m.at, x.n, replace(m.cells, x.was, x.meant)
  from mended m
  join misordered x on x.n = (select min(y.n) from misordered y where y.n > m.n and instr(m.cells, y.was) > 0)
)
update sleep_sessions set cells = (select m.cells from mended m where m.at = sleep_sessions.rowid order by m.n desc limit 1)
where rowid in (select at from mended where n > 0);

with recursive mended(at, n, cells) as (
  select rowid, 0, cells from biomarkers_raw where user_id in (select user_id from misordered) and cells is not null
  union all
  select m.at, x.n, replace(m.cells, x.was, x.meant)
  from mended m
  join misordered x on x.n = (select min(y.n) from misordered y where y.n > m.n and instr(m.cells, y.was) > 0)
)
update biomarkers_raw set cells = (select m.cells from mended m where m.at = biomarkers_raw.rowid order by m.n desc limit 1)
where rowid in (select at from mended where n > 0);

update item_homes set cut = (select replace(cut, x.was, x.meant) from misordered x where instr(cut, x.was) > 0 limit 1)
where cut is not null
  and exists (select 1 from misordered x where instr(cut, x.was) > 0);

update lab_reports set
  parsed_ms = coalesce((select x.receipt_ms from misordered x where x.user_id = lab_reports.user_id and x.was_ms = parsed_ms), parsed_ms),
  failed_ms = coalesce((select x.receipt_ms from misordered x where x.user_id = lab_reports.user_id and x.was_ms = failed_ms), failed_ms)
where user_id in (select user_id from misordered);

-- A connection's slices hold the time as text too: they go, and their event gives them again.
update terra_connections set
  cells = json_remove(
    json_set(
      cells,
      '$.slices', json((
        select json_group_array(json(s.value))
        from json_each(cells, '$.slices') s
        where not exists (select 1 from misordered x where instr(s.value, x.was) > 0)
      )),
      '$.deltas', json((
        select json_group_array(json(d.value))
        from json_each(cells, '$.deltas') d
        where not exists (select 1 from misordered x where instr(d.value, x.was) > 0)
      ))
    ),
    '$.firstMs'
  )
where cells is not null
  and user_id in (select user_id from misordered);

-- Beyond the year 9999 no time of ours compares as one. Their events give the real ones within minutes.
update terra_connections set
  connected_at = case when connected_at glob '[+-]*' then strftime('%Y-%m-%dT%H:%M:%fZ', 'now') else connected_at end,
  deactivated_at = case when deactivated_at glob '[+-]*' then strftime('%Y-%m-%dT%H:%M:%fZ', 'now') else deactivated_at end,
  state_at = case when state_at glob '[+-]*' then strftime('%Y-%m-%dT%H:%M:%fZ', 'now') else state_at end
where connected_at glob '[+-]*'
  or deactivated_at glob '[+-]*'
  or state_at glob '[+-]*';

update raw_events set
  processed_at = null,
  process_error = null,
  attempts = 0,
  next_attempt_at = null
where user_id in (select user_id from misordered)
  and processed_at is not null
  and (process_error is null or substr(process_error, 1, 8) <> 'skipped:');

drop table misordered;
