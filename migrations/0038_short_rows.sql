-- Cells that an earlier version spelled out, and items whose samples it left out and that it did not pack, are read as they
-- are. The cron writes them shorter, some every five minutes, from this table's first row on.
insert into sweeps(name, cursor, updated_at)
select 'spelled_out_rows', 'daily_summary:0', strftime('%Y-%m-%dT%H:%M:%fZ', 'now')
where exists (select 1 from daily_summary where cells is not null)
  or exists (select 1 from sleep_sessions where cells is not null)
  or exists (select 1 from activities where cells is not null);
