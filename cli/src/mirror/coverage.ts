import type { DatabaseSync } from 'node:sqlite';
import { IMPORT_DAYS_MAX } from '../../../cloud/src/contract/constants.ts';
import type { AskedRange } from '../../../cloud/src/contract/sync.ts';
import { DAILY_SUMMARY_COLUMNS, SLEEP_UNIT_COLUMNS } from '../../../cloud/src/contract/tables.ts';
import { tableOf } from './own-table.ts';

export const ASKED_RANGES_COLUMNS = {
  source: 'text not null',
  resource: 'text not null',
  from_date: 'text not null',
  to_date: 'text',
  state: 'text not null',
  reason: 'text',
} as const;

export const ASKED_RANGES_SCHEMA: readonly string[] = [
  tableOf('asked_ranges', ASKED_RANGES_COLUMNS),
  'create index asked_ranges_by_source on asked_ranges(source, resource)',
];

/** Replaces what the last sync told. For use inside a transaction. */
export function writeAskedRanges(database: DatabaseSync, ranges: readonly AskedRange[]): void {
  database.exec('delete from asked_ranges');
  const insert = database.prepare(
    'insert into asked_ranges (source, resource, from_date, to_date, state, reason) values (?, ?, ?, ?, ?, ?)',
  );
  for (const { source, resource, from, to, state, reason } of ranges) {
    insert.run(source, resource, from, to, state, reason);
  }
}

/** What `state` of the view says, by rank: where ranges of a day differ, the first of them counts. */
const STATES = ['asked, waiting', 'the device had nothing', 'asked, refused', 'not asked for yet'] as const;
const HAS_VALUE = 'has a value';

/** Every value of `coverage.state`. */
export const COVERAGE_STATES: readonly string[] = [HAS_VALUE, ...STATES];

type DailyColumn = keyof typeof DAILY_SUMMARY_COLUMNS;

const SLEEP_ALONE: readonly DailyColumn[] = [...SLEEP_UNIT_COLUMNS, 'nap_minutes', 'respiratory_rate'];
const SLEEP_OR_DAILY: readonly DailyColumn[] = [
  'resting_heart_rate',
  'heart_rate_variability',
  'hrv_method',
  'spo2',
  'skin_temperature',
  'sleep_score',
  'recovery_score',
  'utc_offset_minutes',
];

/** Which kinds of event give a column of a day. */
export function eventsOf(column: string): 'sleep' | 'sleep_or_daily' | 'daily' {
  const among = (columns: readonly string[]) => columns.includes(column);
  if (among(SLEEP_ALONE)) return 'sleep';
  return among(SLEEP_OR_DAILY) ? 'sleep_or_daily' : 'daily';
}

/**
 * The rank of a day's state for one kind of event. Days after a source's newest data may still come, while it is
 * connected: they are waited for. A connection that falls silent would have a state of its own here.
 */
function rankOf(resource: string): string {
  return `coalesce((
        select min(case r.state
          when 'waiting' then 1
          when 'asked' then case when r.to_date is null and day.datetime > known.newest then 1 else 2 end
          else 3
        end)
        from asked_ranges r
        where r.source = known.source
          and r.resource = '${resource}'
          and r.from_date <= day.datetime
          and (r.to_date is null or r.to_date >= day.datetime)
      ), 4)`;
}

function stateOf(rank: string): string {
  const cases = STATES.map((state, index) => `when ${index + 1} then '${state}'`);
  return `case ${rank} ${cases.join(' ')} end`;
}

function arm(metric: string, hasValue: string, place: string, join = ''): string {
  return `select
  place.source, '${metric}' as metric, place.datetime,
  case when ${hasValue} then '${HAS_VALUE}' else place.${place} end as state
from place${join}`;
}

const DAILY_JOIN = `
left join daily_summary d on d.source = place.source and d.datetime = place.datetime`;

const ARMS = [
  ...Object.keys(DAILY_SUMMARY_COLUMNS).map((column) =>
    arm(column, `d.${column} is not null`, eventsOf(column), DAILY_JOIN),
  ),
  arm('activities', '(place.source, place.datetime) in (select source, local_date from active)', 'activity'),
  arm(
    'biomarkers_raw',
    "exists (select 1 from biomarkers_raw b where b.source = place.source || '_body' and b.draw_date = place.datetime)",
    'body',
  ),
];

/** The columns of the view. */
export const COVERAGE_COLUMNS = ['source', 'metric', 'datetime', 'state'] as const;

/**
 * Why a day has no value: of each source, column and day what is known. From the first day that an import may ask for,
 * or the first that there is, to the last sync. Stored are the ranges that the server tells; the days are made when read.
 */
export const COVERAGE_VIEW = `create view coverage as
with recursive
  span(first, last) as (
    select min(date(last, '-${IMPORT_DAYS_MAX - 1} days'), first), last
    from (
      select
        coalesce((select min(datetime) from daily_summary), '9999') as first,
        max(
          coalesce((select max(datetime) from daily_summary), ''),
          coalesce((select substr(last_sync_at, 1, 10) from sync_state), '')
        ) as last
    )
  ),
  day(datetime) as (
    select first from span where last <> ''
    union all
    select date(datetime, '+1 day') from day cross join span where datetime < last
  ),
  active as materialized (
    select distinct source, coalesce(local_date, substr(start_time, 1, 10)) as local_date from activities_local
  ),
  dated(source, datetime) as (
    select source, max(datetime) from daily_summary group by source
    union all
    select source, max(local_date) from active group by source
    union all
    select source, null from asked_ranges
  ),
  known(source, newest) as materialized (
    select source, coalesce(max(datetime), (select date(last, '-1 day') from span)) from dated group by source
  ),
  ranked as materialized (
    select known.source, day.datetime,
      ${rankOf('daily')} as daily,
      ${rankOf('sleep')} as sleep,
      ${rankOf('activity')} as activity,
      ${rankOf('body')} as body
    from known cross join day
  ),
  place as materialized (
    select source, datetime,
      ${stateOf('daily')} as daily,
      ${stateOf('sleep')} as sleep,
      ${stateOf('min(daily, sleep)')} as sleep_or_daily,
      ${stateOf('activity')} as activity,
      ${stateOf('body')} as body
    from ranked
  )
${ARMS.join('\nunion all\n')}`;
