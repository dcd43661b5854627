import type { FieldReader } from './field-reader.ts';
import { AMOUNT } from './ranges.ts';
import { firstKnown } from './samples.ts';

/** mmHg. */
export type BloodPressure = { readonly systolic: number | null; readonly diastolic: number | null };

const SYSTOLIC = 'systolic_bp';
const DIASTOLIC = 'diastolic_bp';

/**
 * The pair of the latest sample that has both, because the two numbers of one measurement belong together;
 * else the day's averages, else the latest single values.
 */
export function bloodPressure(latestSamples: readonly FieldReader[], day: FieldReader): BloodPressure {
  const pair = firstKnown(latestSamples, (sample) => {
    const systolic = sample.number(SYSTOLIC, AMOUNT);
    const diastolic = sample.number(DIASTOLIC, AMOUNT);
    return systolic === null || diastolic === null ? null : { systolic, diastolic };
  });
  if (pair !== null) return pair;
  const single = (field: string): number | null =>
    day.number(`blood_pressure_data.day_avg_${field}`, AMOUNT) ??
    firstKnown(latestSamples, (sample) => sample.number(field, AMOUNT));
  return { systolic: single(SYSTOLIC), diastolic: single(DIASTOLIC) };
}
