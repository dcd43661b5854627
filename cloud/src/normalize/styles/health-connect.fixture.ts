import type { ProviderStyle } from './style.fixture.ts';

/** A phone's collection of what others wrote: readings only, each at its own time. */
export const HEALTH_CONNECT: ProviderStyle = {
  daily: {
    item: {
      metadata: {
        start_time: '2026-03-08T00:00:00.000000+05:30',
        end_time: '2026-03-09T00:00:00.000000+05:30',
        timestamp_localization: 1,
      },
      distance_data: { steps: 6120, distance_meters: 4380 },
      calories_data: { total_burned_calories: 1985, net_activity_calories: 310 },
      heart_rate_data: {
        summary: { resting_hr_bpm: 63, avg_hrv_rmssd: 33, min_hr_bpm: 52, max_hr_bpm: 131, avg_hr_bpm: 74 },
      },
    },
    rows: [
      {
        date: '2026-03-08',
        steps: 6120,
        resting_heart_rate: 63,
        heart_rate_variability: 33,
        calories_total: 1985,
        calories_active: 310,
        distance: 4380,
        heart_rate_min: 52,
        heart_rate_max: 131,
        heart_rate_avg: 74,
        hrv_method: 'rmssd',
        utc_offset_minutes: 330,
      },
    ],
    notices: [],
  },
  body: {
    item: {
      metadata: {
        start_time: '2026-03-08T00:00:00.000000+05:30',
        end_time: '2026-03-09T00:00:00.000000+05:30',
        timestamp_localization: 1,
      },
      glucose_data: {
        detailed_blood_glucose_samples: [
          { timestamp: '2026-03-08T08:00:00.000000+05:30', blood_glucose_mg_per_dL: 101 },
          { timestamp: '2026-03-08T13:30:00.000000+05:30', blood_glucose_mg_per_dL: 145 },
          { timestamp: '2026-03-08T14:00:00.000000+05:30', blood_glucose_mg_per_dL: 0 },
        ],
      },
      blood_pressure_data: {
        blood_pressure_samples: [
          { timestamp: '2026-03-08T08:10:00.000000+05:30', systolic_bp: 118, diastolic_bp: 76 },
          { timestamp: '2026-03-08T20:10:00.000000+05:30', systolic_bp: 126, diastolic_bp: 82 },
        ],
      },
      oxygen_data: {
        saturation_samples: [{ timestamp: '2026-03-08T03:00:00.000000+05:30', percentage: 96, type: null }],
      },
      measurements_data: {
        measurements: [
          { measurement_time: '2026-03-08T08:00:00.000000+05:30', weight_kg: 0, BMR: 1480 },
          { measurement_time: '2026-03-08T07:00:00.000000+05:30', weight_kg: 58.1 },
        ],
      },
    },
    rows: [
      {
        drawDate: '2026-03-08',
        code: 'weight',
        value: 58.1,
        unit: 'kg',
        measured_at: '2026-03-08T01:30:00.000Z',
        raw: [
          { time: '2026-03-08T07:00:00.000000+05:30', value: 58.1 },
          { time: '2026-03-08T08:00:00.000000+05:30', value: 0 },
        ],
      },
      {
        drawDate: '2026-03-08',
        code: 'bmr',
        value: 1480,
        unit: 'kcal/d',
        measured_at: '2026-03-08T02:30:00.000Z',
        raw: [{ time: '2026-03-08T08:00:00.000000+05:30', value: 1480 }],
      },
      {
        drawDate: '2026-03-08',
        code: 'systolic_bp',
        value: 126,
        unit: 'mm[Hg]',
        measured_at: '2026-03-08T14:40:00.000Z',
        raw: [
          { time: '2026-03-08T08:10:00.000000+05:30', value: 118 },
          { time: '2026-03-08T20:10:00.000000+05:30', value: 126 },
        ],
      },
      {
        drawDate: '2026-03-08',
        code: 'diastolic_bp',
        value: 82,
        unit: 'mm[Hg]',
        measured_at: '2026-03-08T14:40:00.000Z',
        raw: [
          { time: '2026-03-08T08:10:00.000000+05:30', value: 76 },
          { time: '2026-03-08T20:10:00.000000+05:30', value: 82 },
        ],
      },
      {
        drawDate: '2026-03-08',
        code: 'glucose_cgm_mean',
        value: 123,
        unit: 'mg/dL',
        raw: [
          { time: '2026-03-08T08:00:00.000000+05:30', value: 101 },
          { time: '2026-03-08T13:30:00.000000+05:30', value: 145 },
          { time: '2026-03-08T14:00:00.000000+05:30', value: 0 },
        ],
      },
      {
        drawDate: '2026-03-08',
        code: 'spo2',
        value: 96,
        unit: '%',
        raw: [{ time: '2026-03-08T03:00:00.000000+05:30', value: 96 }],
      },
    ],
    notices: [
      'data[0].measurements_data.measurements[0].weight_kg',
      'data[0].glucose_data.detailed_blood_glucose_samples[2].blood_glucose_mg_per_dL',
    ],
  },
};
