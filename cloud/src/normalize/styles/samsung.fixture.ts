import type { ProviderStyle } from './style.fixture.ts';

/** A watch of a phone: net calories alone, a pressure pair in one sample, water. */
export const SAMSUNG: ProviderStyle = {
  daily: {
    item: {
      metadata: {
        start_time: '2026-03-08T00:00:00.000000+09:00',
        end_time: '2026-03-09T00:00:00.000000+09:00',
        timestamp_localization: 1,
      },
      distance_data: { steps: 10110, distance_meters: 7401, floors_climbed: 11 },
      stress_data: { avg_stress_level: -1 },
      heart_rate_data: { summary: { min_hr_bpm: 51, max_hr_bpm: 139, avg_hr_bpm: 70 } },
    },
    rows: [
      {
        date: '2026-03-08',
        steps: 10110,
        distance: 7401,
        floors_climbed: 11,
        heart_rate_min: 51,
        heart_rate_max: 139,
        heart_rate_avg: 70,
        utc_offset_minutes: 540,
      },
    ],
    notices: ['data[0].stress_data.avg_stress_level'],
  },
  activity: {
    item: {
      metadata: {
        start_time: '2026-03-08T07:00:00.000000+09:00',
        end_time: '2026-03-08T06:30:00.000000+09:00',
        summary_id: 'samsung-swim',
        type: 83,
        name: 'Pool',
        timestamp_localization: 1,
      },
      active_durations_data: { activity_seconds: 1800 },
      calories_data: { net_activity_calories: 240 },
      distance_data: { summary: { distance_meters: 1200, steps: null } },
    },
    rows: [
      {
        item: 'samsung-swim',
        startTime: '2026-03-07T22:00:00.000Z',
        deleted: false,
        distance: 1200,
        duration: 1800,
        calories: 240,
        calories_active: 240,
        activity_name: 'Pool',
        active_zone_minutes: 30,
        utc_offset_minutes: 540,
      },
    ],
    notices: ['data[0].metadata.end_time'],
  },
  body: {
    item: {
      metadata: {
        start_time: '2026-03-08T00:00:00.000000+09:00',
        end_time: '2026-03-09T00:00:00.000000+09:00',
        timestamp_localization: 1,
      },
      blood_pressure_data: {
        blood_pressure_samples: [
          { timestamp: '2026-03-08T07:30:00.000000+09:00', systolic_bp: 119, diastolic_bp: 74 },
        ],
      },
      oxygen_data: { avg_saturation_percentage: 97 },
      hydration_data: { day_total_water_consumption_ml: 2000 },
      heart_data: { heart_rate_data: { summary: { resting_hr_bpm: 60 } } },
    },
    rows: [
      {
        drawDate: '2026-03-08',
        code: 'systolic_bp',
        value: 119,
        unit: 'mm[Hg]',
        measured_at: '2026-03-07T22:30:00.000Z',
        raw: [{ time: '2026-03-08T07:30:00.000000+09:00', value: 119 }],
      },
      {
        drawDate: '2026-03-08',
        code: 'diastolic_bp',
        value: 74,
        unit: 'mm[Hg]',
        measured_at: '2026-03-07T22:30:00.000Z',
        raw: [{ time: '2026-03-08T07:30:00.000000+09:00', value: 74 }],
      },
      { drawDate: '2026-03-08', code: 'spo2', value: 97, unit: '%' },
      { drawDate: '2026-03-08', code: 'resting_heart_rate', value: 60, unit: '/min' },
      { drawDate: '2026-03-08', code: 'water_intake', value: 2000, unit: 'mL' },
    ],
    notices: [],
  },
};
