import type { FieldReader } from './field-reader.ts';
import { BLOOD_PRESSURE_MMHG } from './ranges.ts';
import { latestFirst } from './samples.ts';
import { computed, type Reading, sampleReading, type ValueRule } from './value-rule.ts';

const SAMPLES = 'blood_pressure_data.blood_pressure_samples';
const TIME = 'timestamp';
const SYSTOLIC = 'systolic_bp';
const DIASTOLIC = 'diastolic_bp';

/** mmHg. */
type BloodPressure = { readonly systolic: Reading | null; readonly diastolic: Reading | null };

/** The two numbers of one measurement belong together, so they are read together and one of them is given. */
export const BLOOD_PRESSURE = {
  systolic_bp: { unit: 'mm[Hg]', sources: ofPair(SYSTOLIC, 'systolic') },
  diastolic_bp: { unit: 'mm[Hg]', sources: ofPair(DIASTOLIC, 'diastolic') },
} as const satisfies Readonly<Record<string, ValueRule>>;

/** Where the samples of each number stand. */
export const BLOOD_PRESSURE_SAMPLES = {
  systolic_bp: { array: SAMPLES, field: SYSTOLIC, timeField: TIME },
  diastolic_bp: { array: SAMPLES, field: DIASTOLIC, timeField: TIME },
} as const;

function ofPair(name: string, part: keyof BloodPressure): ValueRule['sources'] {
  const above = 'systolic above diastolic';
  return [
    computed(
      [`${SAMPLES}[].${name}`],
      BLOOD_PRESSURE_MMHG,
      `of the latest that has both, ${above}`,
      (fields) => latestPair(fields)?.[part] ?? null,
    ),
    computed(
      [`blood_pressure_data.day_avg_${name}`],
      BLOOD_PRESSURE_MMHG,
      above,
      (fields) => averages(fields)[part],
    ),
    computed(
      [`${SAMPLES}[].${name}`],
      BLOOD_PRESSURE_MMHG,
      `the latest of one number alone, ${above}`,
      (fields) => singles(fields)[part],
    ),
  ];
}

function latestPair(fields: FieldReader): BloodPressure | null {
  for (const sample of latestFirst(fields, SAMPLES, TIME)) {
    const pair = sensible(sampled(sample, SYSTOLIC), sampled(sample, DIASTOLIC), () =>
      sample.disbelieve(DIASTOLIC),
    );
    if (pair.systolic !== null && pair.diastolic !== null) return pair;
  }
  return null;
}

function averages(fields: FieldReader): BloodPressure {
  const average = (name: string): Reading | null => {
    const path = `blood_pressure_data.day_avg_${name}`;
    const value = fields.number(path, BLOOD_PRESSURE_MMHG);
    return value === null ? null : { value, paths: [fields.pathOf(path)] };
  };
  return sensible(average(SYSTOLIC), average(DIASTOLIC), () =>
    fields.disbelieve(`blood_pressure_data.day_avg_${DIASTOLIC}`),
  );
}

/** Only of samples that have one number: one of a pair that is not believed says nothing alone. */
function singles(fields: FieldReader): BloodPressure {
  const latest = (name: string, other: string): Reading | null => {
    for (const sample of latestFirst(fields, SAMPLES, TIME)) {
      const reading = sampled(sample, name);
      if (reading !== null && sampled(sample, other) === null) return reading;
    }
    return null;
  };
  return sensible(latest(SYSTOLIC, DIASTOLIC), latest(DIASTOLIC, SYSTOLIC), () => null);
}

function sampled(sample: FieldReader, name: string): Reading | null {
  const value = sample.number(name, BLOOD_PRESSURE_MMHG);
  return value === null ? null : sampleReading(sample, name, TIME, value);
}

/** Neither number where both are known and the systolic is not above: which of them is wrong is not known. */
function sensible(systolic: Reading | null, diastolic: Reading | null, refuse: () => null): BloodPressure {
  if (systolic === null || diastolic === null || systolic.value > diastolic.value) {
    return { systolic, diastolic };
  }
  refuse();
  return { systolic: null, diastolic: null };
}
