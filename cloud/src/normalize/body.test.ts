import { describe, expect, it } from 'vitest';
import { normalizeBody } from './body.ts';
import { contributionsOf, dataBody, noticesOf, storedEvent } from './event.fixture.ts';
import type { Normalized } from './types.ts';

const METADATA = { start_time: '2026-03-08T00:00:00.000000-08:00' };

function body(item: object): Normalized {
  return normalizeBody(storedEvent('body'), dataBody('body', { metadata: METADATA, ...item }));
}

/** `code value unit` of every biomarker. */
function values(item: object): readonly string[] {
  return contributionsOf(body(item)).map((biomarker) =>
    biomarker.kind === 'biomarker'
      ? `${biomarker.code} ${biomarker.columns.value} ${biomarker.columns.unit}`
      : '',
  );
}

function nested(path: string, value: unknown): object {
  return path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;
}

/** code, unit, field of a measurement, day average, value as sent, value as stored */
const MEASURED = [
  ['weight', 'kg', 'weight_kg', 'day_avg_weight_kg', 72.4, 72.4],
  ['height', 'cm', 'height_cm', 'day_avg_height_cm', 178, 178],
  ['bmi', 'kg/m2', 'BMI', 'day_avg_bmi', 22.6, 22.6],
  ['body_fat_percentage', '%', 'bodyfat_percentage', 'day_avg_bodyfat_percentage', 17.9, 17.9],
  ['water_percentage', '%', 'water_percentage', 'day_avg_water_percentage', 55, 55],
  ['bmr', 'kcal/d', 'BMR', 'day_avg_bmr', 1_600, 1_600],
  ['rmr', 'kcal/d', 'RMR', 'day_avg_rmr', 1_500, 1_500],
  ['visceral_fat_level', '1', 'visceral_fat_level', 'day_avg_visceral_fat_level', 8, 8],
  ['muscle_mass', 'kg', 'muscle_mass_g', 'day_avg_muscle_mass_g', 32_100, 32.1],
  ['bone_mass', 'kg', 'bone_mass_g', 'day_avg_bone_mass_g', 3_200, 3.2],
  ['lean_mass', 'kg', 'lean_mass_g', 'day_avg_lean_mass_g', 55_005, 55.005],
] as const;

/** code, unit, samples, field of a sample, day average, value */
const SAMPLED = [
  [
    'ketone',
    'mg/dL',
    'ketone_data.ketone_samples',
    'ketone_mg_per_dL',
    'ketone_data.day_avg_ketone_mg_per_dL',
    1.5,
  ],
  [
    'vo2_max',
    'mL/min/kg',
    'oxygen_data.vo2_samples',
    'vo2max_ml_per_min_per_kg',
    'oxygen_data.day_avg_vo2max_ml_per_min_per_kg',
    45.5,
  ],
  [
    'body_temperature',
    'Cel',
    'temperature_data.body_temperature_samples',
    'temperature_celsius',
    'temperature_data.day_avg_body_temperature_celsius',
    36.7,
  ],
  [
    'skin_temperature',
    'Cel',
    'temperature_data.skin_temperature_samples',
    'temperature_celsius',
    'temperature_data.day_avg_skin_temperature_celsius',
    33.2,
  ],
] as const;

/** code, unit, path, value */
const SUMMARIZED = [
  ['glucose_cgm_mean', 'mg/dL', 'glucose_data.day_avg_blood_glucose_mg_per_dL', 92.5],
  ['glucose_cgm_mean', 'mg/dL', 'glucose_data.day_avg_blood_glucose_mg_per_dl', 92.5],
  ['glucose_cgm_mean', 'mg/dL', 'glucose_data.day_avg_detailed_blood_glucose_mg_per_dL', 92.5],
  ['glucose_time_in_range', '%', 'glucose_data.time_in_range', 0],
  ['gmi', '%', 'glucose_data.gmi', 5.9],
  ['hrv_rmssd', 'ms', 'heart_data.heart_rate_data.summary.avg_hrv_rmssd', 48.5],
  ['hrv_sdnn', 'ms', 'heart_data.heart_rate_data.summary.avg_hrv_sdnn', 61],
  ['vo2_max', 'mL/min/kg', 'oxygen_data.vo2max_ml_per_min_per_kg', 46],
  ['spo2', '%', 'oxygen_data.avg_saturation_percentage', 98],
  ['resting_heart_rate', '/min', 'heart_data.heart_rate_data.summary.resting_hr_bpm', 52],
  ['water_intake', 'mL', 'hydration_data.day_total_water_consumption_ml', 2_500],
] as const;

describe('normalizeBody', () => {
  it('makes a biomarker of the date of each value it knows', () => {
    const item = {
      measurements_data: {
        measurements: [
          { measurement_time: '2026-03-08T07:00:00-08:00', weight_kg: 72.4, bone_mass_g: 3_200 },
        ],
      },
      heart_data: { heart_rate_data: { summary: { resting_hr_bpm: 52 } } },
    };
    const biomarker = {
      kind: 'biomarker',
      source: 'oura_body',
      drawDate: '2026-03-08',
      order: [1, 1_000, 'd0', 0],
    };
    expect(body(item)).toEqual({
      state: 'normalized',
      refused: null,
      notices: [],
      contributions: [
        {
          ...biomarker,
          code: 'weight',
          columns: {
            value: 72.4,
            unit: 'kg',
            measured_at: '2026-03-08T15:00:00.000Z',
            raw: '[{"time":"2026-03-08T07:00:00-08:00","value":72.4}]',
          },
        },
        {
          ...biomarker,
          code: 'bone_mass',
          columns: {
            value: 3.2,
            unit: 'kg',
            measured_at: '2026-03-08T15:00:00.000Z',
            raw: '[{"time":"2026-03-08T07:00:00-08:00","value":3200}]',
          },
        },
        { ...biomarker, code: 'resting_heart_rate', columns: { value: 52, unit: '/min' } },
      ],
    });
  });

  it.each(MEASURED)(
    'reads %s in %s from a measurement, else from the average',
    (code, unit, field, average, sent, stored) => {
      const measured = { measurements: [{ [field]: sent }], [average]: 1 };
      expect(values({ measurements_data: measured })).toEqual([`${code} ${stored} ${unit}`]);
      expect(values({ measurements_data: { measurements: null, [average]: sent } })).toEqual([
        `${code} ${stored} ${unit}`,
      ]);
      expect(
        values({ measurements_data: { ...measured, measurements: [{ [field]: -1 }], [average]: sent } }),
      ).toEqual([`${code} ${stored} ${unit}`]);
    },
  );

  it.each(SAMPLED)(
    'reads %s in %s from the samples, else from the average',
    (code, unit, samples, field, average, value) => {
      const [group = '', list = ''] = samples.split('.');
      const averageField = average.split('.')[1] ?? '';
      expect(values({ [group]: { [list]: [{ [field]: value }], [averageField]: 1 } })).toEqual([
        `${code} ${value} ${unit}`,
      ]);
      expect(values(nested(average, value))).toEqual([`${code} ${value} ${unit}`]);
      const timed = { [field]: value, timestamp: '2026-03-08T09:00:00-08:00' };
      expect(contributionsOf(body({ [group]: { [list]: [timed] } }))).toMatchObject([
        { columns: { measured_at: '2026-03-08T17:00:00.000Z', raw: expect.stringContaining('09:00:00') } },
      ]);
    },
  );

  it.each(SUMMARIZED)('reads %s in %s from %s', (code, unit, path, value) => {
    expect(values(nested(path, value))).toEqual([`${code} ${value} ${unit}`]);
  });

  it('prefers the glucose mean over its alias, and the VO2 max over samples and average', () => {
    const item = {
      glucose_data: { day_avg_blood_glucose_mg_per_dL: 90, day_avg_blood_glucose_mg_per_dl: 91 },
      oxygen_data: {
        vo2max_ml_per_min_per_kg: 46,
        vo2_samples: [{ vo2max_ml_per_min_per_kg: 47 }],
        day_avg_vo2max_ml_per_min_per_kg: 48,
      },
    };
    expect(values(item)).toEqual(['glucose_cgm_mean 90 mg/dL', 'vo2_max 46 mL/min/kg']);
  });

  it('reads oxygen as a fraction', () => {
    expect(values({ oxygen_data: { avg_saturation_percentage: 0.98 } })).toEqual(['spo2 98 %']);
  });

  it.each([
    ['oxygen_data.avg_saturation_percentage', 49],
    ['oxygen_data.vo2max_ml_per_min_per_kg', 0],
    ['heart_data.heart_rate_data.summary.avg_hrv_rmssd', 0],
    ['heart_data.heart_rate_data.summary.avg_hrv_sdnn', 501],
    ['glucose_data.day_avg_blood_glucose_mg_per_dL', 0],
    ['glucose_data.day_avg_blood_glucose_mg_per_dl', 0],
    ['glucose_data.day_avg_detailed_blood_glucose_mg_per_dL', 0],
    ['glucose_data.time_in_range', 101],
    ['glucose_data.gmi', 0],
    ['ketone_data.day_avg_ketone_mg_per_dL', -1],
    ['temperature_data.day_avg_body_temperature_celsius', 29],
    ['temperature_data.day_avg_body_temperature_celsius', 46],
    ['temperature_data.day_avg_body_temperature_celsius', 114],
    ['temperature_data.day_avg_skin_temperature_celsius', -0.4],
    ['measurements_data.day_avg_weight_kg', 0],
    ['measurements_data.day_avg_weight_kg', 7_240],
    ['measurements_data.day_avg_height_cm', 1.78],
    ['measurements_data.day_avg_height_cm', 261],
    ['measurements_data.day_avg_bmi', 0],
    ['measurements_data.day_avg_bmr', 0],
    ['measurements_data.day_avg_rmr', 0],
    ['measurements_data.day_avg_visceral_fat_level', 0],
    ['measurements_data.day_avg_muscle_mass_g', 0],
    ['measurements_data.day_avg_bone_mass_g', 0],
    ['measurements_data.day_avg_lean_mass_g', 500_001],
    ['measurements_data.day_avg_bodyfat_percentage', 0],
    ['blood_pressure_data.day_avg_diastolic_bp', 0],
    ['blood_pressure_data.day_avg_systolic_bp', 301],
    ['heart_data.heart_rate_data.summary.resting_hr_bpm', 255],
    ['glucose_data.gmi', 101],
    ['glucose_data.day_avg_blood_glucose_mg_per_dL', -1],
    ['hydration_data.day_total_water_consumption_ml', -1],
    ['measurements_data.day_avg_bodyfat_percentage', 100.1],
    ['measurements_data.day_avg_water_percentage', 101],
    ['measurements_data.day_avg_weight_kg', -1],
    ['oxygen_data.day_avg_vo2max_ml_per_min_per_kg', 0],
    ['blood_pressure_data.day_avg_systolic_bp', -1],
  ])('does not believe %s of %d', (path, value) => {
    expect(values(nested(path, value))).toEqual([]);
    expect(noticesOf(body(nested(path, value)))).toEqual([
      { path: `data[0].${path}`, reason: 'out_of_range' },
    ]);
  });

  it.each([
    ['glucose_data', 'detailed_blood_glucose_samples', 'blood_glucose_mg_per_dL'],
    ['oxygen_data', 'vo2_samples', 'vo2max_ml_per_min_per_kg'],
  ])('does not believe a 0 in %s.%s, which nobody alive has', (part, list, field) => {
    const item = { [part]: { [list]: [{ timestamp: '2026-03-08T08:00:00-08:00', [field]: 0 }] } };
    expect(values(item)).toEqual([]);
    expect(noticesOf(body(item))).toEqual([
      { path: `data[0].${part}.${list}[0].${field}`, reason: 'out_of_range' },
    ]);
  });

  it('takes each code from the latest sample that knows it', () => {
    const measurements = [
      { measurement_time: '2026-03-08T21:00:00-08:00', weight_kg: 73, BMI: null },
      { measurement_time: '2026-03-08T07:00:00-08:00', weight_kg: 72, BMI: 22 },
      { measurement_time: '2026-03-08T22:00:00-08:00', weight_kg: 'heavy', BMI: -1 },
    ];
    expect(values({ measurements_data: { measurements } })).toEqual(['weight 73 kg', 'bmi 22 kg/m2']);
    expect(noticesOf(body({ measurements_data: { measurements } }))).toEqual([
      { path: 'data[0].measurements_data.measurements[2].weight_kg', reason: 'not_a_number' },
      { path: 'data[0].measurements_data.measurements[2].BMI', reason: 'out_of_range' },
    ]);
  });

  it('gives the mean of glucose readings where only readings come', () => {
    const readings = (...values: readonly unknown[]) =>
      values.map((blood_glucose_mg_per_dL, i) => ({
        timestamp: `2026-03-08T0${i}:00:00-08:00`,
        blood_glucose_mg_per_dL,
      }));
    const detailed = { detailed_blood_glucose_samples: readings(80, 84) };
    expect(values({ glucose_data: detailed })).toEqual(['glucose_cgm_mean 82 mg/dL']);
    expect(values({ glucose_data: { blood_glucose_samples: readings(90, 0, 100), ...detailed } })).toEqual([
      'glucose_cgm_mean 95 mg/dL',
    ]);
    expect(values({ glucose_data: { day_avg_detailed_blood_glucose_mg_per_dL: 91, ...detailed } })).toEqual([
      'glucose_cgm_mean 91 mg/dL',
    ]);
  });

  it('takes no SpO2 from a muscle, and the mean of samples of blood', () => {
    const sample = (type: number, percentage: number) => ({ type, percentage });
    const oxygen = (item: object) => values({ oxygen_data: item });
    const muscle = [sample(1, 62), sample(1, 64)];
    expect(oxygen({ saturation_samples: muscle, avg_saturation_percentage: 63 })).toEqual([]);
    expect(oxygen({ saturation_samples: [...muscle, sample(0, 96), sample(0, 98)] })).toEqual(['spo2 97 %']);
  });

  it('reads Fahrenheit and fractions', () => {
    const sent = {
      temperature_data: {
        day_avg_body_temperature_celsius: 98.6,
        day_avg_skin_temperature_celsius: 93.2,
      },
      measurements_data: { day_avg_bodyfat_percentage: 0.179, day_avg_water_percentage: 0.55 },
    };
    expect(values(sent)).toEqual([
      'body_fat_percentage 17.9 %',
      'water_percentage 55 %',
      'body_temperature 37 Cel',
      'skin_temperature 34 Cel',
    ]);
  });

  it('takes the date of the start as delivered, and refuses an item without one', () => {
    const weight = { measurements_data: { day_avg_weight_kg: 70 } };
    const result = normalizeBody(
      storedEvent('body', { provider: 'withings' }),
      dataBody(
        'body',
        { metadata: { start_time: null }, ...weight },
        { metadata: { start_time: '2026-03-09T00:00:00+14:00' }, ...weight },
      ),
    );
    expect(result).toEqual({
      state: 'normalized',
      refused: 'data[0].metadata.start_time',
      notices: [],
      contributions: [
        {
          kind: 'biomarker',
          source: 'withings_body',
          drawDate: '2026-03-09',
          code: 'weight',
          order: [1, 1_000, 'd0', 1],
          columns: { value: 70, unit: 'kg' },
        },
      ],
    });
  });

  it('normalizes an item that knows nothing to nothing', () => {
    expect(
      values({
        measurements_data: [],
        oxygen_data: 'none',
        blood_pressure_data: { blood_pressure_samples: {} },
      }),
    ).toEqual([]);
  });
});

describe('blood pressure', () => {
  const pressure = (samples: readonly unknown[], averages: object = {}): readonly string[] =>
    values({ blood_pressure_data: { blood_pressure_samples: samples, ...averages } });

  it('does not believe a pair whose systolic is not above its diastolic', () => {
    const reversed = { timestamp: '2026-03-08T21:00:00-08:00', systolic_bp: 76, diastolic_bp: 118 };
    const path = 'data[0].blood_pressure_data';
    expect(pressure([reversed, morning])).toEqual(['systolic_bp 118 mm[Hg]', 'diastolic_bp 76 mm[Hg]']);
    expect(pressure([reversed])).toEqual([]);
    const item = {
      blood_pressure_data: {
        blood_pressure_samples: [reversed],
        day_avg_systolic_bp: 80,
        day_avg_diastolic_bp: 80,
      },
    };
    expect(values(item)).toEqual([]);
    expect(noticesOf(body(item))).toEqual([
      { path: `${path}.blood_pressure_samples[0].diastolic_bp`, reason: 'out_of_range' },
      { path: `${path}.day_avg_diastolic_bp`, reason: 'out_of_range' },
    ]);
  });

  it('takes a single value before one of a pair that is not believed', () => {
    const reversed = { timestamp: '2026-03-08T21:00:00-08:00', systolic_bp: 76, diastolic_bp: 118 };
    expect(pressure([reversed, { timestamp: '2026-03-08T07:00:00-08:00', systolic_bp: 120 }])).toEqual([
      'systolic_bp 120 mm[Hg]',
    ]);
  });

  it('makes no pair of single values that do not belong together', () => {
    expect(pressure([{ systolic_bp: 80 }, { diastolic_bp: 90 }])).toEqual([]);
  });

  const morning = { timestamp: '2026-03-08T07:00:00-08:00', systolic_bp: 118, diastolic_bp: 76 };
  const averages = { day_avg_systolic_bp: 121, day_avg_diastolic_bp: 79 };

  it('takes both numbers from the latest sample that has both', () => {
    const evening = { timestamp: '2026-03-08T21:00:00-08:00', systolic_bp: 140 };
    expect(pressure([evening, morning], averages)).toEqual([
      'systolic_bp 118 mm[Hg]',
      'diastolic_bp 76 mm[Hg]',
    ]);
  });

  it('takes the averages where no sample has both', () => {
    expect(pressure([{ systolic_bp: 140 }, { diastolic_bp: 90 }], averages)).toEqual([
      'systolic_bp 121 mm[Hg]',
      'diastolic_bp 79 mm[Hg]',
    ]);
    expect(pressure([], averages)).toEqual(['systolic_bp 121 mm[Hg]', 'diastolic_bp 79 mm[Hg]']);
  });

  it('takes the latest single values at last', () => {
    const samples = [
      { timestamp: '2026-03-08T07:00:00Z', systolic_bp: 118 },
      { timestamp: '2026-03-08T09:00:00Z', systolic_bp: 119 },
      { timestamp: '2026-03-08T08:00:00Z', diastolic_bp: 77 },
    ];
    expect(pressure(samples)).toEqual(['systolic_bp 119 mm[Hg]', 'diastolic_bp 77 mm[Hg]']);
    expect(pressure([{ systolic_bp: 118 }])).toEqual(['systolic_bp 118 mm[Hg]']);
  });

  it('tells a number that is not believed once', () => {
    const item = { blood_pressure_data: { blood_pressure_samples: [{ systolic_bp: -1, diastolic_bp: 77 }] } };
    expect(values(item)).toEqual(['diastolic_bp 77 mm[Hg]']);
    expect(noticesOf(body(item))).toEqual([
      { path: 'data[0].blood_pressure_data.blood_pressure_samples[0].systolic_bp', reason: 'out_of_range' },
    ]);
  });
});
