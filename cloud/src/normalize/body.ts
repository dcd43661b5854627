import { bloodPressure } from './blood-pressure.ts';
import { type DataItem, type ItemReading, normalizeItems } from './data-event.ts';
import { type FieldReader, fieldReader } from './field-reader.ts';
import { valueAt } from './json-path.ts';
import { AMOUNT, ANY_NUMBER, HEART_RATE_BPM, PERCENT, type Range, SPO2_PERCENT } from './ranges.ts';
import { orderOf } from './results.ts';
import { firstKnown, latestFirst } from './samples.ts';
import { localDate } from './time.ts';
import type { BiomarkerContribution, Normalized, StoredEvent } from './types.ts';

/** A measured code with its UCUM unit, null where the item does not know it. */
type Measured = { readonly code: string; readonly unit: string; readonly value: number | null };

/** `body`: the measurements of a date, which become biomarkers of `<provider>_body`. */
export function normalizeBody(event: StoredEvent, payload: unknown): Normalized {
  return normalizeItems(event, payload, readBody);
}

function readBody(body: DataItem): ItemReading {
  const drawDate = localDate(valueAt(body.item, 'metadata.start_time'));
  if (drawDate === null) return { refused: `${body.path}.metadata.start_time` };

  const order = orderOf(body.event, body.index);
  const contributions: BiomarkerContribution[] = [];
  for (const { code, unit, value } of [...measurements(body), ...sampled(body), ...summarized(body)]) {
    if (value === null) continue;
    const source = `${body.source}_body`;
    contributions.push({ kind: 'biomarker', source, drawDate, code, order, columns: { value, unit } });
  }
  return { contributions };
}

/** Field of a measurement, its day average, and the factor from Terra's unit to ours. */
const MEASUREMENTS = [
  { code: 'weight', unit: 'kg', field: 'weight_kg', average: 'day_avg_weight_kg', range: AMOUNT },
  { code: 'height', unit: 'cm', field: 'height_cm', average: 'day_avg_height_cm', range: AMOUNT },
  { code: 'bmi', unit: 'kg/m2', field: 'BMI', average: 'day_avg_bmi', range: AMOUNT },
  {
    code: 'body_fat_percentage',
    unit: '%',
    field: 'bodyfat_percentage',
    average: 'day_avg_bodyfat_percentage',
    range: PERCENT,
  },
  {
    code: 'water_percentage',
    unit: '%',
    field: 'water_percentage',
    average: 'day_avg_water_percentage',
    range: PERCENT,
  },
  { code: 'bmr', unit: 'kcal/d', field: 'BMR', average: 'day_avg_bmr', range: AMOUNT },
  { code: 'rmr', unit: 'kcal/d', field: 'RMR', average: 'day_avg_rmr', range: AMOUNT },
  {
    code: 'visceral_fat_level',
    unit: '1',
    field: 'visceral_fat_level',
    average: 'day_avg_visceral_fat_level',
    range: AMOUNT,
  },
] as const;

/** Terra sends these in grams. */
const MASSES = ['muscle_mass', 'bone_mass', 'lean_mass'] as const;
const GRAMS_PER_KILOGRAM = 1_000;

function measurements(body: DataItem): readonly Measured[] {
  const samples = samplesOf(body, 'measurements_data.measurements', 'measurement_time');
  const averages = fieldReader(
    valueAt(body.item, 'measurements_data'),
    `${body.path}.measurements_data`,
    body.notices,
  );
  const latest = (field: string, average: string, range: Range): number | null =>
    firstKnown(samples, (sample) => sample.number(field, range)) ?? averages.number(average, range);
  const masses = MASSES.map((code) => {
    const grams = latest(`${code}_g`, `day_avg_${code}_g`, AMOUNT);
    return { code, unit: 'kg', value: grams === null ? null : grams / GRAMS_PER_KILOGRAM };
  });
  return [
    ...MEASUREMENTS.map(({ code, unit, field, average, range }) => ({
      code,
      unit,
      value: latest(field, average, range),
    })),
    ...masses,
  ];
}

function sampled(body: DataItem): readonly Measured[] {
  const fields = fieldReader(body.item, body.path, body.notices);
  const latest = (samplesPath: string, field: string, range: Range): number | null =>
    firstKnown(samplesOf(body, samplesPath, 'timestamp'), (sample) => sample.number(field, range));
  const temperature = (kind: 'body' | 'skin'): number | null =>
    latest(`temperature_data.${kind}_temperature_samples`, 'temperature_celsius', ANY_NUMBER) ??
    fields.number(`temperature_data.day_avg_${kind}_temperature_celsius`, ANY_NUMBER);
  const pressure = bloodPressure(
    samplesOf(body, 'blood_pressure_data.blood_pressure_samples', 'timestamp'),
    fields,
  );
  const ketone =
    latest('ketone_data.ketone_samples', 'ketone_mg_per_dL', AMOUNT) ??
    fields.number('ketone_data.day_avg_ketone_mg_per_dL', AMOUNT);
  const vo2Max =
    fields.number('oxygen_data.vo2max_ml_per_min_per_kg', AMOUNT) ??
    latest('oxygen_data.vo2_samples', 'vo2max_ml_per_min_per_kg', AMOUNT) ??
    fields.number('oxygen_data.day_avg_vo2max_ml_per_min_per_kg', AMOUNT);
  return [
    { code: 'systolic_bp', unit: 'mm[Hg]', value: pressure.systolic },
    { code: 'diastolic_bp', unit: 'mm[Hg]', value: pressure.diastolic },
    { code: 'ketone', unit: 'mg/dL', value: ketone },
    { code: 'vo2_max', unit: 'mL/min/kg', value: vo2Max },
    { code: 'body_temperature', unit: 'Cel', value: temperature('body') },
    { code: 'skin_temperature', unit: 'Cel', value: temperature('skin') },
  ];
}

function summarized(body: DataItem): readonly Measured[] {
  const fields = fieldReader(body.item, body.path, body.notices);
  const glucose =
    fields.number('glucose_data.day_avg_blood_glucose_mg_per_dL', AMOUNT) ??
    // Terra's deprecated alias of the same value.
    fields.number('glucose_data.day_avg_blood_glucose_mg_per_dl', AMOUNT);
  return [
    { code: 'glucose_cgm_mean', unit: 'mg/dL', value: glucose },
    { code: 'gmi', unit: '%', value: fields.number('glucose_data.gmi', PERCENT) },
    { code: 'spo2', unit: '%', value: fields.number('oxygen_data.avg_saturation_percentage', SPO2_PERCENT) },
    {
      code: 'resting_heart_rate',
      unit: '/min',
      value: fields.number('heart_data.heart_rate_data.summary.resting_hr_bpm', HEART_RATE_BPM),
    },
    {
      code: 'water_intake',
      unit: 'mL',
      value: fields.number('hydration_data.day_total_water_consumption_ml', AMOUNT),
    },
  ];
}

function samplesOf(body: DataItem, samplesPath: string, timeField: string): readonly FieldReader[] {
  return latestFirst(fieldReader(body.item, body.path, body.notices), samplesPath, timeField);
}
