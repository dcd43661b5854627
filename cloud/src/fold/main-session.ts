import type { SLEEP_UNIT_COLUMNS } from '../contract/tables.ts';
import { durationsOf, isMeasured, timeAsleep } from '../normalize/sleep-durations.ts';
import { elapsedSeconds } from '../normalize/time.ts';
import type { Columns, ColumnValue } from '../normalize/types.ts';

/** The sessions of a date by item id, naps among them: their known columns. */
export type Sessions = ReadonlyMap<string, Columns>;

/** Values that come from the longest session that knows them; `hrv_method` follows its value. */
export const VITAL_COLUMNS = [
  'resting_heart_rate',
  'heart_rate_variability',
  'spo2',
  'respiratory_rate',
  'skin_temperature',
  'sleep_score',
  'recovery_score',
] as const;

/**
 * Sessions by time asleep, longest first; equal lengths: the later start first. The first is the date's main session.
 * Naps are none of them, and stays in bed count only where no sleep was measured.
 */
export function longestFirst(sessions: Sessions): readonly Columns[] {
  const nights = [...sessions].filter(([, columns]) => columns.is_nap !== 1);
  const measured = nights.filter(([, columns]) => isMeasured(durationsOf(columns)));
  return (measured.length > 0 ? measured : nights)
    .map(([item, columns]) => ({
      item,
      columns,
      asleep: asleepSeconds(columns),
      start: String(columns.start_time),
    }))
    .toSorted((a, b) => b.asleep - a.asleep || compareText(b.start, a.start) || compareText(b.item, a.item))
    .map(({ columns }) => columns);
}

/** The main session's unit: times, durations in minutes, and percents that sum to 100 where all four stages are known. */
export function sleepUnit(session: Columns): Record<(typeof SLEEP_UNIT_COLUMNS)[number], ColumnValue> {
  const durations = durationsOf(session);
  const { deep_seconds: deep, rem_seconds: rem, light_seconds: light, awake_seconds: awake } = durations;
  const whole = sum(deep, rem, light, awake);
  const percent = (seconds: number | null) =>
    whole === null || whole === 0 || seconds === null ? null : (seconds / whole) * 100;
  return {
    sleep_minutes: minutes(timeAsleep(durations)),
    bed_time: session.start_time ?? null,
    wake_up_time: session.end_time ?? null,
    deep_sleep_minutes: minutes(deep),
    rem_sleep_minutes: minutes(rem),
    light_sleep_minutes: minutes(light),
    awake_minutes: minutes(awake),
    deep_sleep_percent: percent(deep),
    rem_sleep_percent: percent(rem),
    light_sleep_percent: percent(light),
    awake_percent: percent(awake),
    time_in_bed_minutes: minutes(numberOf(session.in_bed_seconds)),
    sleep_efficiency: session.sleep_efficiency ?? null,
    sleep_latency_minutes: minutes(numberOf(session.latency_seconds)),
    awakenings: session.awakenings ?? null,
  };
}

/** Minutes asleep in all naps, null where none knows. */
export function napMinutes(sessions: Sessions): number | null {
  const known = [...sessions.values()]
    .filter(({ is_nap }) => is_nap === 1)
    .map((nap) => timeAsleep(durationsOf(nap)))
    .filter((seconds) => seconds !== null);
  return known.length === 0 ? null : known.reduce((total, seconds) => total + seconds, 0) / 60;
}

/** Time asleep, or the time from start to end where it is unknown. */
function asleepSeconds(session: Columns): number {
  return (
    timeAsleep(durationsOf(session)) ??
    elapsedSeconds(String(session.start_time), String(session.end_time)) ??
    0
  );
}

function minutes(seconds: number | null): number | null {
  return seconds === null ? null : seconds / 60;
}

function sum(...values: readonly (number | null)[]): number | null {
  return values.reduce<number | null>(
    (total, value) => (total === null || value === null ? null : total + value),
    0,
  );
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
