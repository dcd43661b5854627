import { DAILY_SUMMARY_COLUMNS } from '../../../cloud/src/contract/tables.ts';
import { eventsOf } from './coverage.ts';
import { isOfTheBody, SUMMARY_FROM, summaryColumn, summarySource } from './summary.ts';

/** A change counts by the days after it: this many that have a value, the first of them included. */
export const NEXT_DAYS = 14;
/** What is new must have at least this many of them, and more than half: a day with another device on is no change. */
export const HELD_DAYS_MIN = 7;

export const SOURCE_CHANGES_COLUMNS = ['column', 'datetime', 'from', 'to', 'why'] as const;

const columns = Object.entries(DAILY_SUMMARY_COLUMNS).filter(([column]) => isOfTheBody(column));

/** Whose device it is: that of the sleep where a value may be of both. */
const kindOf = (column: string) => (eventsOf(column) === 'daily' ? 'daily' : 'sleep');

/** The columns by their place in the arrays of a date. */
const METRICS = columns.map(([column], place) => `(${place}, '${column}', '${kindOf(column)}')`).join(', ');

/** How a heart rate variability was measured makes as much of a difference as who measured it. */
const MADE_BY = `case when told.key = ${columns.findIndex(([column]) => column === 'heart_rate_variability')}
        then told.value || coalesce(' (' || date.hrv_method || ')', '')
        else told.value
      end`;

/** The source of each column of a date, as one array: a table has them one by one, and a query of 47 arms is long to read. */
const SOURCES = columns.map(([column]) => summarySource(column));

/** What the source said; a text has no level. */
const VALUE = `json_extract(json_array(${columns.map(([column, type]) => (type === 'text' ? 'null' : `d.${column}`)).join(', ')}), '$[' || day.key || ']')`;

/** Of the days on one side of a change. */
const of = (side: 'before' | 'after', what: string) => `${what} filter (where side = '${side}')`;
const variance = (side: 'before' | 'after') =>
  `(${of(side, 'avg(value * value)')} - ${of(side, 'avg(value)')} * ${of(side, 'avg(value)')})`;

/**
 * When the source behind a column of `summary` changed; or, of one source, the device, as far as archived events were read
 * (`device_history`); or its firmware, where the level moved with it by more than one standard deviation. A view, so that
 * it follows every sync and the order of sources.
 */
export const SOURCE_CHANGES_VIEW = `create view source_changes as
with recursive
  metric(key, name, kind) as materialized (values ${METRICS}),
  date as materialized (
    select
      day.datetime,
      ${summaryColumn('hrv_method')} as hrv_method,
      json_array(${SOURCES.join(', ')}) as sources
    ${SUMMARY_FROM}
  ),
  day as materialized (
    select
      told.key,
      date.datetime,
      told.value as source,
      ${MADE_BY} as made_by,
      lag(${MADE_BY}) over by_date as before,
      row_number() over by_date as place
    from date
    cross join json_each(date.sources) told
    where told.value is not null
    window by_date as (partition by told.key order by date.datetime)
  ),
  equipment as materialized (
    select source, kind, datetime, device, firmware, max(month) as month
    from device_history
    group by source, kind, datetime
  ),
  equipped as materialized (
    select day.key, day.datetime, day.place, day.source, equipment.device, equipment.firmware
    from equipment
    join metric on metric.kind = equipment.kind
    join day on day.key = metric.key and day.source = equipment.source and day.datetime = equipment.datetime
  ),
  made as materialized (
    select 'source' as part, key, '' as within, datetime, place, source, made_by as maker, before from day
    union all
    select 'device', key, source, datetime, place, source, device, lag(device) over (partition by key, source order by place)
    from equipped
    where device is not null
    union all
    select 'firmware', key, source || ' ' || coalesce(device, ''), datetime, place, source, firmware,
      lag(firmware) over (partition by key, source, device order by place)
    from equipped
    where firmware is not null
  ),
  next(days) as (select 0 union all select days + 1 from next where days < ${NEXT_DAYS - 1}),
  begun as (
    select
      made.part, made.key, made.within, made.datetime, made.place, made.source, made.maker,
      count(*) as known,
      sum(ahead.maker = made.maker) as held
    from made
    cross join next
    join made ahead on ahead.part = made.part
      and ahead.key = made.key
      and ahead.within = made.within
      and ahead.place = made.place + next.days
    where made.maker is not made.before
    group by made.part, made.key, made.within, made.place
  ),
  settled as (
    select *, lag(maker) over (partition by part, key, within order by place) as former
    from begun
    where held >= ${HELD_DAYS_MIN} and held * 2 > known
  ),
  change as materialized (
    select * from settled where maker <> former
  ),
  around as (
    select change.key, change.place, side, ${VALUE} as value
    from change
    join (
      select 'before' as side, -${NEXT_DAYS} as first, -1 as last union all select 'after', 0, ${NEXT_DAYS - 1}
    )
    join day on day.key = change.key
      and day.source = change.source
      and day.place between change.place + first and change.place + last
    join daily_summary d on d.source = day.source and d.datetime = day.datetime
    where change.part = 'firmware'
  ),
  moved as (
    select key, place, ${of('before', 'avg(value)')} as before, ${of('after', 'avg(value)')} as after
    from around
    group by key, place
    having ${of('before', 'count(value)')} >= ${HELD_DAYS_MIN}
      and ${of('after', 'count(value)')} >= ${HELD_DAYS_MIN}
      and (${of('after', 'avg(value)')} - ${of('before', 'avg(value)')})
        * (${of('after', 'avg(value)')} - ${of('before', 'avg(value)')})
        > (${variance('before')} + ${variance('after')}) / 2
  )
select
  metric.name as "column",
  change.datetime,
  case change.part when 'source' then former else change.source || ': ' || former end as "from",
  case change.part when 'source' then maker else change.source || ': ' || maker end as "to",
  case change.part
    when 'source' then 'another source is shown'
    when 'device' then 'another device of the source, as its archived events say'
    else 'other firmware of the device, as its archived events say, and the mean went from '
      || printf('%.4g', moved.before) || ' to ' || printf('%.4g', moved.after)
  end || ': it has ' || held || ' of the next ' || known || ' values' as why
from change
join metric on metric.key = change.key
left join moved on change.part = 'firmware' and moved.key = change.key and moved.place = change.place
where change.part <> 'firmware' or moved.place is not null`;
