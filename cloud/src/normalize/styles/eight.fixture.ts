import type { ProviderStyle } from './style.fixture.ts';

/** A mattress: nights alone, with a temperature that is no deviation. */
export const EIGHT: ProviderStyle = {
  sleep: {
    item: {
      metadata: {
        start_time: '2026-03-07T23:05:00.000000-08:00',
        end_time: '2026-03-08T07:20:00.000000-08:00',
        summary_id: 'eight-night',
        is_nap: false,
        timestamp_localization: 1,
      },
      sleep_durations_data: {
        asleep: {
          duration_asleep_state_seconds: 27300,
          duration_deep_sleep_state_seconds: 6000,
          duration_REM_sleep_state_seconds: 6300,
          duration_light_sleep_state_seconds: 15000,
        },
        awake: { duration_awake_state_seconds: 2400, sleep_latency_seconds: 900 },
      },
      heart_rate_data: { summary: { resting_hr_bpm: 52, avg_hrv_rmssd: 55 } },
      temperature_data: { delta: 33.4 },
      respiration_data: { breaths_data: { avg_breaths_per_min: 15.1 } },
      scores: { sleep: 91 },
    },
    rows: [
      {
        item: 'eight-night',
        startTime: '2026-03-08T07:05:00.000Z',
        wake_date: '2026-03-08',
        end_time: '2026-03-08T15:20:00.000Z',
        is_nap: 0,
        utc_offset_minutes: -480,
        asleep_seconds: 27300,
        deep_seconds: 6000,
        rem_seconds: 6300,
        light_seconds: 15000,
        awake_seconds: 2400,
        latency_seconds: 900,
        resting_heart_rate: 52,
        heart_rate_variability: 55,
        respiratory_rate: 15.1,
        sleep_score: 91,
        hrv_method: 'rmssd',
      },
    ],
    notices: ['data[0].temperature_data.delta'],
  },
  daily: {
    item: {
      metadata: {
        start_time: '2026-03-08T00:00:00.000000-08:00',
        end_time: '2026-03-09T00:00:00.000000-08:00',
        timestamp_localization: 1,
      },
      heart_rate_data: { summary: { resting_hr_bpm: 52 } },
    },
    rows: [{ date: '2026-03-08', resting_heart_rate: 52, utc_offset_minutes: -480 }],
    notices: [],
  },
};
