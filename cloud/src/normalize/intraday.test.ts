import { describe, expect, it } from 'vitest';
import { dataBody, storedEvent } from './event.fixture.ts';
import { type Intraday, readIntraday } from './intraday.ts';

/** `metric time value unit offset` of each sample, behind what its series is of. */
function toldOf({ series }: Intraday): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    series.map(({ source, kind, item, metric, unit, samples }) => [
      `${source} ${kind} ${item} ${metric}`,
      samples.map((one) => `${one.time} ${one.value} ${unit} ${one.offsetMinutes}`),
    ]),
  );
}

function read(kind: string, provider: string, ...items: readonly unknown[]): Intraday {
  return readIntraday(storedEvent(kind, { provider }), dataBody(kind, ...items));
}

const at = (time: string, rest: object) => ({ timestamp: time, ...rest });

/** A watch that says that its times are UTC, and -1 where it did not measure. */
const GARMIN_DAY = {
  metadata: {
    start_time: '2026-03-07T15:00:00.000000+00:00',
    end_time: '2026-03-08T15:00:00.000000+00:00',
    timestamp_localization: 0,
  },
  heart_rate_data: {
    detailed: {
      hr_samples: [
        at('2026-03-07T21:00:00.000000+00:00', { bpm: 51, context: 0 }),
        at('2026-03-07T21:00:15.000000+00:00', { bpm: 255 }),
        at('2026-03-07T21:00:30.000000+00:00', { bpm: null }),
        at('2026-03-07T21:00:45.000000+00:00', { bpm: '52' }),
      ],
    },
  },
  stress_data: {
    samples: [
      at('2026-03-07T21:00:00.000000+00:00', { level: -1 }),
      at('2026-03-07T21:03:00.000000+00:00', { level: 24 }),
    ],
    body_battery_samples: [at('2026-03-07T21:00:00.000000+00:00', { level: 88 })],
  },
  distance_data: { detailed: { step_samples: [at('2026-03-08T08:15:00.000000+00:00', { steps: 120 })] } },
  calories_data: { calorie_samples: [at('2026-03-08T08:15:00.000000+00:00', { calories: 9.5 })] },
};

const OURA_SLEEP = {
  metadata: {
    start_time: '2026-03-07T23:10:00.000000+01:00',
    end_time: '2026-03-08T06:50:00.000000+01:00',
    summary_id: 'oura-night',
  },
  heart_rate_data: {
    detailed: {
      hr_samples: [at('2026-03-07T23:15:00.000000+01:00', { bpm: 54 })],
      hrv_samples_rmssd: [at('2026-03-07T23:15:00.000000+01:00', { hrv_rmssd: 61 })],
      hrv_samples_sdnn: [at('2026-03-07T23:15:00.000000+01:00', { hrv_sdnn: 73.5 })],
    },
  },
  respiration_data: {
    breaths_data: { samples: [at('2026-03-08T00:00:00.000000+01:00', { breaths_per_min: 14.2 })] },
    oxygen_saturation_data: {
      samples: [at('2026-03-08T00:00:00.000000+01:00', { percentage: 0.97, type: 0 })],
    },
  },
  sleep_durations_data: {
    hypnogram_samples: [
      at('2026-03-07T23:10:00.000000+01:00', { level: 1 }),
      at('2026-03-07T23:25:00.000000+01:00', { level: 4 }),
      at('2026-03-08T00:05:00.000000+01:00', { level: 7 }),
    ],
  },
};

const STRAVA_RIDE = {
  metadata: {
    start_time: '2026-03-08T09:00:00.000000-05:00',
    end_time: '2026-03-08T10:00:00.000000-05:00',
    summary_id: 'ride-1',
  },
  oxygen_data: {
    saturation_samples: [
      at('2026-03-08T09:30:00.000000-05:00', { percentage: 96, type: null }),
      at('2026-03-08T09:31:00.000000-05:00', { percentage: 71, type: 1 }),
    ],
  },
  distance_data: { detailed: { step_samples: [at('2026-03-08T09:01:00.000000-05:00', { steps: 4 })] } },
  calories_data: { calorie_samples: [at('2026-03-08T09:01:00.000000-05:00', { calories: 11 })] },
  lap_data: {
    laps: [
      {
        start_time: '2026-03-08T09:00:00.000000-05:00',
        end_time: '2026-03-08T09:20:00.000000-05:00',
        ...{ active_duration_seconds: 1_190, distance_meters: 10_000, calories: 210, avg_hr_bpm: 141 },
        ...{ avg_speed_meters_per_second: 8.4, avg_watts: 210, total_strokes: null },
      },
      { start_time: '2026-03-08T09:20:00.000000-05:00', end_time: '2026-03-08T09:45:00.000000-05:00' },
    ],
  },
  position_data: {
    start_pos_lat_lng_deg: [52.5, 13.4],
    center_pos_lat_lng_deg: [52.6, null],
    end_pos_lat_lng_deg: [52.7, 213.6],
  },
};

/** A sensor that knows no offset: its times are the clock on the wall. */
const LIBRE_BODY = {
  metadata: { start_time: '2026-03-08T00:00:00', end_time: '2026-03-09T00:00:00' },
  glucose_data: {
    blood_glucose_samples: [at('2026-03-08T09:12:00', { blood_glucose_mg_per_dL: 117 })],
    detailed_blood_glucose_samples: [
      at('2026-03-08T09:12:00', { blood_glucose_mg_per_dL: 118 }),
      at('2026-03-08T09:13:00', { blood_glucose_mg_per_dL: 119 }),
      at('2026-03-08T09:14:00', { blood_glucose_mg_per_dL: 0 }),
    ],
  },
};

const APPLE_BODY = {
  metadata: { start_time: '2026-03-08T00:00:00.000000-08:00', end_time: '2026-03-09T00:00:00.000000-08:00' },
  heart_data: {
    heart_rate_data: { detailed: { hr_samples: [at('2026-03-08T07:00:00.000000-08:00', { bpm: 62 })] } },
  },
  temperature_data: {
    body_temperature_samples: [at('2026-03-08T07:00:00.000000-08:00', { temperature_celsius: 98.6 })],
    skin_temperature_samples: [at('2026-03-08T07:00:00.000000-08:00', { temperature_celsius: 33.9 })],
  },
};

describe('the series inside a day', () => {
  it('are read of a day, in the style of a watch whose times are UTC', () => {
    const given = read('daily', 'GARMIN', GARMIN_DAY);
    expect(toldOf(given)).toEqual({
      'garmin daily 2026-03-08 heart_rate': ['2026-03-07T21:00:00.000Z 51 /min null'],
      'garmin daily 2026-03-08 stress_level': ['2026-03-07T21:03:00.000Z 24 1 null'],
      'garmin daily 2026-03-08 body_battery': ['2026-03-07T21:00:00.000Z 88 1 null'],
      'garmin daily 2026-03-08 steps': ['2026-03-08T08:15:00.000Z 120 1 null'],
      'garmin daily 2026-03-08 calories': ['2026-03-08T08:15:00.000Z 9.5 kcal null'],
    });
    expect(given.disbelieved).toBe(3);
  });

  it('are of UTC without an offset too where the item says that its times are', () => {
    const samples = { detailed: { hr_samples: [at('2026-03-07T21:00:00', { bpm: 51 })] } };
    const timesOf = (timestamp_localization: number) => {
      const metadata = { start_time: '2026-03-07T00:00:00', timestamp_localization };
      return read('daily', 'GARMIN', { metadata, heart_rate_data: samples }).series.flatMap(
        (one) => one.samples,
      );
    };
    expect(timesOf(0)).toEqual([{ time: '2026-03-07T21:00:00.000Z', offsetMinutes: null, value: 51 }]);
    expect(timesOf(1)).toEqual([{ time: '2026-03-07T21:00:00.000', offsetMinutes: null, value: 51 }]);
  });

  it('are read of a sleep, in the style of a ring', () => {
    const given = read('sleep', 'OURA', OURA_SLEEP);
    expect(toldOf(given)).toEqual({
      'oura sleep oura-night heart_rate': ['2026-03-07T22:15:00.000Z 54 /min 60'],
      'oura sleep oura-night hrv_rmssd': ['2026-03-07T22:15:00.000Z 61 ms 60'],
      'oura sleep oura-night hrv_sdnn': ['2026-03-07T22:15:00.000Z 73.5 ms 60'],
      'oura sleep oura-night spo2': ['2026-03-07T23:00:00.000Z 97 % 60'],
      'oura sleep oura-night respiratory_rate': ['2026-03-07T23:00:00.000Z 14.2 /min 60'],
      'oura sleep oura-night sleep_stage': [
        '2026-03-07T22:10:00.000Z 1 1 60',
        '2026-03-07T22:25:00.000Z 4 1 60',
      ],
    });
    expect(given.disbelieved).toBe(1);
    expect(given.series.filter(({ lasts }) => lasts).map(({ metric }) => metric)).toEqual(['sleep_stage']);
    expect(given.series[0]?.order).toEqual([1, 1_000, 'd0', 0]);
    const tentative = { ...OURA_SLEEP, metadata: { ...OURA_SLEEP.metadata, upload_type: 3 } };
    expect(read('sleep', 'OURA', tentative).series[0]?.order[0]).toBe(0);
  });

  it('are read of an activity, with its laps and where it began, was half-way and ended', () => {
    const given = read('activity', 'STRAVA', STRAVA_RIDE);
    const ride = 'strava activity ride-1';
    expect(toldOf(given)).toEqual({
      [`${ride} spo2`]: ['2026-03-08T14:30:00.000Z 96 % -300'],
      [`${ride} activity_steps`]: ['2026-03-08T14:01:00.000Z 4 1 -300'],
      [`${ride} activity_calories`]: ['2026-03-08T14:01:00.000Z 11 kcal -300'],
      [`${ride} lap_duration`]: [
        '2026-03-08T14:00:00.000Z 1190 s -300',
        '2026-03-08T14:20:00.000Z 1500 s -300',
      ],
      [`${ride} lap_distance`]: ['2026-03-08T14:00:00.000Z 10000 m -300'],
      [`${ride} lap_calories`]: ['2026-03-08T14:00:00.000Z 210 kcal -300'],
      [`${ride} lap_heart_rate`]: ['2026-03-08T14:00:00.000Z 141 /min -300'],
      [`${ride} lap_speed`]: ['2026-03-08T14:00:00.000Z 8.4 m/s -300'],
      [`${ride} lap_power`]: ['2026-03-08T14:00:00.000Z 210 W -300'],
      [`${ride} latitude`]: [
        '2026-03-08T15:00:00.000Z 52.7 deg -300',
        '2026-03-08T14:00:00.000Z 52.5 deg -300',
      ],
      [`${ride} longitude`]: ['2026-03-08T14:00:00.000Z 13.4 deg -300'],
    });
    const whole = { ...STRAVA_RIDE, position_data: { center_pos_lat_lng_deg: [52.6, 13.5] } };
    expect(toldOf(read('activity', 'STRAVA', whole))[`${ride} longitude`]).toEqual([
      '2026-03-08T14:30:00.000Z 13.5 deg -300',
    ]);
  });

  it('are read of a body, in the styles of a sensor without an offset and of a phone in Fahrenheit', () => {
    expect(toldOf(read('body', 'FREESTYLELIBRE', LIBRE_BODY))).toEqual({
      'freestylelibre body 2026-03-08 glucose': [
        '2026-03-08T09:12:00.000 117 mg/dL null',
        '2026-03-08T09:13:00.000 119 mg/dL null',
      ],
    });
    expect(toldOf(read('body', 'APPLE', APPLE_BODY))).toEqual({
      'apple body 2026-03-08 heart_rate': ['2026-03-08T15:00:00.000Z 62 /min -480'],
      'apple body 2026-03-08 body_temperature': ['2026-03-08T15:00:00.000Z 37 Cel -480'],
      'apple body 2026-03-08 skin_temperature': ['2026-03-08T15:00:00.000Z 33.9 Cel -480'],
    });
  });

  it('take the last of two values of one time, and leave out what has no time or one that nobody can have measured at', () => {
    const metadata = { start_time: '2026-03-08T00:00:00+01:00' };
    const hr = (hr_samples: unknown) => ({ metadata, heart_rate_data: { detailed: { hr_samples } } });
    const given = read(
      'daily',
      'FITBIT',
      hr([
        at('2026-03-08T10:00:00+01:00', { bpm: 60 }),
        at('2026-03-08T09:00:00Z', { bpm: 61 }),
        at('2026-03-08', { bpm: 62 }),
        at('2036-03-08T09:00:00Z', { bpm: 63 }),
        { bpm: 64 },
        null,
      ]),
    );
    expect(toldOf(given)).toEqual({
      'fitbit daily 2026-03-08 heart_rate': ['2026-03-08T09:00:00.000Z 61 /min 0'],
    });
    expect(given.disbelieved).toBe(3);
  });

  it('say one thing an event: of two items with a value at one time the later item has it', () => {
    const night = (summary_id: string, bpm: number, more: readonly unknown[] = []) => ({
      ...OURA_SLEEP,
      metadata: { ...OURA_SLEEP.metadata, summary_id },
      heart_rate_data: {
        detailed: { hr_samples: [at('2026-03-08T01:00:00Z', { bpm }), ...more] },
      },
      ...{ respiration_data: null, sleep_durations_data: null },
    });
    const other = at('2026-03-08T02:00:00Z', { bpm: 50 });
    expect(toldOf(read('sleep', 'OURA', night('a', 55, [other]), night('b', 56)))).toEqual({
      'oura sleep a heart_rate': ['2026-03-08T02:00:00.000Z 50 /min 0'],
      'oura sleep b heart_rate': ['2026-03-08T01:00:00.000Z 56 /min 0'],
    });
  });

  it('go with an activity that is deleted, and are of nothing that the server refuses', () => {
    const deletion = { metadata: { summary_id: 'ride-1', upload_type: 4 } };
    expect(read('activity', 'STRAVA', deletion)).toEqual({
      series: [],
      deleted: [{ source: 'strava', kind: 'activity', item: 'ride-1', order: [1, 1_000, 'd0', 0] }],
      disbelieved: 0,
    });
    const nothing = { series: [], deleted: [], disbelieved: 0 };
    expect(read('daily', 'GARMIN', { ...GARMIN_DAY, metadata: {} }, 'day')).toEqual(nothing);
    expect(
      read('sleep', 'OURA', { ...OURA_SLEEP, metadata: { start_time: '2026-03-08T00:00:00Z' } }),
    ).toEqual(nothing);
    expect(read('nutrition', 'OURA', OURA_SLEEP)).toEqual(nothing);
    for (const payload of [null, 7, 'x', [], {}, { data: 1 }, { data: [1, null, []] }]) {
      expect(readIntraday(storedEvent('daily'), payload)).toEqual(nothing);
    }
  });
});
