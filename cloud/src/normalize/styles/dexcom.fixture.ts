import type { ProviderStyle } from './style.fixture.ts';

/** A sensor of glucose: a mean, its time in range, its management indicator, and the readings. */
export const DEXCOM: ProviderStyle = {
  body: {
    item: {
      metadata: {
        start_time: '2026-03-08T00:00:00.000000-08:00',
        end_time: '2026-03-09T00:00:00.000000-08:00',
        timestamp_localization: 1,
      },
      glucose_data: {
        day_avg_blood_glucose_mg_per_dL: 118.4,
        time_in_range: 87.5,
        gmi: 6.1,
        sensor_usage: 288,
        blood_glucose_samples: [
          { timestamp: '2026-03-08T00:00:00.000000-08:00', blood_glucose_mg_per_dL: 104, trend_arrow: 3 },
          { timestamp: '2026-03-08T00:05:00.000000-08:00', blood_glucose_mg_per_dL: 106, trend_arrow: 3 },
        ],
      },
    },
    rows: [
      {
        drawDate: '2026-03-08',
        code: 'glucose_cgm_mean',
        value: 118.4,
        unit: 'mg/dL',
        raw: [
          { time: '2026-03-08T00:00:00.000000-08:00', value: 104 },
          { time: '2026-03-08T00:05:00.000000-08:00', value: 106 },
        ],
      },
      { drawDate: '2026-03-08', code: 'glucose_time_in_range', value: 87.5, unit: '%' },
      { drawDate: '2026-03-08', code: 'gmi', value: 6.1, unit: '%' },
    ],
    notices: [],
  },
};
