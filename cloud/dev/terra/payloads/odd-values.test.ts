import { expect, test } from 'vitest';
import { dayNumber } from '../calendar.ts';
import { type Json, type JsonObject, valueAt } from '../json.ts';
import { ORDINARY_LIFE } from '../life/day.ts';
import { personOf } from '../life/person.ts';
import { postControl } from '../testing/control.ts';
import { call } from '../testing/receiver.ts';
import { startStack } from '../testing/stack.ts';
import { DATA_TYPES, type DataType, deviceOf } from './devices.ts';
import { historyItems } from './history.ts';
import { withOddValues } from './odd-values.ts';

const FIRST_DAY = dayNumber('2026-03-01');
const DAYS = 90;

function plainItems(provider: string, type: DataType, day: number): readonly JsonObject[] {
  const device = deviceOf(provider);
  if (device === null) throw new Error(`no ${provider}`);
  const person = personOf(8);
  return historyItems({ person, device, type, days: [day], lifestyle: ORDINARY_LIFE, withSamples: false });
}

/** Where two items differ, the deepest paths, with what is there now. */
function changes(
  before: Json | undefined,
  after: Json | undefined,
  path = '',
): readonly (readonly [string, Json | undefined])[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const isTree = (json: Json | undefined): json is JsonObject => typeof json === 'object' && json !== null;
  if (!isTree(before) || !isTree(after)) return [[path, after]];
  return Object.keys(before).flatMap((key) =>
    changes(before[key], after[key], path === '' ? key : `${path}.${key}`),
  );
}

/** Every change of a season in which every item is odd, as `path` and value. */
function season(provider: string, type: DataType): Map<string, Set<Json | undefined>> {
  const found = new Map<string, Set<Json | undefined>>();
  for (let day = FIRST_DAY; day < FIRST_DAY + DAYS; day += 1) {
    const plain = plainItems(provider, type, day);
    const odd = withOddValues(plain, day, { every: 1, seed: 5 });
    for (const [index, item] of odd.entries()) {
      const made = changes(plain[index], item);
      // Apple's saturation is a fraction already: that fault changes nothing.
      expect(made.length).toBeLessThanOrEqual(1);
      for (const [path, value] of made) found.set(path, (found.get(path) ?? new Set()).add(value));
    }
  }
  return found;
}

test.each([
  [
    'WHOOP',
    'daily',
    [
      'distance_data.steps',
      'heart_rate_data',
      'heart_rate_data.summary.avg_hrv_rmssd',
      'heart_rate_data.summary.resting_hr_bpm',
      'metadata.end_time',
      'metadata.start_time',
      'oxygen_data.avg_saturation_percentage',
      'scores.recovery',
    ],
  ],
  [
    'APPLE',
    'sleep',
    [
      'heart_rate_data',
      'heart_rate_data.summary.avg_hrv_sdnn',
      'heart_rate_data.summary.resting_hr_bpm',
      'metadata.end_time',
      'metadata.start_time',
      'respiration_data.breaths_data.avg_breaths_per_min',
      'sleep_durations_data.asleep.duration_asleep_state_seconds',
    ],
  ],
  [
    'GARMIN',
    'activity',
    [
      'distance_data.summary.distance_meters',
      'distance_data.summary.steps',
      'heart_rate_data',
      'heart_rate_data.summary.avg_hr_bpm',
      'metadata.end_time',
      'metadata.start_time',
    ],
  ],
  [
    'GARMIN',
    'body',
    [
      'heart_data',
      'heart_data.heart_rate_data.summary.avg_hrv_rmssd',
      'heart_data.heart_rate_data.summary.resting_hr_bpm',
      'measurements_data',
      'measurements_data.measurements.0.bodyfat_percentage',
      'measurements_data.measurements.0.weight_kg',
      'metadata.end_time',
      'metadata.start_time',
      'oxygen_data.avg_saturation_percentage',
      'oxygen_data.vo2max_ml_per_min_per_kg',
    ],
  ],
] as const)('in a season of %s every fault a %s can have comes, one an item', (provider, type, paths) => {
  expect([...season(provider, type).keys()]).toEqual(expect.arrayContaining([...paths]));
});

test('the wrong values are those that devices send', () => {
  const daily = season('WHOOP', 'daily');
  const at = (path: string) => [...(daily.get(path) ?? [])];
  expect(at('heart_rate_data.summary.resting_hr_bpm')).toEqual([255]);
  expect(at('heart_rate_data.summary.avg_hrv_rmssd')).toEqual([0]);
  expect(at('metadata.end_time')).toEqual([undefined]);
  expect(at('metadata.start_time')).toEqual([null]);
  expect(at('heart_rate_data')).toEqual([null]);
  expect(
    at('oxygen_data.avg_saturation_percentage').every((value) => Number(value) > 0.8 && Number(value) <= 1),
  ).toBe(true);
  expect(at('scores.recovery').every((value) => Number(value) >= 1_000)).toBe(true);
  const steps = at('distance_data.steps');
  expect(steps.filter((value) => typeof value === 'string').every((value) => /^\d+$/.test(value))).toBe(true);
  expect(steps.filter((value) => typeof value === 'number').every((value) => value < 0)).toBe(true);
  expect(new Set(steps.map((value) => typeof value))).toEqual(new Set(['string', 'number']));
});

test.each([2, 5, 9])('every %d. item is odd, and the others are as they were', (every) => {
  const isOdd: boolean[] = [];
  for (let day = FIRST_DAY; day < FIRST_DAY + DAYS; day += 1) {
    const plain = plainItems('OURA', 'daily', day);
    const odd = withOddValues(plain, day, { every, seed: 5 });
    isOdd.push(changes(plain[0], odd[0]).length > 0);
  }
  const odd = isOdd.flatMap((one, index) => (one ? [index] : []));
  expect(odd.length).toBe(DAYS / every);
  expect(new Set(odd.map((index) => index % every)).size).toBe(1);
});

test('odd items come on request, the same ones however they are asked for', async () => {
  const { terra } = await startStack();
  const user = terra.connect('user_odd', 'OURA');
  const days = async (from: string, to: string) => {
    const path = `/daily?user_id=${user.user_id}&start_date=${from}&end_date=${to}&to_webhook=false`;
    return valueAt((await call(terra, path)).body, 'data') as readonly JsonObject[];
  };
  const plain = await days('2026-06-01', '2026-06-20');
  expect((await postControl(terra, 'chaos', { odd_every: 3 })).body).toMatchObject({ oddEvery: 3 });
  const odd = await days('2026-06-01', '2026-06-20');
  expect(odd.filter((item, index) => changes(plain[index], item).length > 0).length).toBeGreaterThan(5);
  expect([...(await days('2026-06-01', '2026-06-07')), ...(await days('2026-06-08', '2026-06-20'))]).toEqual(
    odd,
  );
  expect((await postControl(terra, 'chaos', { odd_every: -3 })).body.message).toContain('odd_every');
  terra.chaos({ oddEvery: 0 });
  expect(await days('2026-06-01', '2026-06-20')).toEqual(plain);
});

test('all kinds of data can be odd', () => {
  for (const type of DATA_TYPES) expect(season('WHOOP', type).size).toBeGreaterThan(3);
});
