import { SYNCED_TABLES } from '../../../cloud/src/contract/tables.ts';
import { kindOf } from './activity-kinds.ts';
import { withOffset } from './local-times.ts';

const { source: _source, start_time: _startTime, raw: _raw, ...values } = SYNCED_TABLES.activities.columns;

const columns = [...Object.keys(SYNCED_TABLES.activities.columns), 'updated_at'];

/** What the view has beside the columns of `activities`. */
export const RECORDING_COLUMNS = ['recordings', 'twin_source', 'twin_start_time'] as const;

/** How much a row tells; `raw` is there or not whatever the device knew. */
const TOLD = Object.keys(values)
  .map((column) => `(${column} is not null)`)
  .join(' + ');

/** In seconds since 1970. Of a time of the wall clock, null where nobody knows the offset. */
const moment = (time: string) =>
  `unixepoch(${time}) - case when ${time} like '%Z' then 0 else local_offset * 60 end`;

/**
 * Seconds. Time is cut into spans that are no shorter than the longest activity, and an overlap is looked for in the
 * same span and its neighbours: comparing each with each would take longer with the square of their number.
 */
const BUCKET_MIN = 86_400;

/**
 * A workout that several devices recorded, once: recordings of different sources and of the same kind are one where
 * they overlap by more than half of the shorter, and so are those that a third connects. Of these the row is shown that
 * has the most values, then that of the source that comes first in the person's order, then the earlier. A view, so that it follows every
 * change of the table and of the order by itself.
 */
export const ACTIVITIES_MERGED_VIEW = `create view activities_merged as
with recursive
  named as materialized (
    select activity_name as name, ${kindOf('activity_name')} as kind
    from activities
    where activity_name is not null
    group by activity_name
  ),
  timed as materialized (
    select
      id,
      source,
      kind,
      ${moment('start_time')} as starts,
      coalesce(${moment('end_time')}, ${moment('start_time')} + duration) as ends
    from ${withOffset('activities')} a
    join named on named.name = a.activity_name
    where kind is not null
  ),
  span as materialized (
    select *, cast(starts / (select max(${BUCKET_MIN}, max(ends - starts)) from timed) as integer) as bucket
    from timed
    where ends > starts
  ),
  near(buckets) as (values (-1), (0), (1)),
  pair as materialized (
    select one.id as one, other.id as other
    from span one
    cross join near
    join span other on other.kind = one.kind and other.bucket = one.bucket + near.buckets
    where other.source <> one.source
      and min(one.ends, other.ends) - max(one.starts, other.starts)
        > min(one.ends - one.starts, other.ends - other.starts) / 2.0
  ),
  reached(id, other) as (
    select one, one from pair
    union
    select reached.id, pair.other from reached join pair on pair.one = reached.other
  ),
  workout as (
    select id, min(other) as workout, count(*) as recordings from reached group by id
  ),
  placed as (
    select
      workout.*,
      row_number() over fullest as place,
      lead(a.source) over fullest as twin_source,
      lead(a.start_time) over fullest as twin_start_time
    from workout
    join activities a on a.rowid = workout.id
    left join source_order o indexed by source_order_ranks on o.source = a.source
    window fullest as (
      partition by workout
      order by ${TOLD} desc, coalesce(o.rank, 9223372036854775807), a.source, a.start_time
    )
  ),
  shown(id, recordings, twin_source, twin_start_time) as (
    select rowid, 1, null, null from activities where rowid not in (select one from pair)
    union all
    select id, recordings, twin_source, twin_start_time from placed where place = 1
  )
select
${columns.map((column) => `  a.${column}`).join(',\n')},
${RECORDING_COLUMNS.map((column) => `  shown.${column}`).join(',\n')}
from shown
join activities a on a.rowid = shown.id`;
