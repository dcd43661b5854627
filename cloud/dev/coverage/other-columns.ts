/** What a table takes from an item beside the values that are read by rule: keys, times, names, and what chooses. */
export type OtherColumn = {
  readonly column: string;
  /** The one to prefer first, where one is preferred. */
  readonly paths: readonly string[];
  readonly rule: string;
};

const ZONES = 'heart_rate_data.summary.hr_zone_data[]';
const LOCALIZATION = 'metadata.timestamp_localization';
const START = 'metadata.start_time';
const END = 'metadata.end_time';

const HRV_METHOD = {
  column: 'hrv_method',
  paths: ['heart_rate_data.summary.avg_hrv_rmssd', 'heart_rate_data.summary.avg_hrv_sdnn'],
  rule: 'which of the two heart_rate_variability is: rmssd or sdnn',
} as const;

const SATURATION_TYPE = {
  column: 'spo2',
  paths: ['oxygen_data.saturation_samples[].type'],
  rule: 'tells samples of a muscle, which are no SpO2',
} as const;

const ITEM = {
  column: '(what its revisions share)',
  paths: ['metadata.summary_id', START],
  rule: 'the id, else the start as it is stored',
} as const;

function ownDay(column: string): OtherColumn {
  return {
    column,
    paths: [START, END, LOCALIZATION],
    rule:
      'the date of the start as delivered; where the item says that its times are UTC and it spans about a day from ' +
      'another time than 00:00, the date of its middle',
  };
}

export const DAILY_COLUMNS: readonly OtherColumn[] = [
  ownDay('datetime'),
  {
    column: 'utc_offset_minutes',
    paths: [START, LOCALIZATION],
    rule: 'of the start, unless its times are UTC',
  },
  HRV_METHOD,
  {
    column: 'fatburn_, cardio_, peak_active_zone_minutes',
    paths: [`${ZONES}.name`],
    rule: 'which zone an entry is: fat burn, cardio or peak, in any case, spaces or underscores between',
  },
  SATURATION_TYPE,
  {
    column: 'vo2_max',
    paths: ['oxygen_data.vo2_samples[].timestamp'],
    rule: 'tells which sample is the latest',
  },
];

export const SLEEP_COLUMNS: readonly OtherColumn[] = [
  ITEM,
  {
    column: 'start_time, bed_time',
    paths: [START],
    rule: 'in UTC; the wall clock where it names no offset, unless the item says that its times are UTC',
  },
  {
    column: 'end_time, wake_up_time',
    paths: [END],
    rule: 'as the start; its date is the day of daily_summary that the sleep belongs to',
  },
  { column: 'utc_offset_minutes', paths: [END, LOCALIZATION], rule: 'of the end, unless its times are UTC' },
  { column: 'nap_minutes', paths: ['metadata.is_nap'], rule: 'true makes a nap; anything else is none' },
  {
    column: '(which revision counts)',
    paths: ['metadata.upload_type'],
    rule: '3 is tentative, and yields to what is confirmed',
  },
  HRV_METHOD,
];

export const ACTIVITY_COLUMNS: readonly OtherColumn[] = [
  ITEM,
  {
    column: 'start_time',
    paths: [START],
    rule: 'in UTC; the wall clock where it names no offset, unless the item says that its times are UTC',
  },
  { column: 'end_time', paths: [END], rule: 'as the start; null where it is before it' },
  {
    column: 'duration',
    paths: [START, END],
    rule: 'end minus start in seconds; the value above only where one of them is unknown',
  },
  { column: 'active_zone_minutes', paths: [START, END], rule: 'duration / 60, rounded' },
  {
    column: 'activity_name',
    paths: ['metadata.name', 'metadata.type'],
    rule: "the name, else the title of Terra's number of the type (0 is one)",
  },
  {
    column: 'elevation_method',
    paths: ['distance_data.summary.elevation.gain_actual_meters', 'distance_data.summary.floors_climbed'],
    rule: 'which of the two elevation_gain is: meters or floors',
  },
  {
    column: 'utc_offset_minutes',
    paths: [START, LOCALIZATION],
    rule: 'of the start, unless its times are UTC',
  },
  { column: '(deletion)', paths: ['metadata.upload_type'], rule: '4 deletes the activity' },
];

export const BODY_COLUMNS: readonly OtherColumn[] = [ownDay('draw_date'), SATURATION_TYPE];
