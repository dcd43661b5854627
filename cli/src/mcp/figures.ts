import { medianOf } from '../statistics.ts';

/** Rounded so that no answer carries digits that no device measured. */
export function rounded(value: number): number {
  return Math.round(value * 1_000) / 1_000;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of a sample, from squared distances to the mean; 0 of one value. */
export function deviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

/** The change a day of the straight line that fits best (least squares); 0 where all are of one day. */
export function slopeADay(points: readonly { readonly day: number; readonly value: number }[]): number {
  const middle = mean(points.map(({ day }) => day));
  const level = mean(points.map(({ value }) => value));
  const spread = points.reduce((sum, { day }) => sum + (day - middle) ** 2, 0);
  if (spread === 0) return 0;
  return points.reduce((sum, { day, value }) => sum + (day - middle) * (value - level), 0) / spread;
}

/** What values say together: never of fewer than one. */
export function figuresOf(values: readonly number[]): Record<string, number> {
  return {
    mean: rounded(mean(values)),
    median: rounded(medianOf(values) ?? Number.NaN),
    lowest: rounded(Math.min(...values)),
    highest: rounded(Math.max(...values)),
    standard_deviation: rounded(deviation(values)),
  };
}
