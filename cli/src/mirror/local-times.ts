import { DAILY_SUMMARY_COLUMNS, SYNCED_TABLES } from '../../../cloud/src/contract/tables.ts';
import { BEST_FIRST } from './summary.ts';

/**
 * What the wall clock showed. A time with Z is UTC and is shifted by the offset, null where that is unknown; a time
 * without Z is the wall clock already, in the same spelling. Null of no time.
 */
function wallClock(time: string, offset: string): string {
  const shifted = `strftime('%Y-%m-%dT%H:%M:%f', ${time}, ${offset} || ' minutes')`;
  return `case when ${time} like '%Z' then ${shifted} else ${time} end`;
}

/** The clock of a session: by its own offset, else as another device of the person knows it of the same date. */
const clockOf = (time: string) => wallClock(time, 'local_offset');

const dateOf = (time: string) => `substr(${clockOf(time)}, 1, 10)`;

/** A table of sessions, with the offset of each and the source that told it. */
export function withOffset(table: string): string {
  const ofDate = (column: string) => `(
    select d.${column}
    from daily_summary d left join source_order o on o.source = d.source
    where d.datetime = substr(t.start_time, 1, 10) and d.utc_offset_minutes is not null
    order by ${BEST_FIRST}
    limit 1
  )`;
  return `(
  select
    t.rowid as id,
    t.*,
    coalesce(t.utc_offset_minutes, ${ofDate('utc_offset_minutes')}) as local_offset,
    case
      when t.start_time not like '%Z' then null
      when t.utc_offset_minutes is not null then t.source
      else ${ofDate('source')}
    end as offset_from
  from ${table} t
)`;
}

type Selected<Column extends string> = Readonly<Record<Column, string>>;

function viewOf(name: string, table: string, selected: Selected<string>): string {
  const columns = Object.entries(selected).map(([column, value]) =>
    column === value ? `  ${column}` : `  ${value} as ${column}`,
  );
  return `create view ${name} as\nselect\n${columns.join(',\n')}\nfrom ${table}`;
}

function asTheyAre<Column extends string>(columns: Readonly<Record<Column, unknown>>): Selected<Column> {
  const selected = Object.fromEntries<string>(Object.keys(columns).map((column) => [column, column]));
  // It has the keys of `columns` and no other.
  return selected as Record<Column, string>;
}

const { source: _activitySource, raw: _activityRaw, ...activity } = SYNCED_TABLES.activities.columns;
const { source: _sleepSource, raw: _sleepRaw, ...sleep } = SYNCED_TABLES.sleep_sessions.columns;
const { bed_time: _bedTime, wake_up_time: _wakeUpTime, ...daily } = DAILY_SUMMARY_COLUMNS;

/** Columns of the view, and how each is had. */
export const ACTIVITIES_LOCAL = {
  source: 'source',
  local_date: dateOf('start_time'),
  local_start: clockOf('start_time'),
  local_end: clockOf('end_time'),
  offset_from: 'offset_from',
  ...asTheyAre(activity),
};

/** A sleep's offset is that of its end: a night in which clocks change began an hour beside what they show here. */
export const SLEEP_LOCAL = {
  source: 'source',
  local_date: dateOf('end_time'),
  local_start: clockOf('start_time'),
  local_end: clockOf('end_time'),
  offset_from: 'offset_from',
  ...asTheyAre(sleep),
};

export const SUMMARY_LOCAL = {
  datetime: 'datetime',
  local_bed_time: wallClock('bed_time', 'utc_offset_minutes'),
  local_wake_up_time: wallClock('wake_up_time', 'utc_offset_minutes'),
  ...asTheyAre(daily),
};

/** The tables whose times are UTC, with the times that a clock on the wall showed. */
export const LOCAL_VIEWS: readonly string[] = [
  viewOf('activities_local', withOffset('activities'), ACTIVITIES_LOCAL),
  viewOf('sleep_local', withOffset('sleep_sessions'), SLEEP_LOCAL),
  viewOf('summary_local', 'summary', SUMMARY_LOCAL),
];
