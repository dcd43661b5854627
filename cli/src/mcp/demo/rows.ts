import type { SyncRow } from '../../../../cloud/src/contract/sync.ts';
import { dateOf, dayNumber } from '../../dates.ts';

const DAYS = 120;
const BERLIN_MINUTES = 60;
const MINUTE_MS = 60_000;

/** The days that the demo's file has, up to and including `today`. */
export function demoDates(today: string): readonly string[] {
  const last = dayNumber(today);
  return Array.from({ length: DAYS }, (_, at) => dateOf(last - DAYS + 1 + at));
}

/** From -1 to 1, the same for the same day and purpose. */
function chance(date: string, purpose: number): number {
  const mixed = Math.sin(dayNumber(date) * 12.9898 + purpose * 78.233) * 43_758.5453;
  return (mixed - Math.floor(mixed)) * 2 - 1;
}

function around(date: string, purpose: number, middle: number, spread: number): number {
  return Math.round(middle + chance(date, purpose) * spread);
}

/** An instant of a date by the wall clock, as UTC. */
function at(date: string, minutes: number): string {
  return new Date(Date.parse(date) + (minutes - BERLIN_MINUTES) * MINUTE_MS).toISOString();
}

/** A night with its stages, and the day: of a ring that is left at home now and then, and of a watch. */
export function demoDays(dates: readonly string[], updatedAt: string): readonly SyncRow[] {
  return dates.flatMap((date) => {
    const common = { datetime: date, updated_at: updatedAt, utc_offset_minutes: BERLIN_MINUTES };
    const watch = {
      ...common,
      source: 'garmin',
      steps: around(date, 1, 8_200, 3_500),
      calories_total: around(date, 2, 2_450, 350),
      resting_heart_rate: around(date, 3, 55, 3),
    };
    return hasNight(date) ? [{ ...common, source: 'oura', ...night(date) }, watch] : [watch];
  });
}

function hasNight(date: string): boolean {
  return chance(date, 4) <= 0.85;
}

function night(date: string): SyncRow {
  const stages = [around(date, 5, 75, 20), around(date, 6, 95, 25), around(date, 7, 240, 40)];
  const [deep = 0, rem = 0, light = 0] = stages;
  const { start, end } = nightTimes(date);
  return {
    sleep_minutes: deep + rem + light,
    deep_sleep_minutes: deep,
    rem_sleep_minutes: rem,
    light_sleep_minutes: light,
    bed_time: start,
    wake_up_time: end,
    resting_heart_rate: around(date, 8, 53, 3),
    heart_rate_variability: around(date, 9, 48, 12),
    hrv_method: 'rmssd',
  };
}

function nightTimes(date: string): { readonly start: string; readonly end: string } {
  return { start: at(date, around(date, 10, -50, 40)), end: at(date, around(date, 11, 420, 30)) };
}

export function demoSleeps(dates: readonly string[], updatedAt: string): readonly SyncRow[] {
  return dates.filter(hasNight).map((date) => {
    const { start, end } = nightTimes(date);
    return {
      ...{ source: 'oura', start_time: start, end_time: end },
      ...{ utc_offset_minutes: BERLIN_MINUTES, updated_at: updatedAt },
    };
  });
}

/** A run every third day. */
export function demoRuns(dates: readonly string[], updatedAt: string): readonly SyncRow[] {
  return dates
    .filter((date) => dayNumber(date) % 3 === 0)
    .map((date) => {
      const minutes = around(date, 12, 42, 15);
      return {
        source: 'garmin',
        start_time: at(date, 1_080),
        end_time: at(date, 1_080 + minutes),
        activity_name: 'Running',
        duration: minutes * 60,
        distance: minutes * 165,
        calories: minutes * 11,
        average_heart_rate: around(date, 13, 142, 8),
        utc_offset_minutes: BERLIN_MINUTES,
        updated_at: updatedAt,
      };
    });
}

/** Two draws, a bound among the results. */
export function demoLabs(dates: readonly string[], updatedAt: string): readonly SyncRow[] {
  const [first = '', second = ''] = [dates[10], dates[100]];
  const lab = { source: 'terra_lab', updated_at: updatedAt, status: 'optimal', canonical: 1 };
  const glucose = { ...lab, code: 'glucose', unit: 'mg/dL', ref_low: 70, ref_high: 99 };
  const ldl = { ...lab, code: 'ldl_cholesterol', unit: 'mg/dL', ref_high: 116 };
  return [
    { ...glucose, draw_date: first, value: 92 },
    { ...glucose, draw_date: second, value: 88 },
    { ...ldl, draw_date: first, value: 128, status: 'out_of_range' },
    { ...ldl, draw_date: second, value: 109 },
    {
      ...lab,
      ...{ code: 'crp', draw_date: second, value: 0.3, value_text: '<0.3', operator: '<', unit: 'mg/L' },
      canonical: 0,
    },
  ];
}
