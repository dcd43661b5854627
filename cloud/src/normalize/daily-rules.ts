import { HEART_SUMMARY } from './heart-summary.ts';
import {
  AMOUNT,
  HEART_RATE_BPM,
  POSITIVE_AMOUNT,
  SCORE,
  SKIN_TEMPERATURE_DELTA,
  SPO2_PERCENT,
  strainRange,
} from './ranges.ts';
import {
  changed,
  computed,
  field,
  greatestSample,
  latestSample,
  leastSample,
  meanOfSamples,
  type ValueRule,
  type ValueSource,
} from './value-rule.ts';
import { ACTIVE_MINUTES } from './zone-minutes.ts';

/** Terra's `OxygenSaturationType` of what was measured in a muscle, which is no SpO2. */
const MUSCLE_OXYGEN = 1;

const HEART_RATES = 'heart_rate_data.summary';
const BODY_BATTERY = { array: 'stress_data.body_battery_samples', field: 'level', range: SCORE } as const;
const SATURATION_SAMPLES = 'oxygen_data.saturation_samples';

/** A device's average counts unless all it could be made of was measured in a muscle. */
const AVERAGE_SATURATION: ValueSource = computed(
  ['oxygen_data.avg_saturation_percentage'],
  SPO2_PERCENT,
  'unless every sample beside it is of a muscle',
  (fields) => {
    const samples = fields.entries(SATURATION_SAMPLES);
    if (samples.length > 0 && samples.every((sample) => sample.value('type') === MUSCLE_OXYGEN)) return null;
    return field('oxygen_data.avg_saturation_percentage', SPO2_PERCENT).read(fields, '');
  },
);

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
  calories_total: { unit: 'kcal', sources: [field('calories_data.total_burned_calories', AMOUNT)] },
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
  spo2: {
    unit: '%',
    sources: [
      AVERAGE_SATURATION,
      meanOfSamples({
        array: SATURATION_SAMPLES,
        field: 'percentage',
        range: SPO2_PERCENT,
        where: { rule: 'not of a muscle', holds: (sample) => sample.value('type') !== MUSCLE_OXYGEN },
      }),
    ],
  },
  strain: { unit: '1', sources: [field('strain_data.strain_level', strainRange)] },
} as const satisfies Readonly<Record<string, ValueRule>>;
