import type { ProviderStyle } from './style.fixture.ts';

/** A sensor of glucose under the lower-case alias, with scans and a history of its own. */
export const FREESTYLELIBRE: ProviderStyle = {
  body: {
    item: {
      metadata: { start_time: '2026-03-08T00:00:00.000000', end_time: '2026-03-09T00:00:00.000000' },
      glucose_data: {
        day_avg_blood_glucose_mg_per_dl: 109,
        blood_glucose_samples: [{ timestamp: '2026-03-08T09:12:00', blood_glucose_mg_per_dL: 117 }],
        detailed_blood_glucose_samples: [
          { timestamp: '2026-03-08T09:00:00', blood_glucose_mg_per_dL: 115 },
          { timestamp: '2026-03-08T09:15:00', blood_glucose_mg_per_dL: 118 },
        ],
      },
    },
    rows: [
      {
        drawDate: '2026-03-08',
        code: 'glucose_cgm_mean',
        value: 109,
        unit: 'mg/dL',
        raw: [
          { time: '2026-03-08T09:00:00', value: 115 },
          { time: '2026-03-08T09:12:00', value: 117 },
          { time: '2026-03-08T09:15:00', value: 118 },
        ],
      },
    ],
    notices: [],
  },
};
