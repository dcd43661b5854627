import { SLEEP_MAX_S } from '../limits.ts';

/**
 * What is plausible, by measure. A value outside is a sentinel or a fault of the device (some send a heart
 * rate of 255): it is stored as null and told in a notice, and the payload keeps it.
 */

export type Range = {
  readonly low: number;
  readonly high: number;
  /** Some providers send percent as a fraction: 0..1 is multiplied by 100 before it is judged. */
  readonly fraction?: true;
  /** Some devices send Fahrenheit where Celsius is asked for: what would be in range so is converted first. */
  readonly fahrenheit?: true;
};

/** Just above nothing: the lower end where nobody alive has none of it. */
const ALIVE = Number.MIN_VALUE;

export const HEART_RATE_BPM: Range = { low: 20, high: 250 };
export const HEART_RATE_VARIABILITY_MS: Range = { low: 1, high: 500 };
export const SPO2_PERCENT: Range = { low: 50, high: 100, fraction: true };
export const BREATHS_PER_MINUTE: Range = { low: 4, high: 60 };
export const PERCENT: Range = { low: 0, high: 100 };
export const SCORE: Range = { low: 0, high: 100 };
/** Steps, durations, and whatever else can be counted or weighed but not be negative. */
export const AMOUNT: Range = { low: 0, high: Number.MAX_VALUE };
/** Of a sleep's parts: no longer than the longest sleep. */
export const SLEEP_SECONDS: Range = { low: 0, high: SLEEP_MAX_S };
/** What nobody alive has none of: a zero is no measurement. */
export const POSITIVE_AMOUNT: Range = { low: ALIVE, high: Number.MAX_VALUE };
/** A percentage that nobody alive has none of. */
export const POSITIVE_PERCENT: Range = { low: ALIVE, high: 100 };
/** Fat or water of a body, which some scales send as a fraction. */
export const BODY_SHARE_PERCENT: Range = { low: ALIVE, high: 100, fraction: true };
export const WEIGHT_KG: Range = { low: 1, high: 500 };
/** A part of the body, in grams as Terra sends it: no heavier than the heaviest whole. */
export const BODY_PART_G: Range = { low: ALIVE, high: 500_000 };
export const HEIGHT_CM: Range = { low: 30, high: 260 };
export const BLOOD_PRESSURE_MMHG: Range = { low: 30, high: 300 };
/** 86 to 113 Fahrenheit. */
export const BODY_TEMPERATURE_CEL: Range = { low: 30, high: 45, fahrenheit: true };
/** Of the skin itself, in degrees: ISO 9886 allows no skin, that of fingers included, below 15 or above 43. */
export const SKIN_TEMPERATURE_CEL: Range = { low: 15, high: 45, fahrenheit: true };
/** Degrees from the person's own baseline. */
export const SKIN_TEMPERATURE_DELTA: Range = { low: -10, high: 10 };
/** Terra's `SleepLevel`: unknown, awake, asleep, out of bed, light, deep, REM. */
export const SLEEP_STAGE: Range = { low: 0, high: 6 };
export const LATITUDE_DEG: Range = { low: -90, high: 90 };
export const LONGITUDE_DEG: Range = { low: -180, high: 180 };
/** Temperatures and lab values: any finite number. */
export const ANY_NUMBER: Range = { low: -Number.MAX_VALUE, high: Number.MAX_VALUE };

const WHOOP_STRAIN: Range = { low: 0, high: 21 };

/** Whoop's strain ends at 21; the other providers' scales have no known end. */
export function strainRange(source: string): Range {
  return source === 'whoop' ? WHOOP_STRAIN : AMOUNT;
}

/** The value as it is stored, or null where it is not plausible (Infinity and NaN never are). */
export function plausible(value: number, range: Range): number | null {
  const judged = converted(value, range);
  if (!(judged >= range.low && judged <= range.high)) return null;
  // -0 equals 0 everywhere but in a comparison of rows.
  return judged === 0 ? 0 : judged;
}

function converted(value: number, range: Range): number {
  if (range.fraction === true && value <= 1) return withoutNoise(value * 100);
  if (range.fahrenheit !== true || value <= range.high) return value;
  return withoutNoise(((value - 32) * 5) / 9);
}

/** Twelve significant digits: 0.57 x 100 is 57, not 56.99999999999999. */
export function withoutNoise(value: number): number {
  return Number(value.toPrecision(12));
}
