import type { SyncRow } from '../../../cloud/src/contract/sync.ts';
import { addDays } from '../../src/dates.ts';
import { daily, row } from './pages.ts';

/** The last day of everybody below. */
export const LAST_DAY = '2026-03-01';

/** At noon of that day. */
export const NOON = new Date(`${LAST_DAY}T12:00:00Z`);

/** Days that differ from one to the next and repeat every seven, the last one longer ago first. */
export function daysOf(
  source: string,
  count: number,
  more: (back: number) => SyncRow = () => ({}),
): SyncRow[] {
  return Array.from({ length: count }, (_, index) => {
    const back = count - 1 - index;
    const date = addDays(LAST_DAY, -back);
    const swing = (back % 7) - 3;
    return daily(source, date, {
      steps: 8_000 + 100 * swing,
      sleep_minutes: 420 + 10 * swing,
      bed_time: `${addDays(date, -1)}T22:${30 + swing}:00.000Z`,
      wake_up_time: `${date}T06:${20 + swing}:00.000Z`,
      utc_offset_minutes: 60,
      deep_sleep_minutes: 80 + swing,
      rem_sleep_minutes: 90 + swing,
      light_sleep_minutes: 250 + 8 * swing,
      awake_minutes: 20 + swing,
      resting_heart_rate: 60 + swing,
      heart_rate_variability: 50 + swing,
      hrv_method: 'rmssd',
      active_zone_minutes: 40 + swing,
      recovery_score: 70 + swing,
      ...more(back),
    });
  });
}

/** The days with these columns alone: a picture that nobody looks at need not be drawn. */
export function only(days: readonly SyncRow[], ...columns: readonly string[]): SyncRow[] {
  return days.map(({ source, datetime, ...values }) =>
    daily(
      String(source),
      String(datetime),
      Object.fromEntries(Object.entries(values).filter(([column]) => columns.includes(column))),
    ),
  );
}

/** A result of a laboratory of 2026-02-10, between 70 and 99 where nothing else is said. */
export function labResult(code: string, values: SyncRow): SyncRow {
  return row('biomarkers_raw', {
    source: 'terra_lab',
    draw_date: '2026-02-10',
    code,
    unit: 'mg/dL',
    ref_low: 70,
    ref_high: 99,
    canonical: 1,
    ...values,
  });
}
