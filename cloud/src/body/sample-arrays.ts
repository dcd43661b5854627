/**
 * Keys of the high-rate arrays in Terra's models that no normalizer reads. A body that is streamed is read
 * without them; an array that is not named here is kept.
 */
export const SAMPLE_ARRAYS: ReadonlySet<string> = new Set([
  'MET_samples',
  'TSS_samples',
  'activity_levels_samples',
  'afib_classification_samples',
  'ambient_temperature_samples',
  'cadence_samples',
  'calorie_samples',
  'distance_samples',
  'drink_samples',
  'ecg_signal',
  'elevation_samples',
  'floors_climbed_samples',
  'hr_samples',
  'hrv_samples_rmssd',
  'hrv_samples_sdnn',
  'hydration_amount_samples',
  'hypnogram_samples',
  'position_samples',
  'power_samples',
  'pulse_wave_velocity_samples',
  'raw_signal',
  'rr_interval_samples',
  // Of breaths, snoring, stress and oxygen saturation.
  'samples',
  'speed_samples',
  'step_samples',
  'torque_samples',
]);
