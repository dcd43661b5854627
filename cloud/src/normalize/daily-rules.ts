import { HEART_SUMMARY } from './heart-summary.ts';
import {
  AMOUNT,
  HEART_RATE_BPM,
  POSITIVE_AMOUNT,
  SCORE,
  SKIN_TEMPERATURE_DELTA,
  strainRange,
} from './ranges.ts';
import { SATURATION } from './saturation.ts';
import {
  changed,
  field,
  greatestSample,
  latestSample,
  leastSample,
  type ValueRule,
  type ValueSource,
} from './value-rule.ts';
import { ACTIVE_MINUTES } from './zone-minutes.ts';

const HEART_RATES = 'heart_rate_data.summary';
const BODY_BATTERY = { array: 'stress_data.body_battery_samples', field: 'level', range: SCORE } as const;

const STRESS_SCORE = [
  field('data_enrichment.total_stress_score', SCORE),
  field('data_enrichment.total_stress_score_v2', SCORE),
] as const;

/** Terra: higher is more stress. The column's name says that higher is better, as Fitbit's score does. */
function managed(stress: ValueSource): ValueSource {
  return changed(stress, '100 minus it', (score) => 100 - score);
}

/** What one item of a `daily` event gives to the columns of its date. */
export const DAILY_RULES = {
  steps: { unit: '1', sources: [field('distance_data.steps', AMOUNT)] },
  ...HEART_SUMMARY,
  ...ACTIVE_MINUTES,
  stress_score: { unit: '1', sources: STRESS_SCORE },
  stress_level: { unit: '1', sources: [field('stress_data.avg_stress_level', SCORE)] },
  stress_management_score: { unit: '1', sources: [managed(STRESS_SCORE[0]), managed(STRESS_SCORE[1])] },
  body_battery_low: { unit: '1', sources: [leastSample(BODY_BATTERY)] },
  body_battery_high: { unit: '1', sources: [greatestSample(BODY_BATTERY)] },
  calories_total: { unit: 'kcal', sources: [field('calories_data.total_burned_calories', POSITIVE_AMOUNT)] },
  calories_active: { unit: 'kcal', sources: [field('calories_data.net_activity_calories', AMOUNT)] },
  calories_basal: { unit: 'kcal', sources: [field('calories_data.BMR_calories', POSITIVE_AMOUNT)] },
  distance: { unit: 'm', sources: [field('distance_data.distance_meters', AMOUNT)] },
  floors_climbed: { unit: '1', sources: [field('distance_data.floors_climbed', AMOUNT)] },
  elevation_gain: { unit: 'm', sources: [field('distance_data.elevation.gain_actual_meters', AMOUNT)] },
  vo2_max: {
    unit: 'mL/min/kg',
    sources: [
      field('oxygen_data.vo2max_ml_per_min_per_kg', POSITIVE_AMOUNT),
      field('oxygen_data.day_avg_vo2max_ml_per_min_per_kg', POSITIVE_AMOUNT),
      latestSample({
        array: 'oxygen_data.vo2_samples',
        field: 'vo2max_ml_per_min_per_kg',
        timeField: 'timestamp',
        range: POSITIVE_AMOUNT,
      }),
    ],
  },
  heart_rate_min: { unit: '/min', sources: [field(`${HEART_RATES}.min_hr_bpm`, HEART_RATE_BPM)] },
  heart_rate_max: { unit: '/min', sources: [field(`${HEART_RATES}.max_hr_bpm`, HEART_RATE_BPM)] },
  heart_rate_avg: { unit: '/min', sources: [field(`${HEART_RATES}.avg_hr_bpm`, HEART_RATE_BPM)] },
  activity_score: { unit: '1', sources: [field('scores.activity', SCORE)] },
  skin_temperature: { unit: 'Cel', sources: [field('temperature_data.delta', SKIN_TEMPERATURE_DELTA)] },
  sleep_score: { unit: '1', sources: [field('scores.sleep', SCORE)] },
  recovery_score: { unit: '1', sources: [field('scores.recovery', SCORE)] },
  spo2: { unit: '%', sources: SATURATION },
  strain: { unit: '1', sources: [field('strain_data.strain_level', strainRange)] },
} as const satisfies Readonly<Record<string, ValueRule>>;
