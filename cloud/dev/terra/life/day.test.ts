import { expect, test } from 'vitest';
import { dayNumber } from '../calendar.ts';
import { type JsonObject, valueAt } from '../json.ts';
import { deviceOf } from '../payloads/devices.ts';
import { historyItems } from '../payloads/history.ts';
import { measuredBy } from '../payloads/measured.ts';
import { lifeOn, ORDINARY_LIFE } from './day.ts';
import { illnessOn } from './episodes.ts';
import { personOf } from './person.ts';

const PEOPLE = Array.from({ length: 12 }, (_, index) => personOf(index));
const YEAR = Array.from({ length: 365 }, (_, index) => dayNumber('2025-07-01') + index);

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

test('illness raises the resting heart rate and the skin temperature, lowers variability and steps', () => {
  const days = PEOPLE.flatMap((person) =>
    YEAR.map((day) => ({ person, life: lifeOn(person, day, ORDINARY_LIFE) })),
  );
  const ill = days.filter(({ person, life }) => illnessOn(person, life.day) > 0.5).map(({ life }) => life);
  const well = days.filter(({ person, life }) => illnessOn(person, life.day) === 0).map(({ life }) => life);
  expect(ill.length).toBeGreaterThan(20);
  const compare = (read: (life: (typeof ill)[number]) => number) =>
    mean(ill.map(read)) - mean(well.map(read));
  expect(compare((life) => life.vitals.restingHeartRateBpm)).toBeGreaterThan(4);
  expect(compare((life) => life.vitals.skinTemperatureDeltaCelsius)).toBeGreaterThan(0.4);
  expect(compare((life) => life.vitals.heartRateVariabilityMs)).toBeLessThan(-8);
  expect(compare((life) => life.steps)).toBeLessThan(-2_000);
});

test('stages and waking make up the time in bed, and no sessions of a day overlap, to each device', () => {
  const devices = [null, deviceOf('OURA'), deviceOf('GARMIN'), deviceOf('WHOOP')];
  const lifestyle = { extraNaps: true, splitNights: true, timeZoneTravel: true };
  for (const person of PEOPLE) {
    for (const day of YEAR) {
      const life = lifeOn(person, day, lifestyle);
      const device = devices[day % devices.length] ?? null;
      let end = 0;
      for (const session of (device === null ? life : measuredBy(device, life)).sleeps) {
        const { deepSeconds, remSeconds, lightSeconds, awakeSeconds } = session;
        expect(deepSeconds + remSeconds + lightSeconds + awakeSeconds).toBe(
          session.endSeconds - session.startSeconds,
        );
        expect(Math.min(deepSeconds, remSeconds, lightSeconds, awakeSeconds)).toBeGreaterThanOrEqual(0);
        expect(session.startSeconds).toBeGreaterThanOrEqual(end);
        expect(Math.floor(session.endSeconds / 86_400)).toBe(day);
        end = session.endSeconds;
      }
    }
  }
});

test('travel changes the offset for some days, and far more often where it is asked for', () => {
  const moves = (timeZoneTravel: boolean) =>
    PEOPLE.map(
      (person) =>
        new Set(YEAR.map((day) => lifeOn(person, day, { ...ORDINARY_LIFE, timeZoneTravel }).offsetMinutes))
          .size,
    );
  expect(mean(moves(false))).toBeGreaterThan(2);
  expect(mean(moves(true))).toBeGreaterThan(mean(moves(false)) + 3);
});

const years = new Map<string, readonly JsonObject[]>();

/** What a device delivers of a year. */
function yearOf(provider: string, type: 'daily' | 'sleep'): readonly JsonObject[] {
  const device = deviceOf(provider);
  const [person] = PEOPLE;
  if (device === null || person === undefined) throw new Error(`no ${provider}`);
  const asked = { person, device, type, days: YEAR, lifestyle: ORDINARY_LIFE, withSamples: false };
  const items = years.get(provider + type) ?? historyItems(asked);
  years.set(provider + type, items);
  return items;
}

/** One value of each of its days, by date. */
function toldBy(provider: string, type: 'daily' | 'sleep', path: string): ReadonlyMap<string, number> {
  const told = yearOf(provider, type)
    .filter((item) => valueAt(item, 'metadata.is_nap') !== true)
    .map((item) => [String(valueAt(item, 'metadata.end_time')).slice(0, 10), valueAt(item, path)] as const);
  return new Map(
    told.flatMap(([date, value]) => (typeof value === 'number' ? [[date, value] as const] : [])),
  );
}

function correlation(pairs: readonly (readonly [number, number])[]): number {
  const [a, b] = [mean(pairs.map(([one]) => one)), mean(pairs.map(([, other]) => other))];
  const sum = (term: (one: number, other: number) => number) =>
    pairs.reduce((total, [one, other]) => total + term(one - a, other - b), 0);
  return sum((x, y) => x * y) / Math.sqrt(sum((x) => x * x) * sum((_, y) => y * y));
}

test.each([
  ['daily', 'heart_rate_data.summary.avg_hrv_rmssd', 0.6, 3],
  ['daily', 'heart_rate_data.summary.resting_hr_bpm', 0.6, 2],
  ['daily', 'distance_data.steps', 0.9, 200],
  ['sleep', 'sleep_durations_data.asleep.duration_asleep_state_seconds', 0.9, 1_200],
  ['sleep', 'sleep_durations_data.asleep.duration_deep_sleep_state_seconds', 0.5, 600],
] as const)(
  'two devices of one person tell alike of one %s, and not the same: %s',
  (type, path, alike, apart) => {
    const ring = toldBy('OURA', type, path);
    const watch = toldBy('GARMIN', type, path);
    const pairs = [...ring].flatMap(([date, one]) => {
      const other = watch.get(date);
      return other === undefined ? [] : [[one, other] as const];
    });
    expect(ring.size).toBe(YEAR.length);
    expect(watch.size).toBeLessThan(YEAR.length - 15);
    expect(correlation(pairs)).toBeGreaterThan(alike);
    expect(correlation(pairs)).toBeLessThan(0.999);
    expect(Math.abs(mean(pairs.map(([one, other]) => one - other)))).toBeGreaterThan(apart);
    expect(pairs.filter(([one, other]) => one === other).length).toBeLessThan(pairs.length * 0.15);
  },
);

test('each of two devices has columns that the other has not', () => {
  const known = (provider: string, type: 'daily' | 'sleep', path: string) =>
    toldBy(provider, type, path).size > 0;
  expect(known('OURA', 'sleep', 'temperature_data.delta')).toBe(true);
  expect(known('GARMIN', 'sleep', 'temperature_data.delta')).toBe(false);
  expect(known('OURA', 'daily', 'distance_data.floors_climbed')).toBe(false);
  expect(known('GARMIN', 'daily', 'distance_data.floors_climbed')).toBe(true);
});
