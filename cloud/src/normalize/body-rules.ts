import { BLOOD_PRESSURE, BLOOD_PRESSURE_SAMPLES } from './blood-pressure.ts';
import type { SampleList } from './body-samples.ts';
import {
  AMOUNT,
  BODY_PART_G,
  BODY_SHARE_PERCENT,
  BODY_TEMPERATURE_CEL,
  HEART_RATE_BPM,
  HEART_RATE_VARIABILITY_MS,
  HEIGHT_CM,
  PERCENT,
  POSITIVE_AMOUNT,
  POSITIVE_PERCENT,
  type Range,
  SKIN_TEMPERATURE_CEL,
  WEIGHT_KG,
} from './ranges.ts';
import { BLOOD_SATURATION_SAMPLES, SATURATION } from './saturation.ts';
import {
  changed,
  field,
  latestSample,
  meanOfSamples,
  type ValueRule,
  type ValueSource,
} from './value-rule.ts';

/** A value of a body item, and where its samples stand, all of which are kept beside it. */
export type BodyRule = ValueRule & { readonly samples: readonly SampleList[] };

const GRAMS_PER_KILOGRAM = 1_000;

/** What one item of a `body` event gives to the codes of its date. */
export const BODY_RULES = {
  weight: measured('kg', 'weight_kg', 'day_avg_weight_kg', WEIGHT_KG),
  height: measured('cm', 'height_cm', 'day_avg_height_cm', HEIGHT_CM),
  bmi: measured('kg/m2', 'BMI', 'day_avg_bmi', POSITIVE_AMOUNT),
  body_fat_percentage: measured('%', 'bodyfat_percentage', 'day_avg_bodyfat_percentage', BODY_SHARE_PERCENT),
  water_percentage: measured('%', 'water_percentage', 'day_avg_water_percentage', BODY_SHARE_PERCENT),
  bmr: measured('kcal/d', 'BMR', 'day_avg_bmr', POSITIVE_AMOUNT),
  rmr: measured('kcal/d', 'RMR', 'day_avg_rmr', POSITIVE_AMOUNT),
  visceral_fat_level: measured('1', 'visceral_fat_level', 'day_avg_visceral_fat_level', POSITIVE_AMOUNT),
  muscle_mass: mass('muscle_mass_g', 'day_avg_muscle_mass_g'),
  bone_mass: mass('bone_mass_g', 'day_avg_bone_mass_g'),
  lean_mass: mass('lean_mass_g', 'day_avg_lean_mass_g'),
  systolic_bp: { ...BLOOD_PRESSURE.systolic_bp, samples: [BLOOD_PRESSURE_SAMPLES.systolic_bp] },
  diastolic_bp: { ...BLOOD_PRESSURE.diastolic_bp, samples: [BLOOD_PRESSURE_SAMPLES.diastolic_bp] },
  glucose_cgm_mean: glucose(),
  glucose_time_in_range: unsampled('%', 'glucose_data.time_in_range', PERCENT),
  gmi: unsampled('%', 'glucose_data.gmi', POSITIVE_PERCENT),
  hrv_rmssd: unsampled('ms', 'heart_data.heart_rate_data.summary.avg_hrv_rmssd', HEART_RATE_VARIABILITY_MS),
  hrv_sdnn: unsampled('ms', 'heart_data.heart_rate_data.summary.avg_hrv_sdnn', HEART_RATE_VARIABILITY_MS),
  ketone: sampled(
    'mg/dL',
    { array: 'ketone_data.ketone_samples', field: 'ketone_mg_per_dL', timeField: 'timestamp' },
    'ketone_data.day_avg_ketone_mg_per_dL',
    AMOUNT,
  ),
  vo2_max: vo2Max(),
  spo2: {
    unit: '%',
    sources: SATURATION,
    samples: [{ ...BLOOD_SATURATION_SAMPLES, timeField: 'timestamp' }],
  },
  body_temperature: sampled(
    'Cel',
    {
      array: 'temperature_data.body_temperature_samples',
      field: 'temperature_celsius',
      timeField: 'timestamp',
    },
    'temperature_data.day_avg_body_temperature_celsius',
    BODY_TEMPERATURE_CEL,
  ),
  skin_temperature: sampled(
    'Cel',
    {
      array: 'temperature_data.skin_temperature_samples',
      field: 'temperature_celsius',
      timeField: 'timestamp',
    },
    'temperature_data.day_avg_skin_temperature_celsius',
    SKIN_TEMPERATURE_CEL,
  ),
  resting_heart_rate: unsampled('/min', 'heart_data.heart_rate_data.summary.resting_hr_bpm', HEART_RATE_BPM),
  water_intake: unsampled('mL', 'hydration_data.day_total_water_consumption_ml', AMOUNT),
} as const satisfies Readonly<Record<string, BodyRule>>;

/** The latest sample that knows it, else the day's average. */
function sampled(unit: string, samples: SampleList, average: string, range: Range): BodyRule {
  return { unit, sources: [latestSample({ ...samples, range }), field(average, range)], samples: [samples] };
}

function measured(unit: string, name: string, average: string, range: Range): BodyRule {
  return sampled(unit, measurement(name), `measurements_data.${average}`, range);
}

/** Terra sends these in grams. */
function mass(name: string, average: string): BodyRule {
  const inKilograms = (source: ValueSource) =>
    changed(source, 'grams / 1000', (grams) => grams / GRAMS_PER_KILOGRAM);
  return {
    unit: 'kg',
    sources: [
      inKilograms(latestSample({ ...measurement(name), range: BODY_PART_G })),
      inKilograms(field(`measurements_data.${average}`, BODY_PART_G)),
    ],
    samples: [measurement(name)],
  };
}

function measurement(name: string): SampleList {
  return { array: 'measurements_data.measurements', field: name, timeField: 'measurement_time' };
}

function unsampled(unit: string, path: string, range: Range): BodyRule {
  return { unit, sources: [field(path, range)], samples: [] };
}

/** A sensor's readings are many, so the day is their mean; Apple and Health Connect send nothing but readings. */
function glucose(): BodyRule {
  const list = (array: string) =>
    ({ array: `glucose_data.${array}`, field: 'blood_glucose_mg_per_dL', timeField: 'timestamp' }) as const;
  const samples = [list('blood_glucose_samples'), list('detailed_blood_glucose_samples')] as const;
  return {
    unit: 'mg/dL',
    sources: [
      field('glucose_data.day_avg_blood_glucose_mg_per_dL', POSITIVE_AMOUNT),
      // Terra's deprecated alias of the same value.
      field('glucose_data.day_avg_blood_glucose_mg_per_dl', POSITIVE_AMOUNT),
      field('glucose_data.day_avg_detailed_blood_glucose_mg_per_dL', POSITIVE_AMOUNT),
      meanOfSamples({ ...samples[0], range: POSITIVE_AMOUNT }),
      meanOfSamples({ ...samples[1], range: POSITIVE_AMOUNT }),
    ],
    samples,
  };
}

function vo2Max(): BodyRule {
  const name = 'vo2max_ml_per_min_per_kg';
  const samples = { array: 'oxygen_data.vo2_samples', field: name, timeField: 'timestamp' };
  return {
    unit: 'mL/min/kg',
    sources: [
      field(`oxygen_data.${name}`, POSITIVE_AMOUNT),
      latestSample({ ...samples, range: POSITIVE_AMOUNT }),
      field(`oxygen_data.day_avg_${name}`, POSITIVE_AMOUNT),
    ],
    samples: [samples],
  };
}
