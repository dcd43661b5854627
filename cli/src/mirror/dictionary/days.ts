import type { DAILY_SUMMARY_COLUMNS } from '../../../../cloud/src/contract/tables.ts';
import { type ColumnEntry, entriesFrom, TIME } from './entry.ts';

type DailyColumn = keyof typeof DAILY_SUMMARY_COLUMNS;

const day = entriesFrom('daily event', 'before 0.1.0');
const newDay = entriesFrom('daily event', '0.1.0');
const night = entriesFrom('sleep event: the main sleep that ended on the date', 'before 0.1.0');
const newNight = entriesFrom('sleep event: the main sleep that ended on the date', '0.1.0');
const vital = entriesFrom('sleep event: the longest sleep that knows it', 'before 0.1.0');
const both = entriesFrom('sleep event: the longest sleep that knows it; else daily event', 'before 0.1.0');

const STAGE_PERCENT =
  'Its share of deep, REM, light sleep and awake together. Null unless all four are known.';

/** What the columns of a day mean, in `daily_summary`, `summary` and `summary_local`. */
export const DAILY_ENTRIES: Readonly<Record<DailyColumn, ColumnEntry>> = {
  steps: day('Number of steps of the date.'),
  sleep_minutes: night('Time asleep in the main sleep that ended on the date; naps are not in it.', 'min'),
  bed_time: night(
    'When the main sleep began. With Z at the end it is UTC; without Z the offset is unknown and it is the wall clock.',
    TIME,
  ),
  wake_up_time: night('When the main sleep ended. With or without Z, as bed_time.', TIME),
  resting_heart_rate: both('Resting heart rate as the device determined it.', '/min'),
  heart_rate_variability: both(
    'Variation between heartbeats. Two methods exist, RMSSD and SDNN, whose numbers cannot be compared: hrv_method says which this is.',
    'ms',
  ),
  active_zone_minutes: day(
    'Minutes in the fat burn, cardio and peak zones together; where no zone is known, of moderate and vigorous intensity.',
    'min',
  ),
  fatburn_active_zone_minutes: day(
    'Minutes in the heart rate zone named fat burn; where zones have no such names, of moderate intensity.',
    'min',
  ),
  cardio_active_zone_minutes: day(
    'Minutes in the heart rate zone named cardio; where zones have no such names, of vigorous intensity.',
    'min',
  ),
  peak_active_zone_minutes: day('Minutes in the heart rate zone named peak.', 'min'),
  deep_sleep_minutes: night('Deep sleep in the main sleep.', 'min'),
  rem_sleep_minutes: night('REM sleep in the main sleep.', 'min'),
  light_sleep_minutes: night('Light sleep in the main sleep.', 'min'),
  awake_minutes: night('Time awake within the main sleep.', 'min'),
  deep_sleep_percent: night(`Deep sleep. ${STAGE_PERCENT}`, '%'),
  rem_sleep_percent: night(`REM sleep. ${STAGE_PERCENT}`, '%'),
  light_sleep_percent: night(`Light sleep. ${STAGE_PERCENT}`, '%'),
  awake_percent: night(`Time awake. ${STAGE_PERCENT}`, '%'),
  stress_management_score: day('100 minus stress_score, 0 to 100: higher is calmer.'),
  sleep_score: both('How good the sleep was as the provider, or Terra, scores it, 0 to 100.'),
  spo2: both('Mean oxygen saturation of the blood.', '%'),
  skin_temperature: both(
    'Deviation of the skin temperature from one’s own baseline, as the device keeps it: 0.4 is 0.4 degrees above what is usual. It is no temperature; where a device measures one, it is in biomarkers_raw under the code skin_temperature.',
    'Cel',
  ),
  respiratory_rate: vital('Mean number of breaths a minute in sleep.', '/min'),
  strain: day(
    'How hard the date was on the heart as the device scores it. Of whoop it runs from 0 to 21 and grows ever more slowly; other devices have scales of their own. It is a score and has no unit.',
  ),
  recovery_score: both('How recovered one is, 0 to 100: recovery of whoop, readiness of oura and the like.'),
  calories_total: newDay('Energy burned in all, at rest and active.', 'kcal'),
  calories_active: newDay('Energy burned by activity alone.', 'kcal'),
  calories_basal: newDay('Energy a body burns at rest, as the device estimates it.', 'kcal'),
  distance: newDay('Distance covered on the date.', 'm'),
  floors_climbed: newDay('Number of floors climbed.'),
  elevation_gain: newDay('Metres climbed.', 'm'),
  vo2_max: newDay('Maximum oxygen uptake, as the device estimates it.', 'mL/min/kg'),
  heart_rate_min: newDay('Lowest heart rate of the date.', '/min'),
  heart_rate_max: newDay('Highest heart rate of the date.', '/min'),
  heart_rate_avg: newDay('Mean heart rate of the date.', '/min'),
  stress_score: newDay('Terra’s stress score, 0 to 100: higher is more stress.'),
  stress_level: newDay('Mean stress as the device measured it, 0 to 100: higher is more stress.'),
  body_battery_low: newDay('Lowest energy level of the date on the device’s own scale, 0 to 100.'),
  body_battery_high: newDay('Highest energy level of the date on the device’s own scale, 0 to 100.'),
  activity_score: newDay('How active the date was as the provider scores it, 0 to 100.'),
  nap_minutes: {
    meaning: 'Time asleep in all naps that ended on the date.',
    unit: 'min',
    source: 'sleep event: naps',
    since: '0.1.0',
  },
  time_in_bed_minutes: newNight('Time in bed for the main sleep.', 'min'),
  sleep_efficiency: newNight('Time asleep as a share of the time in bed, as the device says.', '%'),
  sleep_latency_minutes: newNight('Time it took to fall asleep.', 'min'),
  awakenings: newNight('How often one woke up in the main sleep.'),
  hrv_method: {
    meaning: 'Which number heart_rate_variability is: rmssd or sdnn. Null where there is none.',
    unit: null,
    source: 'the event that gave heart_rate_variability',
    since: '0.1.0',
  },
  utc_offset_minutes: {
    meaning:
      'How far the person’s wall clock was ahead of UTC: 60 is UTC+1, -480 is UTC-8. Null where it is unknown.',
    unit: 'min',
    source: 'sleep event, at the wake-up; else daily event',
    since: '0.1.0',
  },
};
