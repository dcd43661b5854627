import { addDays, datesOf } from '../dates.ts';
import { BASELINE_DAYS, BASELINE_KNOWN_MIN } from '../limits.ts';
import type { DayValue } from '../mirror/days-read.ts';
import { quantile } from '../statistics.ts';

/** Of one column, by date. */
export type DayValues = ReadonlyMap<string, DayValue>;

/** What is usual for a person: of the days before a date, and of the device that says the value of the date. */
export type Baseline = {
  readonly median: number;
  /** The middle half of the days lies between these two. */
  readonly low: number;
  readonly high: number;
  readonly known: number;
};

/**
 * The days that can be compared with a value like `like`: of the same device, since two of them measure differently, and
 * of heart rate variability by the same method.
 */
function comparableOf(values: DayValues, dates: readonly string[], like: DayValue): readonly number[] {
  return dates.flatMap((date) => {
    const day = values.get(date);
    return day?.source === like.source && day.hrv_method === like.hrv_method ? [day.value] : [];
  });
}

/** Those of the days before the one of `like`. */
export function comparableBefore(values: DayValues, like: DayValue): readonly number[] {
  return comparableOf(values, datesBefore(like.datetime), like);
}

function datesBefore(date: string): readonly string[] {
  return datesOf({ from: addDays(date, -BASELINE_DAYS), to: addDays(date, -1) });
}

/** The days of the device and the method that most of them are of: what can be compared with each other. */
export function largestComparable(values: DayValues): DayValues {
  const groups = Map.groupBy(values.values(), ({ source, hrv_method }) =>
    JSON.stringify([source, hrv_method]),
  );
  const [largest = []] = [...groups.values()].toSorted((a, b) => b.length - a.length);
  return new Map(largest.map((day) => [day.datetime, day]));
}

/** Null with so few days that a middle and a spread would say nothing. */
export function baselineOf(comparable: readonly number[]): Baseline | null {
  if (comparable.length < BASELINE_KNOWN_MIN) return null;
  const sorted = comparable.toSorted((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
    known: sorted.length,
  };
}

/**
 * Of each of dates that follow each other; a date without a value of its own has the baseline of the device that said the
 * last one.
 */
export function rollingBaselines(values: DayValues, dates: readonly string[]): readonly (Baseline | null)[] {
  const [first] = dates;
  if (first === undefined) return [];
  const all = [...datesBefore(first), ...dates];
  let last: DayValue | undefined;
  return dates.map((date, index) => {
    last = values.get(date) ?? last;
    if (last === undefined) return null;
    return baselineOf(comparableOf(values, all.slice(index, index + BASELINE_DAYS), last));
  });
}
