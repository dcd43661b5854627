-- From which day on Terra took requests for a connection's history, by resource: {"daily": "2025-01-01", ...}. The
-- requests themselves end with age, and without this nobody could tell a day that was never asked for from one of which
-- the device had nothing.
alter table terra_connections add column asked_from text;

-- Of requests whose rows are gone the first date of a source tells: each asks up to its own day, and from a connection on
-- every day comes by itself. Of a source that was connected twice only the first connection may have brought that date.
update terra_connections set asked_from = (
  select json_group_object(resource, from_date)
  from (
    select resource, min(from_date) as from_date
    from (
      select resource, start_date as from_date
      from backfills
      where user_id = terra_connections.user_id
        and terra_user_id = terra_connections.terra_user_id
        and status = 'sent'
      union all
      select value, (
        select min(datetime)
        from daily_summary
        where user_id = terra_connections.user_id
          and source = terra_connections.provider
      )
      from json_each('["activity","sleep","daily","body"]')
      where not exists (
        select 1
        from terra_connections earlier
        where earlier.user_id = terra_connections.user_id
          and earlier.provider = terra_connections.provider
          and earlier.connected_at < terra_connections.connected_at
      )
    )
    where from_date is not null
    group by resource
  )
);
