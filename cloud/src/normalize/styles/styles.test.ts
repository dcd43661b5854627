import { describe, expect, it } from 'vitest';
import { contributionsOf, dataBody, noticesOf, storedEvent } from '../event.fixture.ts';
import { normalize } from '../normalize.ts';
import { APPLE } from './apple.fixture.ts';
import { DEXCOM } from './dexcom.fixture.ts';
import { EIGHT } from './eight.fixture.ts';
import { FITBIT } from './fitbit.fixture.ts';
import { FREESTYLELIBRE } from './freestylelibre.fixture.ts';
import { GARMIN } from './garmin.fixture.ts';
import { HEALTH_CONNECT } from './health-connect.fixture.ts';
import { OURA } from './oura.fixture.ts';
import { POLAR } from './polar.fixture.ts';
import { SAMSUNG } from './samsung.fixture.ts';
import { WHOOP } from './whoop.fixture.ts';
import { WITHINGS } from './withings.fixture.ts';

const STYLES = {
  apple: APPLE,
  dexcom: DEXCOM,
  eight: EIGHT,
  fitbit: FITBIT,
  freestylelibre: FREESTYLELIBRE,
  garmin: GARMIN,
  health_connect: HEALTH_CONNECT,
  oura: OURA,
  polar: POLAR,
  samsung: SAMSUNG,
  whoop: WHOOP,
  withings: WITHINGS,
} as const;

const CASES = Object.entries(STYLES).flatMap(([provider, style]) =>
  Object.entries(style).map(([type, styled]) => ({ provider, type, ...styled })),
);

describe('in the style of its provider', () => {
  it.each(CASES)('$provider: every value of a $type', ({ provider, type, item, rows, notices }) => {
    const result = normalize(storedEvent(type, { provider }), dataBody(type, item));
    const given = contributionsOf(result).map((one) => {
      if (
        one.kind !== 'daily' &&
        one.kind !== 'sleep' &&
        one.kind !== 'activity' &&
        one.kind !== 'biomarker'
      ) {
        throw new Error(`no row of ${one.kind}`);
      }
      const { kind: _kind, order: _order, source, columns, ...key } = one;
      expect(source).toBe(one.kind === 'biomarker' ? `${provider}_body` : provider);
      const { raw = null, ...values } = columns;
      const samples = raw === null ? null : JSON.parse(String(raw));
      if (one.kind === 'sleep' || one.kind === 'activity') expect(samples).toEqual(item);
      return { ...key, ...values, ...(one.kind === 'biomarker' && samples !== null ? { raw: samples } : {}) };
    });
    expect(given).toEqual(rows);
    expect(noticesOf(result).map(({ path }) => path)).toEqual(notices);
  });
});
