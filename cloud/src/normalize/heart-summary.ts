import type { FieldReader } from './field-reader.ts';
import { HEART_RATE_BPM, HEART_RATE_VARIABILITY_MS } from './ranges.ts';
import type { Columns } from './types.ts';

/**
 * Resting heart rate and HRV of `heart_rate_data.summary`, the same in a day and in a sleep.
 * RMSSD and SDNN are different measures of HRV, so which one it is stands beside it.
 */
export function heartSummary(fields: FieldReader): Columns {
  const summary = 'heart_rate_data.summary';
  const restingHeartRate = fields.number(`${summary}.resting_hr_bpm`, HEART_RATE_BPM);
  const rmssd = fields.number(`${summary}.avg_hrv_rmssd`, HEART_RATE_VARIABILITY_MS);
  if (rmssd !== null) {
    return { resting_heart_rate: restingHeartRate, heart_rate_variability: rmssd, hrv_method: 'rmssd' };
  }
  const sdnn = fields.number(`${summary}.avg_hrv_sdnn`, HEART_RATE_VARIABILITY_MS);
  return {
    resting_heart_rate: restingHeartRate,
    heart_rate_variability: sdnn,
    hrv_method: sdnn === null ? null : 'sdnn',
  };
}
