import { type Json, type JsonObject, valueAt, withValueAt } from '../json.ts';
import { rounded, seedOf } from '../random.ts';

/** What real devices send wrongly. It goes in place of the first of these values that an item knows. */
type Fault = {
  readonly paths: readonly string[];
  /** Undefined leaves the member out. */
  readonly wrong: (value: Json) => Json | undefined;
};

const HEARTS = ['heart_rate_data.summary', 'heart_data.heart_rate_data.summary'];

const FAULTS: readonly Fault[] = [
  // A device that has lost contact.
  { paths: inHearts('resting_hr_bpm', 'avg_hr_bpm'), wrong: () => 255 },
  // A fraction where percent are meant.
  {
    paths: [
      'oxygen_data.avg_saturation_percentage',
      'respiration_data.oxygen_saturation_data.avg_saturation_percentage',
    ],
    wrong: (value) => (Number(value) > 1 ? rounded(Number(value) / 100, 3) : value),
  },
  // A correction of a count that was never sent.
  { paths: ['distance_data.steps', 'distance_data.summary.steps'], wrong: (value) => -1 - Number(value) },
  // Nothing measured, told as a number.
  { paths: inHearts('avg_hrv_rmssd', 'avg_hrv_sdnn'), wrong: () => 0 },
  {
    paths: [
      'distance_data.steps',
      'distance_data.summary.distance_meters',
      'calories_data.total_burned_calories',
      'sleep_durations_data.asleep.duration_asleep_state_seconds',
      'measurements_data.measurements.0.weight_kg',
      'oxygen_data.vo2max_ml_per_min_per_kg',
      'glucose_data.gmi',
    ],
    wrong: String,
  },
  { paths: ['metadata.end_time'], wrong: () => undefined },
  // A unit nobody expects.
  {
    paths: [
      'scores.recovery',
      'respiration_data.breaths_data.avg_breaths_per_min',
      'measurements_data.measurements.0.bodyfat_percentage',
      'glucose_data.gmi',
      ...inHearts('resting_hr_bpm', 'avg_hr_bpm'),
    ],
    wrong: (value) => Number(value) + 1_000,
  },
  {
    paths: ['heart_rate_data', 'measurements_data', 'heart_data', 'temperature_data', 'glucose_data'],
    wrong: () => null,
  },
  { paths: ['metadata.start_time'], wrong: () => null },
];

function inHearts(...names: readonly string[]): readonly string[] {
  return HEARTS.flatMap((at) => names.map((name) => `${at}.${name}`));
}

export type OddValues = {
  /** Every how many items one is odd; 0 for none. */
  readonly every: number;
  /** Decides what is wrong with each. */
  readonly seed: number;
};

/**
 * A date's items, one wrong value in every Nth: in the first item of every Nth date, in the second of the date
 * before, and so on. It depends on nothing but date and seed, so that a day asked for twice is wrong in the same
 * place.
 */
export function withOddValues(
  items: readonly JsonObject[],
  day: number,
  { every, seed }: OddValues,
): readonly JsonObject[] {
  if (every === 0) return items;
  return items.map((item, index) => {
    const number = day + index;
    return number % every === 0 ? withFault(item, seedOf(seed, 'fault', number)) : item;
  });
}

function withFault(item: JsonObject, draw: number): JsonObject {
  const possible = FAULTS.flatMap(({ paths, wrong }) => {
    const path = paths.find((one) => (valueAt(item, one) ?? null) !== null);
    return path === undefined ? [] : [{ path, value: wrong(valueAt(item, path) ?? null) }];
  });
  const fault = possible[draw % possible.length];
  return fault === undefined ? item : withValueAt(item, fault.path, fault.value);
}
