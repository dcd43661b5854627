import { HEART_RATE_BPM, HEART_RATE_VARIABILITY_MS } from './ranges.ts';
import { field, type ValueRule } from './value-rule.ts';

const SUMMARY = 'heart_rate_data.summary';

/** Resting heart rate and HRV of `heart_rate_data.summary`, the same in a day and in a sleep. */
export const HEART_SUMMARY = {
  resting_heart_rate: {
    unit: '/min',
    sources: [field(`${SUMMARY}.resting_hr_bpm`, HEART_RATE_BPM)],
  },
  heart_rate_variability: {
    unit: 'ms',
    // RMSSD and SDNN are different measures of HRV, so which one it is stands beside it.
    sources: [
      field(`${SUMMARY}.avg_hrv_rmssd`, HEART_RATE_VARIABILITY_MS, 'rmssd'),
      field(`${SUMMARY}.avg_hrv_sdnn`, HEART_RATE_VARIABILITY_MS, 'sdnn'),
    ],
  },
} as const satisfies Readonly<Record<string, ValueRule>>;
