import type { ProviderStyle } from './style.fixture.ts';

/** A tracker with zones by name; floors for the climb; wall clocks without an offset. */
export const FITBIT: ProviderStyle = {
  daily: {
    item: {
      metadata: {
        start_time: '2026-03-08T00:00:00.000000',
        end_time: '2026-03-09T00:00:00.000000',
        timestamp_localization: null,
      },
      distance_data: { steps: 8450, distance_meters: 6120.3, floors_climbed: 9 },
      heart_rate_data: {
        summary: {
          resting_hr_bpm: 61,
          avg_hrv_rmssd: 39.4,
          hr_zone_data: [
            { name: 'Out of Range', duration_seconds: 70000 },
            { name: 'Fat Burn', duration_seconds: 2400 },
            { name: 'Cardio', duration_seconds: 900 },
            { name: 'Peak', duration_seconds: 300 },
          ],
        },
      },
      active_durations_data: { activity_seconds: 14400 },
      calories_data: { total_burned_calories: 2275, BMR_calories: 1540 },
      scores: { sleep: 82 },
    },
    rows: [
      {
        date: '2026-03-08',
        steps: 8450,
        resting_heart_rate: 61,
        heart_rate_variability: 39.4,
        fatburn_active_zone_minutes: 40,
        cardio_active_zone_minutes: 15,
        peak_active_zone_minutes: 5,
        active_zone_minutes: 60,
        calories_total: 2275,
        calories_basal: 1540,
        distance: 6120.3,
        floors_climbed: 9,
        sleep_score: 82,
        hrv_method: 'rmssd',
      },
    ],
    notices: [],
  },
  sleep: {
    item: {
      metadata: {
        start_time: '2026-03-07T23:40',
        end_time: '2026-03-08 06:50:00',
        summary_id: null,
        is_nap: null,
        timestamp_localization: null,
      },
      sleep_durations_data: {
        asleep: { duration_asleep_state_seconds: 22800 },
        awake: { duration_awake_state_seconds: 3000 },
      },
      heart_rate_data: { summary: { avg_hrv_rmssd: 41 } },
    },
    rows: [
      {
        item: 'start:2026-03-07T23:40:00.000',
        startTime: '2026-03-07T23:40:00.000',
        wake_date: '2026-03-08',
        end_time: '2026-03-08T06:50:00.000',
        is_nap: 0,
        asleep_seconds: 22800,
        awake_seconds: 3000,
        heart_rate_variability: 41,
        hrv_method: 'rmssd',
      },
    ],
    notices: [],
  },
  activity: {
    item: {
      metadata: {
        start_time: '2026-03-08T18:02:00.000000',
        end_time: '2026-03-08T18:39:00.000000',
        summary_id: 'fitbit-walk',
        name: 'Walk',
        type: 7,
        timestamp_localization: null,
      },
      distance_data: { summary: { distance_meters: 3010, steps: 3980, floors_climbed: 3 } },
      calories_data: { total_burned_calories: 0, net_activity_calories: 171 },
      heart_rate_data: { summary: { avg_hr_bpm: 104, max_hr_bpm: 122 } },
    },
    rows: [
      {
        item: 'fitbit-walk',
        startTime: '2026-03-08T18:02:00.000',
        deleted: false,
        distance: 3010,
        duration: 2220,
        elevation_gain: 3,
        average_heart_rate: 104,
        calories: 171,
        steps: 3980,
        heart_rate_max: 122,
        calories_active: 171,
        end_time: '2026-03-08T18:39:00.000',
        activity_name: 'Walk',
        elevation_method: 'floors',
        active_zone_minutes: 37,
      },
    ],
    notices: ['data[0].calories_data.total_burned_calories'],
  },
};
