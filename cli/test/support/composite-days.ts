import type { SyncRow } from '../../../cloud/src/contract/sync.ts';
import { daily } from './pages.ts';

const DAYS = 120;
const FIRST_DAY = Date.UTC(2025, 11, 1);
const DAY_MS = 86_400_000;

/**
 * Days of two devices with all that windows can meet: dates without a row, unknown values, a change of clocks, times
 * without an offset, times of the wall clock, and weeks without anything. The same in every run.
 */
export function compositeDays(): SyncRow[] {
  const random = chance();
  return Array.from({ length: DAYS }, (_, day) => day).flatMap((day) => {
    const rows = ['oura', 'garmin'].map((source) => rowOf(source, day, random));
    if (day >= 60 && day < 85) return [];
    return rows.filter(() => random() > 0.2);
  });
}

function rowOf(source: string, day: number, random: () => number): SyncRow {
  const known = (value: number | string) => (random() > 0.25 ? value : null);
  const wall = source === 'garmin' && day % 5 === 0 ? '' : 'Z';
  return daily(source, timeOf(day, 0).slice(0, 10), {
    steps: known(Math.round(random() * 15_000)),
    sleep_minutes: known(300 + Math.round(random() * 2_000) / 10),
    resting_heart_rate: known(48 + Math.round(random() * 90) / 10),
    heart_rate_variability: known(30 + Math.round(random() * 400) / 10),
    bed_time: known(timeOf(day - 1, 21 + random() * 5) + wall),
    wake_up_time: known(timeOf(day, 5 + random() * 4) + wall),
    utc_offset_minutes: known(day < 50 ? 60 : 120),
  });
}

function timeOf(day: number, hour: number): string {
  return new Date(FIRST_DAY + day * DAY_MS + Math.round(hour * 3_600_000)).toISOString().replace('Z', '');
}

/** The same numbers in every run: Park and Miller's generator, 0 to 1. */
function chance(): () => number {
  let state = 7;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
