import type { AskedRange, SyncPage, SyncRow } from '../../src/contract/sync.ts';

/**
 * A person as questions are asked of. What is here is all that is known, so that every right answer can be had from it
 * by hand or by SQL on the rows of one source:
 *
 * - December and January: a watch of apple, left at home from 24 to 26 December, which tells SDNN; from 10 January on a
 *   strap of whoop as well. On 20 January nobody knows the offset.
 * - February to 10 March: a ring of oura, which tells RMSSD, beside a watch of garmin, and polar for strain. The ring was
 *   not worn in the nights of 14 and 15 February.
 * - At home it is UTC+1. 10 to 17 February in New York, 5 and 6 March in Kathmandu.
 */
export const LAST_SYNC = '2026-03-10T11:30:00.000Z';

const DAY_MS = 86_400_000;
const HOME = 60;
const NEW_YORK = -300;
const KATHMANDU = 345;

/** 0 is 1 December 2025. */
export function dayIndex(date: string): number {
  return (Date.parse(date) - Date.parse('2025-12-01')) / DAY_MS;
}

function dates(from: string, to: string): readonly string[] {
  const first = Date.parse(from);
  const count = (Date.parse(to) - first) / DAY_MS + 1;
  return Array.from({ length: count }, (_, at) => new Date(first + at * DAY_MS).toISOString().slice(0, 10));
}

function offsetOf(date: string): number {
  if (date >= '2026-02-10' && date <= '2026-02-17') return NEW_YORK;
  return date === '2026-03-05' || date === '2026-03-06' ? KATHMANDU : HOME;
}

/** An instant of a date by the wall clock; minutes before midnight are of the evening before. */
function at(date: string, minutes: number): string {
  return new Date(Date.parse(date) + (minutes - offsetOf(date)) * 60_000).toISOString();
}

const day = (source: string, datetime: string, values: SyncRow): SyncRow => ({
  source,
  datetime,
  updated_at: LAST_SYNC,
  ...values,
});

const APPLE = dates('2025-12-01', '2026-01-31')
  .filter((date) => date < '2025-12-24' || date > '2025-12-26')
  .map((date) =>
    day('apple', date, {
      steps: 6_000 + 10 * dayIndex(date),
      resting_heart_rate: date < '2026-01-01' ? 60 : 58,
      heart_rate_variability: date < '2026-01-01' ? 40 : 42,
      hrv_method: 'sdnn',
      utc_offset_minutes: date === '2026-01-20' ? null : HOME,
    }),
  );

const WHOOP = dates('2026-01-10', '2026-01-31').map((date) =>
  day('whoop', date, { strain: 12, recovery_score: 60 }),
);

const POLAR = dates('2026-02-01', '2026-03-10').map((date) => day('polar', date, { strain: 150 }));

const NOT_WORN = ['2026-02-14', '2026-02-15'];
const RING_DATES = dates('2026-02-01', '2026-03-10');
const NIGHTS = RING_DATES.filter((date) => !NOT_WORN.includes(date));
const NAPS: Readonly<Record<string, number>> = { '2026-02-07': 45, '2026-02-21': 30 };

/** In bed at 23:40 before an even day of the month, at 0:20 of an odd one; up at 7:30. */
function nightTimes(date: string): { readonly from: string; readonly to: string } {
  const isEven = Number(date.slice(8)) % 2 === 0;
  return { from: at(date, isEven ? -20 : 20), to: at(date, 450) };
}

const OURA = RING_DATES.map((date) => {
  const minutes = 420 + 10 * (dayIndex(date) % 3);
  const { from, to } = nightTimes(date);
  return day('oura', date, {
    steps: 7_000,
    utc_offset_minutes: offsetOf(date),
    nap_minutes: NAPS[date] ?? null,
    ...(NOT_WORN.includes(date)
      ? {}
      : {
          resting_heart_rate: 54 + (dayIndex(date) % 2),
          heart_rate_variability: 50 + (dayIndex(date) % 5),
          hrv_method: 'rmssd',
          recovery_score: 80,
          skin_temperature: 0.4,
          ...{ sleep_minutes: minutes, bed_time: from, wake_up_time: to },
          ...{ deep_sleep_minutes: 80, rem_sleep_minutes: 100, light_sleep_minutes: minutes - 180 },
          awake_minutes: 20,
        }),
  });
});

const GARMIN = RING_DATES.map((date) =>
  day('garmin', date, {
    // The last sync was at noon of the last day.
    steps: date === '2026-03-10' ? 3_100 : 9_000 + 100 * (dayIndex(date) % 7),
    resting_heart_rate: 57,
    distance: 7_500,
    calories_total: 2_500,
    utc_offset_minutes: offsetOf(date),
  }),
);

const sleep = (start_time: string, end_time: string, offset: number): SyncRow => ({
  ...{ source: 'oura', start_time, end_time, utc_offset_minutes: offset, updated_at: LAST_SYNC },
});

const SLEEPS = [
  ...NIGHTS.map((date) => sleep(nightTimes(date).from, nightTimes(date).to, offsetOf(date))),
  ...Object.entries(NAPS).map(([date, minutes]) => sleep(at(date, 840), at(date, 840 + minutes), HOME)),
];

function activity(source: string, start_time: string, end_time: string, values: SyncRow): SyncRow {
  return { source, start_time, end_time, utc_offset_minutes: HOME, updated_at: LAST_SYNC, ...values };
}

/** A run that two devices recorded, one over midnight, one in the evening of New York, a ride, stairs and a row. */
const ACTIVITIES = [
  activity('garmin', at('2026-02-03', 1_080), at('2026-02-03', 1_125), {
    ...{ activity_name: 'Running', duration: 2_700, distance: 8_000, calories: 600 },
  }),
  activity('oura', at('2026-02-03', 1_081), at('2026-02-03', 1_124), {
    ...{ activity_name: 'Run', duration: 2_580, distance: 7_900, calories: 580 },
  }),
  activity('garmin', at('2026-02-06', 1_410), at('2026-02-06', 1_470), {
    ...{ activity_name: 'Running', duration: 3_600, distance: 10_000, calories: 800 },
  }),
  activity('garmin', at('2026-02-12', 1_230), at('2026-02-12', 1_270), {
    ...{ activity_name: 'Running', duration: 2_400, distance: 7_000, calories: 500 },
    utc_offset_minutes: NEW_YORK,
  }),
  activity('garmin', at('2026-02-20', 600), at('2026-02-20', 660), {
    ...{ activity_name: 'Indoor cycling', duration: 3_600, distance: null, calories: 450 },
  }),
  activity('apple', at('2026-01-05', 600), at('2026-01-05', 620), {
    ...{ activity_name: 'Stairs', duration: 1_200, elevation_gain: 12, elevation_method: 'floors' },
  }),
  activity('polar', '2026-03-02T07:00:00', '2026-03-02T07:30:00', {
    ...{ activity_name: 'Rowing', duration: 1_800, utc_offset_minutes: null },
  }),
];

const lab = (draw_date: string, code: string, values: SyncRow): SyncRow => ({
  ...{ source: 'terra_lab', draw_date, code, updated_at: LAST_SYNC, ...values },
});
const bound = (value: number, unit: string): SyncRow => ({
  ...{ value, unit, operator: '<', value_text: `<${value}`, canonical: 0 },
});

const LABS = [
  lab('2026-01-15', 'glucose', { value: 92, unit: 'mg/dL', ref_low: 70, ref_high: 99, status: 'optimal' }),
  lab('2026-03-01', 'glucose', { value: 97, unit: 'mg/dL', ref_low: 70, ref_high: 99, status: 'optimal' }),
  lab('2026-01-15', 'crp', bound(0.3, 'mg/L')),
  lab('2026-03-01', 'crp', { value: 1.2, unit: 'mg/L', status: 'optimal' }),
  lab('2026-01-15', 'lipoprotein_a', bound(10, 'nmol/L')),
  lab('2026-03-01', 'lipoprotein_a', bound(7, 'nmol/L')),
  lab('2026-01-15', 'vitamin_d', { value: 30, unit: 'ng/mL' }),
  lab('2026-03-01', 'vitamin_d', { value: 80, unit: 'nmol/L' }),
  lab('2026-03-01', 'hiv_antibodies', { value_text: 'Negative' }),
  lab('2026-03-01', 'ferritin', {
    ...{ value: 12, unit: 'ng/mL', ref_low: 30, ref_high: 300, status: 'out_of_range' },
  }),
  lab('2026-03-01', 'hdl_cholesterol', { value: 61, unit: 'mg/dL', canonical: 1 }),
  lab('2026-02-01', 'weight', { value: 80.1, unit: 'kg', source: 'withings_body' }),
  lab('2026-03-01', 'weight', { value: 79.2, unit: 'kg', source: 'withings_body' }),
];

const RESOURCES = ['activity', 'sleep', 'daily', 'body'] as const;

const ranges = (source: string, from: string, to: string | null): readonly AskedRange[] =>
  RESOURCES.map((resource) => ({ source, resource, from, to, state: 'asked', reason: null }));

const ASKED: readonly AskedRange[] = [
  ...ranges('apple', '2025-12-01', '2026-01-31'),
  ...ranges('whoop', '2026-01-10', '2026-01-31'),
  ...ranges('oura', '2026-02-01', null),
  ...ranges('garmin', '2026-02-01', null),
  ...ranges('polar', '2026-02-01', null),
];

/** All of it, as one page of a sync. */
export const PERSON: SyncPage = {
  data: {
    daily_summary: [...APPLE, ...WHOOP, ...POLAR, ...OURA, ...GARMIN],
    activities: ACTIVITIES,
    sleep_sessions: SLEEPS,
    biomarkers_raw: LABS,
    lab_uploads: [],
    profiles: [{ data: JSON.stringify({ age: 41, timezone: 'Europe/Berlin' }), updated_at: LAST_SYNC }],
    deleted: [],
  },
  now: LAST_SYNC,
  next_cursor: null,
  has_more: false,
  asked: [...ASKED],
};
