import { withoutNoise } from './ranges.ts';

/** The way from a printed number to the one that is stored. */
export type Convert = (value: number) => number;

export const same: Convert = (value) => value;

export function times(factor: number): Convert {
  return (value) => withoutNoise(value * factor);
}

export function dividedBy(divisor: number): Convert {
  return (value) => withoutNoise(value / divisor);
}
