import { describe, expect, it } from 'vitest';
import { columnsOf, contributionsOf, dataBody, noticesOf, storedEvent } from './event.fixture.ts';
import { normalizeSleep } from './sleep.ts';
import type { Normalized } from './types.ts';

const METADATA = {
  start_time: '2026-03-07T23:12:00.000000+01:00',
  end_time: '2026-03-08T07:02:00.000000+01:00',
  summary_id: 'night-1',
};

function sleep(night: object): Normalized {
  return normalizeSleep(storedEvent('sleep'), dataBody('sleep', { metadata: METADATA, ...night }));
}

/** The columns that do not come from the times, the nap flag or the item itself. */
function columns(night: object): object {
  const {
    raw: _raw,
    wake_date: _date,
    end_time: _end,
    utc_offset_minutes: _offset,
    is_nap: _nap,
    ...rest
  } = columnsOf(sleep(night));
  return rest;
}

function nested(path: string, value: unknown): object {
  return path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;
}

describe('normalizeSleep', () => {
  it('reads every column of a full night', () => {
    const night = {
      metadata: { ...METADATA, is_nap: false, upload_type: 2 },
      sleep_durations_data: {
        asleep: {
          duration_asleep_state_seconds: 25_200,
          duration_deep_sleep_state_seconds: 5_400,
          duration_REM_sleep_state_seconds: 5_100,
          duration_light_sleep_state_seconds: 14_700,
        },
        awake: { duration_awake_state_seconds: 1_500, sleep_latency_seconds: 840, num_wakeup_events: 4 },
        other: { duration_in_bed_seconds: 28_200 },
        sleep_efficiency: 94.5,
      },
      heart_rate_data: { summary: { resting_hr_bpm: 47, avg_hrv_rmssd: 71, avg_hrv_sdnn: 80 } },
      respiration_data: {
        oxygen_saturation_data: { avg_saturation_percentage: 96.5 },
        breaths_data: { avg_breaths_per_min: 14.2 },
      },
      temperature_data: { delta: -0.3 },
      scores: { sleep: 88 },
      readiness_data: { readiness: 81, recovery_level: 90 },
      data_enrichment: { sleep_score: 70, readiness_score: 71 },
    };
    expect(normalizeSleep(storedEvent('sleep'), dataBody('sleep', night))).toEqual({
      state: 'normalized',
      refused: null,
      notices: [],
      contributions: [
        {
          kind: 'sleep',
          source: 'oura',
          item: 'night-1',
          startTime: '2026-03-07T22:12:00.000Z',
          order: [1, 1_000, 'd0', 0],
          columns: {
            wake_date: '2026-03-08',
            end_time: '2026-03-08T06:02:00.000Z',
            raw: JSON.stringify(night),
            is_nap: 0,
            utc_offset_minutes: 60,
            asleep_seconds: 25_200,
            deep_seconds: 5_400,
            rem_seconds: 5_100,
            light_seconds: 14_700,
            awake_seconds: 1_500,
            in_bed_seconds: 28_200,
            sleep_efficiency: 94.5,
            latency_seconds: 840,
            awakenings: 4,
            resting_heart_rate: 47,
            heart_rate_variability: 71,
            hrv_method: 'rmssd',
            spo2: 96.5,
            respiratory_rate: 14.2,
            skin_temperature: -0.3,
            sleep_score: 88,
            recovery_score: 81,
          },
        },
      ],
    });
  });

  it.each([
    ['asleep_seconds', 'sleep_durations_data.asleep.duration_asleep_state_seconds', 0],
    ['deep_seconds', 'sleep_durations_data.asleep.duration_deep_sleep_state_seconds', 61],
    ['rem_seconds', 'sleep_durations_data.asleep.duration_REM_sleep_state_seconds', 62],
    ['light_seconds', 'sleep_durations_data.asleep.duration_light_sleep_state_seconds', 63],
    ['awake_seconds', 'sleep_durations_data.awake.duration_awake_state_seconds', 64],
    ['in_bed_seconds', 'sleep_durations_data.other.duration_in_bed_seconds', 129_600],
    ['sleep_efficiency', 'sleep_durations_data.sleep_efficiency', 100],
    ['latency_seconds', 'sleep_durations_data.awake.sleep_latency_seconds', 0],
    ['awakenings', 'sleep_durations_data.awake.num_wakeup_events', 0],
    ['resting_heart_rate', 'heart_rate_data.summary.resting_hr_bpm', 50],
    ['spo2', 'respiration_data.oxygen_saturation_data.avg_saturation_percentage', 95],
    ['respiratory_rate', 'respiration_data.breaths_data.avg_breaths_per_min', 4],
    ['skin_temperature', 'temperature_data.delta', 0],
    ['sleep_score', 'scores.sleep', 1],
    ['sleep_score', 'data_enrichment.sleep_score', 2],
    ['recovery_score', 'readiness_data.readiness', 0],
    ['recovery_score', 'data_enrichment.readiness_score', 3],
    ['recovery_score', 'readiness_data.recovery_level', 6.5],
    ['recovery_score', 'readiness_data.recovery_level', 100],
  ])('reads %s from %s alone', (column, path, value) => {
    expect(columns(nested(path, value))).toEqual({ [column]: value });
  });

  it('does not add up stages into a time asleep', () => {
    const asleep = { duration_deep_sleep_state_seconds: 100, duration_light_sleep_state_seconds: 200 };
    expect(columns({ sleep_durations_data: { asleep } })).toEqual({ deep_seconds: 100, light_seconds: 200 });
  });

  it.each([
    [
      'stages that are all 0 beside a time asleep',
      [25_200, 0, 0, 0, 1_200],
      [25_200, null, null, null, 1_200],
    ],
    ['an awake of 0 with them', [25_200, 0, 0, 0, 0], [25_200, null, null, null, null]],
    ['stages of which one is missing', [25_200, 0, null, 0, null], [25_200, null, null, null, null]],
    ['a time asleep of 0 beside stages', [0, 5_400, 5_400, 14_400, 0], [null, 5_400, 5_400, 14_400, 0]],
    ['nothing but zeros', [0, 0, 0, 0, 0], [null, null, null, null, null]],
  ])('does not know %s', (_what, [asleep, deep, rem, light, awake], known) => {
    const night = {
      sleep_durations_data: {
        asleep: {
          duration_asleep_state_seconds: asleep,
          duration_deep_sleep_state_seconds: deep,
          duration_REM_sleep_state_seconds: rem,
          duration_light_sleep_state_seconds: light,
        },
        awake: { duration_awake_state_seconds: awake },
      },
    };
    const names = ['asleep_seconds', 'deep_seconds', 'rem_seconds', 'light_seconds', 'awake_seconds'];
    const expected = names.flatMap((name, i) => ((known[i] ?? null) === null ? [] : [[name, known[i]]]));
    expect(columns(night)).toEqual(Object.fromEntries(expected));
    expect(noticesOf(sleep(night))).toEqual([]);
  });

  it.each([
    [0, 0, 0, 0],
    [5_400, 0, 0, 0],
  ])('keeps stages of %d, %d, %d and %d that stand alone', (deep, rem, light, awake) => {
    const asleep = {
      duration_deep_sleep_state_seconds: deep,
      duration_REM_sleep_state_seconds: rem,
      duration_light_sleep_state_seconds: light,
    };
    const night = { sleep_durations_data: { asleep, awake: { duration_awake_state_seconds: awake } } };
    expect(columns(night)).toEqual({
      deep_seconds: deep,
      rem_seconds: rem,
      light_seconds: light,
      awake_seconds: awake,
    });
  });

  it('knows stages of 0 beside a time asleep that is not believed', () => {
    const asleep = {
      duration_asleep_state_seconds: 129_601,
      duration_deep_sleep_state_seconds: 0,
      duration_REM_sleep_state_seconds: 0,
      duration_light_sleep_state_seconds: 0,
    };
    expect(columns({ sleep_durations_data: { asleep } })).toEqual({
      deep_seconds: 0,
      rem_seconds: 0,
      light_seconds: 0,
    });
  });

  it('reads efficiency as a fraction', () => {
    expect(columns(nested('sleep_durations_data.sleep_efficiency', 0.93))).toEqual({ sleep_efficiency: 93 });
  });

  it('takes SDNN where RMSSD is missing, and says which it is', () => {
    expect(columns({ heart_rate_data: { summary: { avg_hrv_sdnn: 55 } } })).toEqual({
      heart_rate_variability: 55,
      hrv_method: 'sdnn',
    });
  });

  it('reads oxygen as a fraction', () => {
    expect(
      columns(nested('respiration_data.oxygen_saturation_data.avg_saturation_percentage', 0.57)),
    ).toEqual({
      spo2: 57,
    });
  });

  it.each([0, 1, 5, 6])('does not take the recovery label %d for a score, nor for a fault', (level) => {
    const night = { readiness_data: { recovery_level: level } };
    expect(columns(night)).toEqual({});
    expect(noticesOf(sleep(night))).toEqual([]);
  });

  it('prefers the provider over the enrichment, and a real score over the recovery level', () => {
    const night = {
      scores: { sleep: null },
      readiness_data: { readiness: null, recovery_level: 66 },
      data_enrichment: { sleep_score: 70, readiness_score: 71 },
    };
    expect(columns(night)).toEqual({ sleep_score: 70, recovery_score: 71 });
  });

  it('takes the enrichment where the provider is not believed', () => {
    const night = { scores: { sleep: 120 }, data_enrichment: { sleep_score: 70 } };
    expect(columns(night)).toEqual({ sleep_score: 70 });
    expect(noticesOf(sleep(night))).toEqual([{ path: 'data[0].scores.sleep', reason: 'out_of_range' }]);
  });

  it.each([
    ['sleep_durations_data.asleep.duration_asleep_state_seconds', -1],
    ['sleep_durations_data.asleep.duration_deep_sleep_state_seconds', -1],
    ['sleep_durations_data.asleep.duration_REM_sleep_state_seconds', -1],
    ['sleep_durations_data.asleep.duration_light_sleep_state_seconds', -1],
    ['sleep_durations_data.awake.duration_awake_state_seconds', -1],
    ['sleep_durations_data.asleep.duration_asleep_state_seconds', 129_601],
    ['sleep_durations_data.awake.duration_awake_state_seconds', 129_601],
    ['sleep_durations_data.other.duration_in_bed_seconds', 129_601],
    ['sleep_durations_data.sleep_efficiency', 100.5],
    ['sleep_durations_data.awake.sleep_latency_seconds', -1],
    ['sleep_durations_data.awake.num_wakeup_events', -1],
    ['temperature_data.delta', -10.5],
    ['temperature_data.delta', 33.4],
    ['heart_rate_data.summary.resting_hr_bpm', 255],
    ['heart_rate_data.summary.avg_hrv_rmssd', 0.9],
    ['heart_rate_data.summary.avg_hrv_sdnn', 501],
    ['respiration_data.oxygen_saturation_data.avg_saturation_percentage', 101],
    ['respiration_data.breaths_data.avg_breaths_per_min', 61],
    ['scores.sleep', -1],
    ['data_enrichment.sleep_score', 101],
    ['readiness_data.readiness', 101],
    ['data_enrichment.readiness_score', 101],
    ['readiness_data.recovery_level', 101],
  ])('does not believe %s of %d', (path, value) => {
    expect(columns(nested(path, value))).toEqual({});
    expect(noticesOf(sleep(nested(path, value)))).toEqual([
      { path: `data[0].${path}`, reason: 'out_of_range' },
    ]);
  });

  it.each([
    [true, 1],
    [false, 0],
    [null, 0],
    [undefined, 0],
    ['yes', 0],
  ])('writes is_nap %j as %d', (isNap, flag) => {
    expect(columnsOf(sleep({ metadata: { ...METADATA, is_nap: isNap } }))).toMatchObject({ is_nap: flag });
  });

  it.each([
    [3, 0],
    [4, 1],
    [0, 1],
    ['3', 1],
    [null, 1],
  ])('ranks upload type %j at %d', (uploadType, rank) => {
    const metadata = { ...METADATA, upload_type: uploadType };
    expect(contributionsOf(sleep({ metadata }))[0]).toMatchObject({ order: [rank, 1_000, 'd0', 0] });
  });

  it.each([undefined, null, '', '  ', 17, {}])(
    'names a session with the summary id %j by its start',
    (summaryId) => {
      const metadata = { ...METADATA, summary_id: summaryId };
      expect(contributionsOf(sleep({ metadata }))[0]).toMatchObject({
        item: 'start:2026-03-07T22:12:00.000Z',
      });
    },
  );

  it('refuses a summary id that could not be stored whole', () => {
    const withId = (id: string): Normalized => sleep({ metadata: { ...METADATA, summary_id: id } });
    expect(contributionsOf(withId('n'.repeat(300)))[0]).toMatchObject({ item: 'n'.repeat(300) });
    expect(withId('n'.repeat(301))).toEqual({
      state: 'parked',
      code: 'payload_invalid:data[0].metadata.summary_id',
    });
  });

  it.each([
    // East: already the 9th at home, still the 8th in UTC.
    ['2026-03-09T06:30:00+13:00', '2026-03-09', '2026-03-08T17:30:00.000Z', 780],
    // West: still the 8th at home, already the 9th in UTC.
    ['2026-03-08T23:30:00-08:00', '2026-03-08', '2026-03-09T07:30:00.000Z', -480],
    ['2026-03-09T06:30:00Z', '2026-03-09', '2026-03-09T06:30:00.000Z', 0],
  ])('gives a sleep that ends at %s the wake date as delivered', (end, wakeDate, endTime, offset) => {
    const metadata = { start_time: '2026-03-08T10:00:00Z', end_time: end };
    expect(columnsOf(sleep({ metadata }))).toEqual({
      wake_date: wakeDate,
      end_time: endTime,
      utc_offset_minutes: offset,
      is_nap: 0,
      raw: JSON.stringify({ metadata }),
    });
  });

  it('does not know the offset where the times are in UTC, and keeps their date', () => {
    const metadata = {
      start_time: '2026-03-08T14:00:00+00:00',
      end_time: '2026-03-08T21:30:00+00:00',
      timestamp_localization: 0,
    };
    expect(columnsOf(sleep({ metadata }))).toEqual({
      wake_date: '2026-03-08',
      end_time: '2026-03-08T21:30:00.000Z',
      is_nap: 0,
      raw: JSON.stringify({ metadata }),
    });
  });

  it.each([0, 1])(
    'of times without an offset knows with timestamp_localization %d whose clock they are',
    (own) => {
      const metadata = {
        start_time: '2026-03-08T14:00:00',
        end_time: '2026-03-08T21:30:00',
        timestamp_localization: own,
      };
      const mark = own === 0 ? 'Z' : '';
      expect(contributionsOf(sleep({ metadata }))).toMatchObject([
        {
          item: `start:2026-03-08T14:00:00.000${mark}`,
          startTime: `2026-03-08T14:00:00.000${mark}`,
          columns: { end_time: `2026-03-08T21:30:00.000${mark}`, wake_date: '2026-03-08' },
        },
      ]);
      expect(columnsOf(sleep({ metadata }))).not.toHaveProperty('utc_offset_minutes');
    },
  );

  it('keeps wall clocks, in one spelling, where there is no offset', () => {
    const metadata = { start_time: '2026-03-07T23:12:00.000000', end_time: '2026-03-08T07:02:00.000000' };
    expect(contributionsOf(sleep({ metadata }))).toEqual([
      {
        kind: 'sleep',
        source: 'oura',
        item: 'start:2026-03-07T23:12:00.000',
        startTime: '2026-03-07T23:12:00.000',
        order: [1, 1_000, 'd0', 0],
        columns: {
          wake_date: '2026-03-08',
          end_time: '2026-03-08T07:02:00.000',
          is_nap: 0,
          raw: JSON.stringify({ metadata }),
        },
      },
    ]);
  });

  it.each([
    ['start_time', { ...METADATA, start_time: null }],
    ['start_time', { ...METADATA, start_time: '2026-02-30T10:00:00Z' }],
    ['start_time', null],
    ['end_time', { ...METADATA, end_time: undefined }],
    // Before its start; and longer than 36 hours.
    ['end_time', { ...METADATA, end_time: '2026-03-07T23:11:59.000000+01:00' }],
    ['end_time', { ...METADATA, end_time: '2026-03-09T11:12:01.000000+01:00' }],
    ['end_time', { ...METADATA, end_time: 1_772_953_320 }],
    ['end_time', { ...METADATA, end_time: 'this morning' }],
    ['start_time', { ...METADATA, start_time: '1970-01-01T00:00:00Z' }],
    ['end_time', { ...METADATA, end_time: '2026-03-12T07:00:00Z' }],
    ['end_time', { ...METADATA, end_time: '2026-03-07T23:11:59+01:00' }],
    ['end_time', { ...METADATA, end_time: '2026-03-09T11:12:01+01:00' }],
  ])('refuses a sleep for its %s', (field, metadata) => {
    expect(sleep({ metadata })).toEqual({
      state: 'parked',
      code: `payload_invalid:data[0].metadata.${field}`,
    });
  });

  it.each(['2026-03-07T23:12:00+01:00', '2026-03-09T11:12:00+01:00', '2026-03-10T07:00:00'])(
    'takes a sleep that ends at %s',
    (end) => {
      const metadata = { ...METADATA, end_time: end };
      expect(columnsOf(sleep({ metadata }))).toMatchObject({ wake_date: end.slice(0, 10) });
    },
  );
});
