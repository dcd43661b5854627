import type { ProviderStyle } from './style.fixture.ts';

/** A phone: SDNN, samples instead of averages, glucose in readings only. */
export const APPLE: ProviderStyle = {
  daily: {
    item: {
      metadata: {
        start_time: '2026-03-08T00:00:00.000000-05:00',
        end_time: '2026-03-09T00:00:00.000000-05:00',
        timestamp_localization: 1,
      },
      distance_data: { steps: 7012, distance_meters: 5023.1, floors_climbed: 4 },
      heart_rate_data: { summary: { resting_hr_bpm: 58, avg_hrv_sdnn: 52.3, avg_hrv_rmssd: null } },
      oxygen_data: {
        avg_saturation_percentage: null,
        saturation_samples: [
          { timestamp: '2026-03-08T02:00:00.000000-05:00', percentage: 0.97, type: 0 },
          { timestamp: '2026-03-08T03:00:00.000000-05:00', percentage: 0.95, type: 0 },
          { timestamp: '2026-03-08T17:00:00.000000-05:00', percentage: 62, type: 1 },
        ],
        vo2_samples: [{ timestamp: '2026-03-08T17:40:00.000000-05:00', vo2max_ml_per_min_per_kg: 43.2 }],
      },
      calories_data: { total_burned_calories: null, net_activity_calories: 520.5, BMR_calories: 1610 },
    },
    rows: [
      {
        date: '2026-03-08',
        steps: 7012,
        resting_heart_rate: 58,
        heart_rate_variability: 52.3,
        calories_active: 520.5,
        calories_basal: 1610,
        distance: 5023.1,
        floors_climbed: 4,
        vo2_max: 43.2,
        spo2: 96,
        hrv_method: 'sdnn',
        utc_offset_minutes: -300,
      },
    ],
    notices: [],
  },
  body: {
    item: {
      metadata: {
        start_time: '2026-03-08T00:00:00.000000-05:00',
        end_time: '2026-03-09T00:00:00.000000-05:00',
        timestamp_localization: 1,
      },
      glucose_data: {
        day_avg_blood_glucose_mg_per_dL: null,
        blood_glucose_samples: [
          { timestamp: '2026-03-08T07:00:00.000000-05:00', blood_glucose_mg_per_dL: 92 },
          { timestamp: '2026-03-08T12:00:00.000000-05:00', blood_glucose_mg_per_dL: 128 },
        ],
      },
      temperature_data: {
        body_temperature_samples: [
          { timestamp: '2026-03-08T08:00:00.000000-05:00', temperature_celsius: 98.6 },
        ],
      },
      measurements_data: {
        measurements: [
          {
            measurement_time: '2026-03-08T07:05:00.000000-05:00',
            weight_kg: 64.3,
            bodyfat_percentage: 0.243,
            height_cm: 168,
          },
        ],
      },
    },
    rows: [
      {
        drawDate: '2026-03-08',
        code: 'weight',
        value: 64.3,
        unit: 'kg',
        measured_at: '2026-03-08T12:05:00.000Z',
        raw: [{ time: '2026-03-08T07:05:00.000000-05:00', value: 64.3 }],
      },
      {
        drawDate: '2026-03-08',
        code: 'height',
        value: 168,
        unit: 'cm',
        measured_at: '2026-03-08T12:05:00.000Z',
        raw: [{ time: '2026-03-08T07:05:00.000000-05:00', value: 168 }],
      },
      {
        drawDate: '2026-03-08',
        code: 'body_fat_percentage',
        value: 24.3,
        unit: '%',
        measured_at: '2026-03-08T12:05:00.000Z',
        raw: [{ time: '2026-03-08T07:05:00.000000-05:00', value: 0.243 }],
      },
      {
        drawDate: '2026-03-08',
        code: 'glucose_cgm_mean',
        value: 110,
        unit: 'mg/dL',
        raw: [
          { time: '2026-03-08T07:00:00.000000-05:00', value: 92 },
          { time: '2026-03-08T12:00:00.000000-05:00', value: 128 },
        ],
      },
      {
        drawDate: '2026-03-08',
        code: 'body_temperature',
        value: 37,
        unit: 'Cel',
        measured_at: '2026-03-08T13:00:00.000Z',
        raw: [{ time: '2026-03-08T08:00:00.000000-05:00', value: 98.6 }],
      },
    ],
    notices: [],
  },
};
