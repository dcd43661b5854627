import { describe, expect, it } from 'vitest';
import {
  AMOUNT,
  ANY_NUMBER,
  BREATHS_PER_MINUTE,
  HEART_RATE_BPM,
  HEART_RATE_VARIABILITY_MS,
  LATITUDE_DEG,
  LONGITUDE_DEG,
  PERCENT,
  POSITIVE_AMOUNT,
  plausible,
  type Range,
  SCORE,
  SLEEP_STAGE,
  SPO2_PERCENT,
  strainRange,
} from './ranges.ts';

const EDGES: readonly (readonly [string, Range, number, number])[] = [
  ['heart rate', HEART_RATE_BPM, 20, 250],
  ['heart rate variability', HEART_RATE_VARIABILITY_MS, 1, 500],
  ['oxygen saturation', SPO2_PERCENT, 50, 100],
  ['breaths', BREATHS_PER_MINUTE, 4, 60],
  ['percentages', PERCENT, 0, 100],
  ['scores', SCORE, 0, 100],
  ['sleep stages', SLEEP_STAGE, 0, 6],
  ['latitudes', LATITUDE_DEG, -90, 90],
  ['longitudes', LONGITUDE_DEG, -180, 180],
  ["whoop's strain", strainRange('whoop'), 0, 21],
];

describe('plausible', () => {
  it.each(EDGES)('keeps %s on both edges and refuses them beyond', (_measure, range, low, high) => {
    expect(plausible(low, range)).toBe(low);
    expect(plausible(high, range)).toBe(high);
    expect(plausible(low - 0.001, range)).toBeNull();
    expect(plausible(high + 0.001, range)).toBeNull();
  });

  it("knows no end of the other providers' strain", () => {
    expect(plausible(400, strainRange('polar'))).toBe(400);
    expect(plausible(-0.1, strainRange('polar'))).toBeNull();
  });

  it('refuses negative amounts, and allows any temperature', () => {
    expect(plausible(0, AMOUNT)).toBe(0);
    expect(plausible(-1, AMOUNT)).toBeNull();
    expect(plausible(-0.4, ANY_NUMBER)).toBe(-0.4);
  });

  it.each([AMOUNT, POSITIVE_AMOUNT, ANY_NUMBER, PERCENT])('never believes what is not finite', (range) => {
    for (const value of [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Number.NaN]) {
      expect(plausible(value, range)).toBeNull();
    }
  });

  it('reads an oxygen saturation of 0..1 as a fraction, without float noise', () => {
    expect(plausible(0.57, SPO2_PERCENT)).toBe(57);
    expect(plausible(0.955, SPO2_PERCENT)).toBe(95.5);
    expect(plausible(1, SPO2_PERCENT)).toBe(100);
    expect(plausible(0.5, SPO2_PERCENT)).toBe(50);
    expect(plausible(0.49, SPO2_PERCENT)).toBeNull();
    expect(plausible(0, SPO2_PERCENT)).toBeNull();
    expect(plausible(-0.97, SPO2_PERCENT)).toBeNull();
    expect(plausible(1.01, SPO2_PERCENT)).toBeNull();
  });

  it('gives 0 for -0', () => {
    expect(Object.is(plausible(-0, AMOUNT), 0)).toBe(true);
  });
});
