import type { ProviderStyle } from './style.fixture.ts';

/** A band: strain of 0 to 21, kilojoules, a recovery score, fractions of oxygen. */
export const WHOOP: ProviderStyle = {
  daily: {
    item: {
      metadata: {
        start_time: '2026-03-08T00:00:00.000000+00:00',
        end_time: '2026-03-09T00:00:00.000000+00:00',
        timestamp_localization: 1,
      },
      strain_data: { strain_level: 14.27 },
      scores: { recovery: 66 },
      heart_rate_data: {
        summary: { resting_hr_bpm: 54, avg_hrv_rmssd: 48.6, max_hr_bpm: 171, avg_hr_bpm: 72 },
      },
      oxygen_data: { avg_saturation_percentage: 0.957 },
      calories_data: { total_burned_calories: 2610.4 },
    },
    rows: [
      {
        date: '2026-03-08',
        resting_heart_rate: 54,
        heart_rate_variability: 48.6,
        calories_total: 2610.4,
        heart_rate_max: 171,
        heart_rate_avg: 72,
        recovery_score: 66,
        spo2: 95.7,
        strain: 14.27,
        hrv_method: 'rmssd',
        utc_offset_minutes: 0,
      },
    ],
    notices: [],
  },
  activity: {
    item: {
      metadata: {
        start_time: '2026-03-08T17:30:00.000000+00:00',
        end_time: '2026-03-08T18:15:00.000000+00:00',
        summary_id: 'whoop-ride',
        type: 1,
        name: null,
        upload_type: 1,
        timestamp_localization: 1,
      },
      energy_data: { energy_kilojoules: 1882.8 },
      calories_data: { total_burned_calories: null, net_activity_calories: null },
      heart_rate_data: { summary: { avg_hr_bpm: 141, max_hr_bpm: 171 } },
      strain_data: { strain_level: 10.9 },
      distance_data: { summary: { distance_meters: 15320.5 } },
    },
    rows: [
      {
        item: 'whoop-ride',
        startTime: '2026-03-08T17:30:00.000Z',
        deleted: false,
        distance: 15320.5,
        duration: 2700,
        average_heart_rate: 141,
        calories: 450,
        strain: 10.9,
        heart_rate_max: 171,
        end_time: '2026-03-08T18:15:00.000Z',
        activity_name: 'Biking',
        active_zone_minutes: 45,
        utc_offset_minutes: 0,
      },
    ],
    notices: [],
  },
};
