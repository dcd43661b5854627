import type { ProviderStyle } from './style.fixture.ts';

/** A ring: no named zones, scores of its own, a deviation of the skin's temperature, RMSSD. */
export const OURA: ProviderStyle = {
  daily: {
    item: {
      metadata: {
        start_time: '2026-03-08T04:00:00.000000+01:00',
        end_time: '2026-03-09T04:00:00.000000+01:00',
        timestamp_localization: 1,
      },
      distance_data: { steps: 9214, distance_meters: 7310, floors_climbed: null },
      active_durations_data: {
        activity_seconds: 10260,
        low_intensity_seconds: 9360,
        moderate_intensity_seconds: 900,
        vigorous_intensity_seconds: 0,
      },
      MET_data: { num_moderate_intensity_minutes: 15, num_high_intensity_minutes: 0 },
      calories_data: { total_burned_calories: 2304, net_activity_calories: 412, BMR_calories: null },
      heart_rate_data: {
        summary: {
          resting_hr_bpm: 51,
          avg_hrv_rmssd: null,
          min_hr_bpm: 46,
          avg_hr_bpm: 66.5,
          hr_zone_data: [],
        },
      },
      oxygen_data: { avg_saturation_percentage: 97.2 },
      scores: { activity: 84, sleep: null, recovery: 79 },
      data_enrichment: { total_stress_score: null, total_stress_score_v2: 31 },
    },
    rows: [
      {
        date: '2026-03-08',
        steps: 9214,
        resting_heart_rate: 51,
        fatburn_active_zone_minutes: 15,
        cardio_active_zone_minutes: 0,
        active_zone_minutes: 15,
        stress_score: 31,
        stress_management_score: 69,
        calories_total: 2304,
        calories_active: 412,
        distance: 7310,
        heart_rate_min: 46,
        heart_rate_avg: 66.5,
        activity_score: 84,
        recovery_score: 79,
        spo2: 97.2,
        utc_offset_minutes: 60,
      },
    ],
    notices: [],
  },
  sleep: {
    item: {
      metadata: {
        start_time: '2026-03-07T23:12:30.000000+01:00',
        end_time: '2026-03-08T07:02:30.000000+01:00',
        summary_id: 'oura-night',
        is_nap: false,
        upload_type: 2,
        timestamp_localization: 1,
      },
      sleep_durations_data: {
        asleep: {
          duration_asleep_state_seconds: 25200,
          duration_deep_sleep_state_seconds: 5400,
          duration_REM_sleep_state_seconds: 5100,
          duration_light_sleep_state_seconds: 14700,
        },
        awake: { duration_awake_state_seconds: 3000 },
      },
      heart_rate_data: { summary: { resting_hr_bpm: 47, avg_hrv_rmssd: 71 } },
      temperature_data: { delta: -0.24 },
      readiness_data: { readiness: 81 },
      scores: { sleep: 86 },
    },
    rows: [
      {
        item: 'oura-night',
        startTime: '2026-03-07T22:12:30.000Z',
        wake_date: '2026-03-08',
        end_time: '2026-03-08T06:02:30.000Z',
        is_nap: 0,
        utc_offset_minutes: 60,
        asleep_seconds: 25200,
        deep_seconds: 5400,
        rem_seconds: 5100,
        light_seconds: 14700,
        awake_seconds: 3000,
        resting_heart_rate: 47,
        heart_rate_variability: 71,
        skin_temperature: -0.24,
        sleep_score: 86,
        recovery_score: 81,
        hrv_method: 'rmssd',
      },
    ],
    notices: [],
  },
  body: {
    item: {
      metadata: {
        start_time: '2026-03-08T00:00:00.000000+01:00',
        end_time: '2026-03-09T00:00:00.000000+01:00',
        timestamp_localization: 1,
      },
      heart_data: {
        heart_rate_data: { summary: { resting_hr_bpm: 47, avg_hrv_rmssd: 71, avg_hrv_sdnn: null } },
      },
      temperature_data: { body_temperature_samples: [], day_avg_skin_temperature_celsius: 34.1 },
    },
    rows: [
      { drawDate: '2026-03-08', code: 'hrv_rmssd', value: 71, unit: 'ms' },
      { drawDate: '2026-03-08', code: 'skin_temperature', value: 34.1, unit: 'Cel' },
      { drawDate: '2026-03-08', code: 'resting_heart_rate', value: 47, unit: '/min' },
    ],
    notices: [],
  },
};
