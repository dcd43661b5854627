import type { SLEEP_UNIT_COLUMNS } from '../contract/tables.ts';
import { elapsedSeconds } from '../normalize/time.ts';
import type { Columns, ColumnValue } from '../normalize/types.ts';

/** A night's sessions, naps left out: their known columns. */
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
 * Sessions by time asleep, longest first; equal lengths: the later start first.
 * The first is the night's main session.
 */
export function longestFirst(sessions: Sessions): readonly Columns[] {
  return [...sessions]
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
  const deep = numberOf(session.deep_seconds);
  const rem = numberOf(session.rem_seconds);
  const light = numberOf(session.light_seconds);
  const awake = numberOf(session.awake_seconds);
  const asleep = numberOf(session.asleep_seconds) ?? sum(deep, rem, light);
  const inBed = sum(deep, rem, light, awake);
  const percent = (seconds: number | null) =>
    inBed === null || inBed === 0 || seconds === null ? null : (seconds / inBed) * 100;
  return {
    sleep_minutes: minutes(asleep),
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

/** Time asleep, or the time from start to end where it is unknown. */
function asleepSeconds(session: Columns): number {
  return (
    numberOf(session.asleep_seconds) ??
    sum(numberOf(session.deep_seconds), numberOf(session.rem_seconds), numberOf(session.light_seconds)) ??
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
