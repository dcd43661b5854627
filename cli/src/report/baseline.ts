import { BASELINE_DAYS, BASELINE_KNOWN_MIN } from '../limits.ts';
import type { DayValue } from '../mirror/days-read.ts';
import { addDays } from './calendar.ts';

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

/** The value at a share of sorted numbers, between two of them where it falls between. */
export function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

export function medianOf(values: readonly number[]): number | null {
  if (values.length === 0) return null;
  return quantile(
    values.toSorted((a, b) => a - b),
    0.5,
  );
}

/**
 * The days before `date` that can be compared with a value like `like`: of the same device, since two of them measure
 * differently, and of heart rate variability by the same method.
 */
export function comparableBefore(values: DayValues, date: string, like: DayValue): readonly number[] {
  const found: number[] = [];
  for (let back = 1; back <= BASELINE_DAYS; back += 1) {
    const day = values.get(addDays(date, -back));
    if (day?.source === like.source && day.hrv_method === like.hrv_method) found.push(day.value);
  }
  return found;
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

/** Of each date; a date without a value of its own has the baseline of the device that said the last one. */
export function rollingBaselines(values: DayValues, dates: readonly string[]): readonly (Baseline | null)[] {
  let last: DayValue | undefined;
  return dates.map((date) => {
    last = values.get(date) ?? last;
    return last === undefined ? null : baselineOf(comparableBefore(values, date, last));
  });
}
