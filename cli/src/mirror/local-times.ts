import { DAILY_SUMMARY_COLUMNS, SYNCED_TABLES } from '../../../cloud/src/contract/tables.ts';

/**
 * What the wall clock showed. A time with Z is UTC and is shifted by the row's offset, null where that is unknown; a
 * time without Z is the wall clock already, in the same spelling. Null of no time.
 */
function wallClock(time: string): string {
  const shifted = `strftime('%Y-%m-%dT%H:%M:%f', ${time}, utc_offset_minutes || ' minutes')`;
  return `case when ${time} like '%Z' then ${shifted} else ${time} end`;
}

/** The date of a wall clock's time. */
function dateOf(time: string): string {
  return `substr(${wallClock(time)}, 1, 10)`;
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
  local_start: wallClock('start_time'),
  local_end: wallClock('end_time'),
  ...asTheyAre(activity),
};

/** A sleep's offset is that of its end: a night in which clocks change began an hour beside what they show here. */
export const SLEEP_LOCAL = {
  source: 'source',
  local_date: dateOf('end_time'),
  local_start: wallClock('start_time'),
  local_end: wallClock('end_time'),
  ...asTheyAre(sleep),
};

export const SUMMARY_LOCAL = {
  datetime: 'datetime',
  local_bed_time: wallClock('bed_time'),
  local_wake_up_time: wallClock('wake_up_time'),
  ...asTheyAre(daily),
};

/** The tables whose times are UTC, with the times that a clock on the wall showed. */
export const LOCAL_VIEWS: readonly string[] = [
  viewOf('activities_local', 'activities', ACTIVITIES_LOCAL),
  viewOf('sleep_local', 'sleep_sessions', SLEEP_LOCAL),
  viewOf('summary_local', 'summary', SUMMARY_LOCAL),
];
