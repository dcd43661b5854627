import { describe, expect, it } from 'vitest';
import { BODY_SAMPLES_MAX } from '../limits.ts';
import { normalizeBody } from './body.ts';
import { contributionsOf, dataBody, noticesOf, storedEvent } from './event.fixture.ts';

const METADATA = { start_time: '2026-03-08T00:00:00.000000+01:00' };

/** `measured_at` and `raw` of a code. */
function sampled(code: string, item: object): readonly [measuredAt: unknown, raw: unknown] {
  const result = normalizeBody(storedEvent('body'), dataBody('body', { metadata: METADATA, ...item }));
  const found = contributionsOf(result).find((one) => one.kind === 'biomarker' && one.code === code);
  const columns = found !== undefined && 'columns' in found ? found.columns : {};
  const raw = columns.raw ?? null;
  return [columns.measured_at ?? null, raw === null ? null : JSON.parse(String(raw))];
}

function weights(...measurements: readonly object[]): object {
  return { measurements_data: { measurements } };
}

describe('the samples of a body value', () => {
  it('are all kept, as delivered and earliest first, and the latest that is believed gives its time', () => {
    const evening = { measurement_time: '2026-03-08T21:00:00.000000+01:00', weight_kg: 73.1 };
    const morning = { measurement_time: '2026-03-08T07:00:00.000000+01:00', weight_kg: 72.4 };
    const nothing = { measurement_time: '2026-03-08T22:00:00.000000+01:00', weight_kg: 0 };
    expect(sampled('weight', weights(nothing, evening, morning))).toEqual([
      '2026-03-08T20:00:00.000Z',
      [
        { time: morning.measurement_time, value: 72.4 },
        { time: evening.measurement_time, value: 73.1 },
        { time: nothing.measurement_time, value: 0 },
      ],
    ]);
  });

  it.each([
    [0, '2026-03-08T07:00:00', '2026-03-08T07:00:00.000Z'],
    [1, '2026-03-08T07:00:00', '2026-03-08T07:00:00.000'],
    [0, '2026-03-08T07:00:00+01:00', '2026-03-08T06:00:00.000Z'],
    [0, '2026-03-08', '2026-03-08'],
  ])(
    'of timestamp_localization %d were measured at %s: %s',
    (timestamp_localization, measurement_time, at) => {
      const metadata = { ...METADATA, timestamp_localization };
      const item = { ...weights({ measurement_time, weight_kg: 72 }), metadata };
      expect(sampled('weight', item)[0]).toBe(at);
    },
  );

  it('are none where only the average of the day came, which has no time', () => {
    expect(sampled('weight', { measurements_data: { day_avg_weight_kg: 72 } })).toEqual([null, null]);
  });

  it('stay beside an average that counts before them', () => {
    const readings = [{ timestamp: '2026-03-08T09:00:00', blood_glucose_mg_per_dL: 95 }];
    const item = { glucose_data: { day_avg_blood_glucose_mg_per_dL: 92, blood_glucose_samples: readings } };
    expect(sampled('glucose_cgm_mean', item)).toEqual([null, [{ time: '2026-03-08T09:00:00', value: 95 }]]);
  });

  it('of both lists of glucose stand in one', () => {
    const at = (hour: number) => ({
      timestamp: `2026-03-08T0${hour}:00:00Z`,
      blood_glucose_mg_per_dL: 90 + hour,
    });
    const item = {
      glucose_data: { blood_glucose_samples: [at(3), at(1)], detailed_blood_glucose_samples: [at(2)] },
    };
    expect(sampled('glucose_cgm_mean', item)[1]).toEqual(
      [1, 2, 3].map((hour) => ({ time: `2026-03-08T0${hour}:00:00Z`, value: 90 + hour })),
    );
  });

  it('belong to their number of a pair, whose time both have', () => {
    const samples = [{ timestamp: '2026-03-08T08:00:00Z', systolic_bp: 120, diastolic_bp: 80 }];
    const item = { blood_pressure_data: { blood_pressure_samples: samples } };
    const at = '2026-03-08T08:00:00.000Z';
    expect(sampled('systolic_bp', item)).toEqual([at, [{ time: '2026-03-08T08:00:00Z', value: 120 }]]);
    expect(sampled('diastolic_bp', item)).toEqual([at, [{ time: '2026-03-08T08:00:00Z', value: 80 }]]);
  });

  it('leave out a muscle’s oxygen, what is no number, and a time that is none', () => {
    const oxygen = {
      saturation_samples: [
        { type: 1, percentage: 62 },
        { percentage: 97, timestamp: 'soon' },
      ],
    };
    expect(sampled('spo2', { oxygen_data: oxygen })).toEqual([null, [{ time: null, value: 97 }]]);
    const timed = { saturation_samples: [{ percentage: 98, timestamp: '2026-03-08T03:00:00Z' }] };
    expect(sampled('spo2', { oxygen_data: timed })[1]).toEqual([{ time: '2026-03-08T03:00:00Z', value: 98 }]);
    const texts = weights({ weight_kg: '72' }, { measurement_time: METADATA.start_time, weight_kg: 72 });
    expect(sampled('weight', texts)[1]).toEqual([{ time: METADATA.start_time, value: 72 }]);
  });

  it('are at most one a minute of a day, the latest', () => {
    const count = BODY_SAMPLES_MAX + 60;
    const samples = Array.from({ length: count }, (_, i) => ({
      timestamp: new Date(Date.UTC(2026, 2, 8) + i * 30_000).toISOString(),
      blood_glucose_mg_per_dL: 80 + i / 100,
    }));
    const latest = samples
      .slice(60)
      .map(({ timestamp, blood_glucose_mg_per_dL: value }) => ({ time: timestamp, value }));
    const half = {
      blood_glucose_samples: samples.slice(700),
      detailed_blood_glucose_samples: samples.slice(0, 700),
    };
    for (const glucose_data of [{ blood_glucose_samples: samples }, half]) {
      expect(sampled('glucose_cgm_mean', { glucose_data })[1]).toEqual(latest);
    }
    expect(latest).toHaveLength(BODY_SAMPLES_MAX);
  });

  it('tell no time that nobody can have measured at', () => {
    const item = weights({ measurement_time: '1970-01-01T00:00:00Z', weight_kg: 72 });
    expect(sampled('weight', item)[0]).toBeNull();
    const body = dataBody('body', { metadata: METADATA, ...item });
    expect(noticesOf(normalizeBody(storedEvent('body'), body))).toEqual([
      { path: 'data[0].measurements_data.measurements[0].measurement_time', reason: 'out_of_range' },
    ]);
  });
});
