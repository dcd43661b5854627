import type { ACTIVITIES_LOCAL, SLEEP_LOCAL, SUMMARY_LOCAL } from '../local-times.ts';
import { DAILY_ENTRIES } from './days.ts';
import { type ColumnEntry, DATE, entriesFrom, entriesSeen, WALL_TIME } from './entry.ts';
import { ACTIVITY_ENTRIES, SLEEP_ENTRIES } from './sessions.ts';

const local = entriesFrom('computed when read, from the UTC time and utc_offset_minutes', '0.1.0');

const UNKNOWN =
  'Null where nobody knows the offset; offset_from says who did. A time that came without an offset is the wall clock already and stands here as it came.';

/** In summary the offset is the night's, else the best known of the date. */
const UNKNOWN_IN_SUMMARY =
  'Null where utc_offset_minutes is. A time that came without an offset is the wall clock already and stands here as it came.';

const LOCAL_START = local(`When it began, by the clock on the wall. ${UNKNOWN}`, WALL_TIME);
const LOCAL_END = local(`When it ended, by the clock on the wall at its start. ${UNKNOWN}`, WALL_TIME);

const OFFSET_FROM = local(
  'Which source told the offset: its own; or, where its own device does not know it, the first by source_order that knows it of the same date. Null where none does, and where the times are the wall clock already.',
);

const { raw: _activityRaw, ...activityEntries } = ACTIVITY_ENTRIES;
const { raw: _sleepRaw, ...sleepEntries } = SLEEP_ENTRIES;
const { bed_time: _bedTime, wake_up_time: _wakeUpTime, ...dailyEntries } = DAILY_ENTRIES;

const seen = (table: string) => () => ({ source: table, since: '0.1.0' as const });

export const ACTIVITIES_LOCAL_ENTRIES: Readonly<Record<keyof typeof ACTIVITIES_LOCAL, ColumnEntry>> = {
  ...entriesSeen({ source: activityEntries.source }, seen('activities')),
  local_date: local(
    'The date on which it began, by the calendar on the wall; null where local_start is.',
    DATE,
  ),
  local_start: LOCAL_START,
  local_end: LOCAL_END,
  offset_from: OFFSET_FROM,
  ...entriesSeen(activityEntries, seen('activities')),
};

export const SLEEP_LOCAL_ENTRIES: Readonly<Record<keyof typeof SLEEP_LOCAL, ColumnEntry>> = {
  ...entriesSeen({ source: sleepEntries.source }, seen('sleep_sessions')),
  local_date: local(
    'The date on which it ended, by the calendar on the wall: the datetime of its night in daily_summary. Null where local_end is.',
    DATE,
  ),
  local_start: local(
    `When it began, by the clock on the wall at its end: in the night in which clocks change it showed an hour more or less. ${UNKNOWN}`,
    WALL_TIME,
  ),
  local_end: local(`When it ended, by the clock on the wall. ${UNKNOWN}`, WALL_TIME),
  offset_from: OFFSET_FROM,
  ...entriesSeen(sleepEntries, seen('sleep_sessions')),
};

export const SUMMARY_LOCAL_ENTRIES: Readonly<Record<keyof typeof SUMMARY_LOCAL, ColumnEntry>> = {
  datetime: local('The date, one row each, as in summary.', DATE),
  local_bed_time: local(
    `When the main sleep began, by the clock on the wall at its end. ${UNKNOWN_IN_SUMMARY}`,
    WALL_TIME,
  ),
  local_wake_up_time: local(
    `When the main sleep ended, by the clock on the wall. ${UNKNOWN_IN_SUMMARY}`,
    WALL_TIME,
  ),
  ...entriesSeen(dailyEntries, seen('summary')),
};
