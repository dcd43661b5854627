import type {
  SAMPLE_SERIES_COLUMNS,
  SAMPLES_BENEATH_COLUMNS,
  SAMPLES_COLUMNS,
  SAMPLES_READ_COLUMNS,
} from '../samples.ts';
import { type ColumnEntry, entriesFrom, TIME } from './entry.ts';
import { SOURCE_MEANING } from './sessions.ts';

const archived = entriesFrom('the events in your archive, with `amy archive --samples`', '0.1.0');

const OFFSET =
  'How far the wall clock was ahead of UTC: 60 is UTC+1, -480 is UTC-8. Null where the provider did not tell it, or gave times in UTC.';

const VALUE =
  'The value, in unit. steps and activity_steps count from the start of the day or activity. sleep_stage holds from its time on: 0 unknown, 1 awake, 2 asleep, 3 out of bed, 4 light, 5 deep, 6 REM.';

/** What the columns of the series inside a day mean. */
export const SAMPLES_ENTRIES: Readonly<Record<keyof typeof SAMPLES_COLUMNS, ColumnEntry>> = {
  source: archived(SOURCE_MEANING),
  metric: archived(
    'What was measured: heart_rate, hrv_rmssd, hrv_sdnn, spo2, glucose, steps, calories, stress_level, body_battery, respiratory_rate, body_temperature, skin_temperature, sleep_stage; of an activity activity_steps and activity_calories, at the start of each lap lap_duration, lap_distance, lap_calories, lap_heart_rate, lap_speed, lap_power and lap_strokes, and latitude and longitude at its start, middle and end.',
  ),
  time: archived(
    'The moment of the value. With Z at the end it is UTC; without Z the offset is unknown and it is the wall clock.',
    TIME,
  ),
  utc_offset_minutes: archived(OFFSET, 'min'),
  value: archived(VALUE),
  unit: archived('The unit of value, as UCUM. A metric has one unit.'),
  event: archived('The id of the event that gave it, as the lines of your archive name it.'),
};

/** What the columns of the samples that are not shown mean. */
export const SAMPLES_BENEATH_ENTRIES: Readonly<Record<keyof typeof SAMPLES_BENEATH_COLUMNS, ColumnEntry>> = {
  series: archived('The row of sample_series that it belongs to.'),
  source: archived('As in samples.'),
  metric: archived('As in samples.'),
  time: archived(
    'As in samples, where a sample of another series stands at this time, or the sample itself.',
    TIME,
  ),
  utc_offset_minutes: archived(OFFSET, 'min'),
  value: archived('The value, in the unit of its series.'),
};

/** What the columns of the series mean. */
export const SAMPLE_SERIES_ENTRIES: Readonly<Record<keyof typeof SAMPLE_SERIES_COLUMNS, ColumnEntry>> = {
  id: archived('A number of this file alone.'),
  source: archived(SOURCE_MEANING),
  kind: archived('Which kind of event it stands in: daily, sleep, activity or body.'),
  item: archived(
    'Which day, sleep or activity it belongs to: a date, the provider’s id, or start: and the start.',
  ),
  metric: archived('As in samples. Empty where the activity itself was deleted.'),
  unit: archived('The unit of its samples, as UCUM. Null of a deletion.'),
  event: archived('The id of the latest event that has the series, which all of its samples are from.'),
  rank: archived('1 of what is confirmed, 0 of a tentative sleep, which loses against it.'),
  order_ms: archived(
    'When the event was sent, or where that is not known received, in Unix milliseconds: the later one counts.',
    'ms',
  ),
  sha256: archived('The SHA-256 of the event’s body, which decides between two of one millisecond.'),
  position: archived('Which item of the event it is, counted from 0.'),
  first_time: archived('The time of its earliest sample. Null of a deletion.', TIME),
  last_time: archived('The time of its latest sample. Null of a deletion.', TIME),
  times: archived(
    'All of its times, where the event has another series of the metric at the same time of day. Null everywhere else.',
    'JSON',
  ),
};

/** What the columns of the months that were read mean. */
export const SAMPLES_READ_ENTRIES: Readonly<Record<keyof typeof SAMPLES_READ_COLUMNS, ColumnEntry>> = {
  file: archived('The file of a month, by its path below the archive.'),
  bytes: archived('How long it was when it was last read. What was added since is still to be read.', 'By'),
  sha256: archived('The SHA-256 of so many bytes of it. Where they are others now, everything is read anew.'),
  rules: archived(
    'Which version of the rules it was read by. Where today’s is another, everything is read anew.',
  ),
  events: archived('How many events it held.'),
  disbelieved: archived('How many values of it cannot be true and were left out: a heart rate of 255.'),
};
