import type { ModelName } from '../../src/normalize/known-fields.ts';

/** A field or all below it, and why it has no place in a table. What is left out stays in the payload. */
type LeftOut = readonly [path: string, reason: string];

const SAMPLES = 'samples in their thousands: a day is told by its summary';
const BESIDE_SAMPLE = 'of a sample its value and time are kept, by `amy archive --samples`';
const DEVICE = 'what recorded it says nothing about the person';
const ZONE = 'of a zone only its name and its seconds are read';
const USER_MAX = 'a setting or a guess by age, not a measurement';

export const LEFT_OUT: Readonly<Record<ModelName, readonly LeftOut[]>> = {
  daily: [
    ['MET_data', 'metabolic equivalents have no column; minutes stand in only where no zone is known'],
    [
      'active_durations_data',
      'time by intensity has no column but the zones, and all activity counts sitting less',
    ],
    ['active_durations_data.activity_levels_samples[]', SAMPLES],
    ['calories_data.calorie_samples[]', BESIDE_SAMPLE],
    ['calories_data.net_intake_calories', 'what was eaten has no column: nutrition is not normalized'],
    ['data_enrichment', "of Terra's own scores of a day only stress has a column"],
    ['device_data', DEVICE],
    ['distance_data.detailed', SAMPLES],
    ['distance_data.detailed.step_samples[]', BESIDE_SAMPLE],
    ['distance_data.elevation', 'of heights only the metres climbed have a column'],
    ['distance_data.swimming', 'laps and strokes belong to an activity, whose raw keeps them'],
    ['heart_rate_data.detailed', BESIDE_SAMPLE],
    ['heart_rate_data.summary.hr_zone_data[]', ZONE],
    ['heart_rate_data.summary.user_max_hr_bpm', USER_MAX],
    ['metadata.upload_type', 'how a day came to be chooses nothing: its events are ordered by time'],
    ['stress_data', 'of stress only the average level has a column'],
    ['tag_data', 'what people note by hand has no column'],
  ],
  sleep: [],
  activity: [],
  body: [
    ['device_data', DEVICE],
    ['glucose_data.blood_glucose_samples[]', "the sensor's own judgement of a reading has no code"],
    ['glucose_data.daily_patterns[]', 'percentiles by time of day are no measurement of the date'],
    ['glucose_data.detailed_blood_glucose_samples[]', "the sensor's own judgement of a reading has no code"],
    ['glucose_data.sensor_usage', 'how much of a day a sensor was worn has no code'],
    ['heart_data.afib_classification_samples[]', 'what a device thinks of a rhythm is no number'],
    ['heart_data.ecg_signal[]', 'a curve is no single value'],
    ['heart_data.heart_rate_data.detailed', BESIDE_SAMPLE],
    ['heart_data.heart_rate_data.summary', 'of a day the heart rates are columns of daily_summary'],
    ['heart_data.heart_rate_data.summary.hr_zone_data[]', 'of a day the zones are columns of daily_summary'],
    ['heart_data.heart_rate_data.summary.user_max_hr_bpm', USER_MAX],
    ['heart_data.pulse_wave_velocity_samples[]', 'pulse wave velocity has no code'],
    ['heart_data.rr_interval_samples[]', SAMPLES],
    ['hydration_data.day_avg_hydration_kg', "a scale's water in kilograms has no code: water_percentage has"],
    [
      'hydration_data.hydration_amount_samples[]',
      "a scale's water in kilograms has no code: water_percentage has",
    ],
    ['ketone_data.ketone_samples[].sample_type', 'whether it was blood, breath or urine is not told apart'],
    ['measurements_data.day_avg_estimated_fitness_age', 'an estimate of an age has no code'],
    ['measurements_data.day_avg_insulin_units', 'a dose is no measurement'],
    ['measurements_data.day_avg_skin_fold_mm', 'skin folds have no code'],
    ['measurements_data.measurements[].estimated_fitness_age', 'an estimate of an age has no code'],
    ['measurements_data.measurements[].insulin_type', 'a dose is no measurement'],
    ['measurements_data.measurements[].insulin_units', 'a dose is no measurement'],
    ['measurements_data.measurements[].skin_fold_mm', 'skin folds have no code'],
    ['measurements_data.measurements[].urine_color', 'a colour has no code'],
    ['measurements_data.measurements[].user_notes', 'what people note by hand has no code'],
    ['measurements_data.measurements[].visceral_fat_category', 'a word for what visceral_fat_level measures'],
    ['temperature_data.ambient_temperature_samples[]', 'the temperature of the air is not the person'],
    ['temperature_data.day_avg_ambient_temperature_celsius', 'the temperature of the air is not the person'],
  ],
  lab_report: [
    ['event_id', 'a delivery that comes twice is told by the hash of its body'],
    ['data.panels[]', 'a heading under which a laboratory prints; the results keep its number in raw'],
    ['data.report_notes', 'free text about a whole report has no column'],
    ['data.report_time', 'when a report was printed is not when anything was measured'],
    ['data.results_count', 'the results are counted as they come'],
  ],
};
