import type { ProviderStyle } from './style.fixture.ts';

/** A watch: no load beyond 21 is one of whoop's, fitness as VO2max, a training by its type. */
export const POLAR: ProviderStyle = {
  daily: {
    item: {
      metadata: {
        start_time: '2026-03-08T00:00:00.000000+02:00',
        end_time: '2026-03-09T00:00:00.000000+02:00',
      },
      distance_data: { steps: 15230 },
      calories_data: { total_burned_calories: 3120, net_activity_calories: 1290, BMR_calories: 1830 },
      strain_data: { strain_level: 86.4 },
      heart_rate_data: { summary: { avg_hrv_rmssd: 64 } },
      oxygen_data: { vo2max_ml_per_min_per_kg: 54 },
    },
    rows: [
      {
        date: '2026-03-08',
        steps: 15230,
        heart_rate_variability: 64,
        calories_total: 3120,
        calories_active: 1290,
        calories_basal: 1830,
        vo2_max: 54,
        strain: 86.4,
        hrv_method: 'rmssd',
        utc_offset_minutes: 120,
      },
    ],
    notices: [],
  },
  activity: {
    item: {
      metadata: {
        start_time: '2026-03-08T24:00:00.000000+02:00',
        end_time: '2026-03-09T00:47:30.000000+02:00',
        summary_id: 'polar-run',
        type: 8,
        name: '',
      },
      distance_data: { summary: { distance_meters: 9321.7, elevation: { gain_actual_meters: 61 } } },
      calories_data: { total_burned_calories: 604 },
      heart_rate_data: { summary: { avg_hr_bpm: 148, max_hr_bpm: 169 } },
      strain_data: { strain_level: 86.4 },
    },
    rows: [
      {
        item: 'polar-run',
        startTime: '2026-03-08T22:00:00.000Z',
        deleted: false,
        distance: 9321.7,
        duration: 2850,
        elevation_gain: 61,
        average_heart_rate: 148,
        calories: 604,
        strain: 86.4,
        heart_rate_max: 169,
        end_time: '2026-03-08T22:47:30.000Z',
        activity_name: 'Running',
        elevation_method: 'meters',
        active_zone_minutes: 48,
        utc_offset_minutes: 120,
      },
    ],
    notices: [],
  },
};
