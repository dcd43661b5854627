import { type DailyColumn, readChoices } from '../mirror/chosen-source.ts';
import { KNOWN_VALUES_MIN } from '../mirror/composites.ts';
import { type DateRange, type DayValue, readDayValues } from '../mirror/days-read.ts';
import { coverageOf } from './coverage.ts';
import { mean, rounded } from './figures.ts';
import type { Coverage, Insufficient, Known, Row } from './found.ts';

/** What grows until a day is over: the day of the last sync is left out of means. */
const GROWING: readonly DailyColumn[] = [
  'steps',
  'active_zone_minutes',
  'fatburn_active_zone_minutes',
  'cardio_active_zone_minutes',
  'peak_active_zone_minutes',
  'strain',
  'calories_total',
  'calories_active',
  'calories_basal',
  'distance',
  'floors_climbed',
  'elevation_gain',
  'activity_score',
  'nap_minutes',
];

/** Scores, whose scale is each maker's own. */
const DEVICE_SCORES: readonly DailyColumn[] = [
  'strain',
  'sleep_score',
  'recovery_score',
  'stress_level',
  'body_battery_low',
  'body_battery_high',
  'activity_score',
];

const HRV = 'heart_rate_variability';

export type Measured = {
  /** Of days that are over. */
  readonly days: readonly DayValue[];
  readonly unfinished: readonly DayValue[];
  readonly coverage: Coverage;
};

export function measure(known: Known, column: DailyColumn, range: DateRange): Measured {
  const all = readDayValues(known.database, column, range);
  return {
    days: all.filter(({ datetime }) => isOver(known, column, datetime)),
    unfinished: all.filter(({ datetime }) => !isOver(known, column, datetime)),
    coverage: coverageOf(
      known,
      column,
      range,
      all.map(({ datetime }) => datetime),
    ),
  };
}

/** Whether the last sync came after the day had ended; of what does not grow it is as good as over. */
export function isOver({ lastSyncDate }: Known, column: DailyColumn, date: string): boolean {
  return !GROWING.includes(column) || lastSyncDate === null || date < lastSyncDate;
}

export function unfinishedNotes({ unfinished }: Measured): readonly string[] {
  return unfinished.map(
    ({ datetime }) =>
      `The day ${datetime} was not over at the last sync: its value is so far, and in no mean and no change.`,
  );
}

/** Why values of a range cannot be taken together; null where they can. */
export function unlike(column: DailyColumn, days: readonly DayValue[]): Insufficient | null {
  const methods = new Set(days.map(({ hrv_method }) => hrv_method ?? 'unknown'));
  if (column === HRV && methods.size > 1) {
    return {
      reason: 'hrv_methods_mixed',
      message: `Values of ${[...methods].toSorted().join(' and ')} cannot be compared or averaged together: they are two different numbers.`,
      remedy: 'Ask for ranges of one method: `by_source` tells which days are of which.',
    };
  }
  const sources = new Set(days.map(({ source }) => source));
  if (DEVICE_SCORES.includes(column) && sources.size > 1) {
    return {
      reason: 'device_scores_mixed',
      message: `${column} is a score of each maker's own scale, and these days are of ${[...sources].toSorted().join(' and ')}.`,
      remedy: 'Ask for ranges of one source: `by_source` tells which days are of which.',
    };
  }
  return null;
}

/** Each source's own days, of a heart rate variability each method's; a mean only where enough days are known. */
export function bySource(column: DailyColumn, days: readonly DayValue[]): readonly Row[] {
  const groups = Map.groupBy(days, ({ source, hrv_method }) => JSON.stringify([source, hrv_method]));
  return [...groups.values()].map((group) => ({
    source: group[0]?.source,
    ...(column === HRV ? { hrv_method: group[0]?.hrv_method ?? 'unknown' } : {}),
    known_days: group.length,
    first_day: group[0]?.datetime,
    last_day: group.at(-1)?.datetime,
    mean: group.length < KNOWN_VALUES_MIN ? null : rounded(mean(group.map(({ value }) => value))),
  }));
}

export function dayRows(column: DailyColumn, { days, unfinished }: Measured): readonly Row[] {
  const isUnfinished = new Set(unfinished);
  return [...days, ...unfinished]
    .toSorted((a, b) => (a.datetime < b.datetime ? -1 : 1))
    .map((day) => ({
      date: day.datetime,
      value: day.value,
      source: day.source,
      ...(column === HRV ? { hrv_method: day.hrv_method ?? 'unknown' } : {}),
      ...(isUnfinished.has(day) ? { is_day_over: false } : {}),
    }));
}

/**
 * How each source measured a heart rate variability of a date, without which the numbers say nothing beside each other;
 * of another column nothing.
 */
export function methodsOf({ database }: Known, date: string, column: DailyColumn): (source: string) => Row {
  if (column !== HRV) return () => ({});
  const [chosen] = readChoices(database, date, 'hrv_method');
  const told = chosen === undefined ? [] : [chosen, ...chosen.others];
  return (source) => ({ hrv_method: told.find((one) => one.source === source)?.value ?? 'unknown' });
}
