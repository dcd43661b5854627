import type { SYNCED_TABLES } from '../../../../cloud/src/contract/tables.ts';
import { type ColumnEntry, entriesFrom, TIME } from './entry.ts';

type Columns<Table extends keyof typeof SYNCED_TABLES> = keyof (typeof SYNCED_TABLES)[Table]['columns'];

export const SOURCE_MEANING =
  'The device or account that measured it, as the provider’s name in small letters: oura, whoop, garmin.';

export const UPDATED_AT: ColumnEntry = {
  meaning:
    'When the row last changed on the server, on the clock that counts this person’s changes. It is no time of measurement.',
  unit: TIME,
  source: 'the server',
  since: 'before 0.1.0',
};

const activity = entriesFrom('activity event', 'before 0.1.0');
const newActivity = entriesFrom('activity event', '0.1.0');
const sleep = entriesFrom('sleep event', 'before 0.1.0');

/** How far a row's wall clock was ahead of UTC, and where that is not known. */
const OFFSET =
  '60 is UTC+1, -480 is UTC-8. Null where it is unknown: the provider gave times without an offset, or in UTC.';

const RAW =
  'The record as it was delivered, as JSON. Null here: sync leaves it out; `amy archive` brings what came.';

/** What the columns of one activity mean. */
export const ACTIVITY_ENTRIES: Readonly<Record<Columns<'activities'>, ColumnEntry>> = {
  source: activity(SOURCE_MEANING),
  start_time: activity(
    'When it began. With Z at the end it is UTC; without Z the offset is unknown and it is the wall clock.',
    TIME,
  ),
  end_time: activity(
    'When it ended, as start_time. Null where the provider told none, or one before the start.',
    TIME,
  ),
  activity_name: activity('What the provider calls it; failing that the name of its kind.'),
  distance: activity('Distance covered.', 'm'),
  duration: activity(
    'From start to end, pauses included; the time in motion only where one of the two is unknown.',
    's',
  ),
  elevation_gain: activity('How much one climbed. elevation_method says in what it is counted.', 'm'),
  average_heart_rate: activity('Mean heart rate.', '/min'),
  calories: activity('Energy burned in all; where a provider tells only what is above rest, that.', 'kcal'),
  steps: activity('Number of steps.'),
  active_zone_minutes: activity('The duration in minutes, rounded: each activity counts as active.', 'min'),
  strain: activity('How hard it was on the heart as the device scores it; of whoop 0 to 21. It has no unit.'),
  heart_rate_max: newActivity('Highest heart rate.', '/min'),
  calories_active: newActivity('Energy burned above what a body needs at rest.', 'kcal'),
  elevation_method: newActivity(
    'In what elevation_gain is counted: meters, or floors, where a device counts only floors and the number is one of floors and not of metres.',
  ),
  utc_offset_minutes: newActivity(`How far the wall clock was ahead of UTC at the start. ${OFFSET}`, 'min'),
  raw: activity(RAW, 'JSON'),
};

/** What the columns of one sleep mean. */
export const SLEEP_ENTRIES: Readonly<Record<Columns<'sleep_sessions'>, ColumnEntry>> = {
  source: sleep(SOURCE_MEANING),
  start_time: sleep(
    'When it began. With Z at the end it is UTC; without Z the offset is unknown and it is the wall clock.',
    TIME,
  ),
  end_time: sleep(
    'When it ended, as start_time. Its local date is the date of the night in daily_summary.',
    TIME,
  ),
  utc_offset_minutes: entriesFrom('sleep event', '0.1.0')(
    `How far the wall clock was ahead of UTC at the end. ${OFFSET}`,
    'min',
  ),
  raw: sleep(RAW, 'JSON'),
};
