import { describe, expect, it } from 'vitest';
import { normalizeDaily } from './daily.ts';
import { columnsOf, contributionsOf, dataBody, FULL_DAY, noticesOf, storedEvent } from './event.fixture.ts';
import type { Normalized } from './types.ts';

const METADATA = { start_time: '2026-03-08T00:00:00.000000+01:00' };

function daily(day: object, provider = 'oura'): Normalized {
  return normalizeDaily(
    storedEvent('daily', { provider }),
    dataBody('daily', { metadata: METADATA, ...day }),
  );
}

/** The columns of one day, without the offset that every one of these days has. */
function columns(day: object, provider?: string): object {
  const { utc_offset_minutes: _offset, ...rest } = columnsOf(daily(day, provider));
  return rest;
}

describe('normalizeDaily', () => {
  it('reads every column of a full day', () => {
    expect(normalizeDaily(storedEvent('daily'), dataBody('daily', FULL_DAY))).toEqual({
      state: 'normalized',
      refused: null,
      notices: [],
      contributions: [
        {
          kind: 'daily',
          source: 'oura',
          date: '2026-03-08',
          order: [1, 1_000, 'd0', 0],
          columns: {
            steps: 11_894,
            resting_heart_rate: 51,
            heart_rate_variability: 62.5,
            hrv_method: 'rmssd',
            fatburn_active_zone_minutes: 15,
            active_zone_minutes: 16.5,
            peak_active_zone_minutes: 1.5,
            stress_score: 45,
            stress_level: 33,
            stress_management_score: 55,
            body_battery_low: 18,
            body_battery_high: 94,
            calories_total: 2_412,
            calories_active: 640,
            calories_basal: 1_612,
            distance: 8_801.5,
            floors_climbed: 12,
            elevation_gain: 36.5,
            vo2_max: 45.5,
            heart_rate_min: 44,
            heart_rate_max: 158,
            heart_rate_avg: 71.5,
            activity_score: 88,
            skin_temperature: -0.2,
            sleep_score: 85,
            recovery_score: 78,
            spo2: 97,
            strain: 14.5,
            utc_offset_minutes: 60,
          },
        },
      ],
    });
  });

  it.each([
    ['steps', { distance_data: { steps: 0 } }, { steps: 0 }],
    [
      'resting heart rate',
      { heart_rate_data: { summary: { resting_hr_bpm: 48.5 } } },
      { resting_heart_rate: 48.5 },
    ],
    [
      'HRV by SDNN, where RMSSD is missing',
      { heart_rate_data: { summary: { avg_hrv_rmssd: null, avg_hrv_sdnn: 44 } } },
      { heart_rate_variability: 44, hrv_method: 'sdnn' },
    ],
    [
      'fat burn alone, which is then all active minutes',
      { active_durations_data: { moderate_intensity_seconds: 600, activity_seconds: 60 } },
      { fatburn_active_zone_minutes: 10, active_zone_minutes: 10 },
    ],
    [
      'cardio alone, which is then all active minutes',
      { active_durations_data: { vigorous_intensity_seconds: 100 } },
      { cardio_active_zone_minutes: 100 / 60, active_zone_minutes: 100 / 60 },
    ],
    [
      'zones of zero, which are known',
      { active_durations_data: { moderate_intensity_seconds: 0, activity_seconds: 60 } },
      { fatburn_active_zone_minutes: 0, active_zone_minutes: 0 },
    ],
    [
      'active minutes by metabolic equivalent, where no zone is known',
      {
        MET_data: { num_moderate_intensity_minutes: 25, num_high_intensity_minutes: 10 },
        active_durations_data: { activity_seconds: 60 },
      },
      { active_zone_minutes: 35 },
    ],
    [
      'active minutes by moderate metabolic equivalent alone',
      { MET_data: { num_moderate_intensity_minutes: 25 } },
      { active_zone_minutes: 25 },
    ],
    [
      'active minutes by high metabolic equivalent alone',
      { MET_data: { num_high_intensity_minutes: 7 } },
      { active_zone_minutes: 7 },
    ],
    [
      'no active minutes in seconds that count what is not sitting',
      { active_durations_data: { activity_seconds: 14_400, low_intensity_seconds: 18_000 } },
      {},
    ],
    [
      'three zones by name, and their sum, whatever else is said of intensity',
      {
        heart_rate_data: {
          summary: {
            hr_zone_data: [
              { name: 'Out of Range', duration_seconds: 60_000 },
              { name: 'FAT_BURN', duration_seconds: 2_400 },
              { name: 'Cardio', duration_seconds: 900 },
              { name: ' Peak', duration_seconds: 300 },
            ],
          },
        },
        active_durations_data: { moderate_intensity_seconds: 60, vigorous_intensity_seconds: 60 },
        MET_data: { num_moderate_intensity_minutes: 500 },
      },
      {
        fatburn_active_zone_minutes: 40,
        cardio_active_zone_minutes: 15,
        peak_active_zone_minutes: 5,
        active_zone_minutes: 60,
      },
    ],
    [
      'minutes by intensity, where the zones have names of their own',
      {
        heart_rate_data: {
          summary: { hr_zone_data: [{ name: 'Zone 2', duration_seconds: 999 }, { name: 'toString' }] },
        },
        active_durations_data: { moderate_intensity_seconds: 600, vigorous_intensity_seconds: 300 },
      },
      { fatburn_active_zone_minutes: 10, cardio_active_zone_minutes: 5, active_zone_minutes: 15 },
    ],
    [
      'the peak zone in any case, the first that is known',
      {
        heart_rate_data: {
          summary: {
            hr_zone_data: [
              null,
              { name: 4 },
              { name: 'PEAK', duration_seconds: null },
              { name: ' peak ', duration_seconds: 30 },
            ],
          },
        },
      },
      { peak_active_zone_minutes: 0.5, active_zone_minutes: 0.5 },
    ],
    [
      'stress, whose management is its opposite',
      { data_enrichment: { total_stress_score: 90 } },
      { stress_score: 90, stress_management_score: 10 },
    ],
    [
      'stress by the second model, where the first says nothing',
      { data_enrichment: { total_stress_score: null, total_stress_score_v2: 30 } },
      { stress_score: 30, stress_management_score: 70 },
    ],
    ["the device's own stress level", { stress_data: { avg_stress_level: 66 } }, { stress_level: 66 }],
    [
      'body battery of what was measured',
      { stress_data: { body_battery_samples: [{ level: -1 }, { level: 40 }, { level: -2 }, { level: 35 }] } },
      { body_battery_low: 35, body_battery_high: 40 },
    ],
    [
      'VO2max by the average of the day',
      {
        oxygen_data: {
          day_avg_vo2max_ml_per_min_per_kg: 44,
          vo2_samples: [{ vo2max_ml_per_min_per_kg: 40 }],
        },
      },
      { vo2_max: 44 },
    ],
    [
      'VO2max by its latest sample, where only samples come',
      {
        oxygen_data: {
          vo2_samples: [
            { timestamp: '2026-03-08T20:00:00+01:00', vo2max_ml_per_min_per_kg: 46 },
            { timestamp: '2026-03-08T08:00:00+01:00', vo2max_ml_per_min_per_kg: 41 },
          ],
        },
      },
      { vo2_max: 46 },
    ],
    [
      'oxygen by the mean of its samples, those of a muscle left out',
      {
        oxygen_data: {
          saturation_samples: [
            { percentage: 97, type: 0 },
            { percentage: 62, type: 1 },
            { percentage: 0.96 },
          ],
        },
      },
      { spo2: 96.5 },
    ],
    [
      'the average of oxygen where some of its samples are of the blood',
      {
        oxygen_data: {
          avg_saturation_percentage: 95,
          saturation_samples: [
            { percentage: 62, type: 1 },
            { percentage: 97, type: 0 },
          ],
        },
      },
      { spo2: 95 },
    ],
    [
      'no oxygen of the blood where all samples are of a muscle',
      { oxygen_data: { avg_saturation_percentage: 62, saturation_samples: [{ percentage: 62, type: 1 }] } },
      {},
    ],
    ['the sleep score', { scores: { sleep: 100 } }, { sleep_score: 100 }],
    ['the recovery score', { scores: { recovery: 0 } }, { recovery_score: 0 }],
    ['oxygen as a fraction', { oxygen_data: { avg_saturation_percentage: 0.97 } }, { spo2: 97 }],
    ['strain', { strain_data: { strain_level: 30 } }, { strain: 30 }],
    ['nothing of an empty day', {}, {}],
  ])('reads %s', (_what, day, expected) => {
    expect(columns(day)).toEqual(expected);
  });

  it('believes a strain of up to 21 of whoop, and any of the others', () => {
    const day = { strain_data: { strain_level: 21.5 } };
    expect(columns(day, 'polar')).toEqual({ strain: 21.5 });
    expect(columns(day, 'whoop')).toEqual({});
    expect(noticesOf(daily(day, 'whoop'))).toEqual([
      { path: 'data[0].strain_data.strain_level', reason: 'out_of_range' },
    ]);
  });

  it('takes the next source where the first is not believed, and tells', () => {
    const day = {
      heart_rate_data: { summary: { resting_hr_bpm: 255, avg_hrv_rmssd: 0, avg_hrv_sdnn: 40 } },
      active_durations_data: { moderate_intensity_seconds: '600' },
      MET_data: { num_high_intensity_minutes: 1 },
    };
    expect(columns(day)).toEqual({ heart_rate_variability: 40, hrv_method: 'sdnn', active_zone_minutes: 1 });
    expect(noticesOf(daily(day))).toEqual([
      { path: 'data[0].heart_rate_data.summary.resting_hr_bpm', reason: 'out_of_range' },
      { path: 'data[0].heart_rate_data.summary.avg_hrv_rmssd', reason: 'out_of_range' },
      { path: 'data[0].active_durations_data.moderate_intensity_seconds', reason: 'not_a_number' },
    ]);
  });

  it.each([
    ['distance_data.steps', -1],
    ['heart_rate_data.summary.resting_hr_bpm', 19],
    ['heart_rate_data.summary.avg_hrv_rmssd', 501],
    ['heart_rate_data.summary.avg_hrv_sdnn', 0.5],
    ['active_durations_data.moderate_intensity_seconds', -1],
    ['active_durations_data.vigorous_intensity_seconds', -1],
    ['MET_data.num_moderate_intensity_minutes', -1],
    ['MET_data.num_high_intensity_minutes', -1],
    ['data_enrichment.total_stress_score', 101],
    ['data_enrichment.total_stress_score_v2', -1],
    ['stress_data.avg_stress_level', -1],
    ['calories_data.total_burned_calories', -1],
    ['calories_data.total_burned_calories', 0],
    ['calories_data.net_activity_calories', -1],
    ['calories_data.BMR_calories', 0],
    ['distance_data.distance_meters', -1],
    ['distance_data.floors_climbed', -1],
    ['distance_data.elevation.gain_actual_meters', -1],
    ['oxygen_data.vo2max_ml_per_min_per_kg', 0],
    ['oxygen_data.day_avg_vo2max_ml_per_min_per_kg', 0],
    ['heart_rate_data.summary.min_hr_bpm', 255],
    ['heart_rate_data.summary.max_hr_bpm', 255],
    ['heart_rate_data.summary.avg_hr_bpm', 0],
    ['scores.activity', 101],
    ['temperature_data.delta', -999],
    ['temperature_data.delta', 33.4],
    ['scores.sleep', 100.5],
    ['scores.recovery', -1],
    ['oxygen_data.avg_saturation_percentage', 49],
    ['strain_data.strain_level', -1],
  ])('does not believe %s of %d', (path, value) => {
    const day = path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;
    expect(columns(day)).toEqual({});
    expect(noticesOf(daily(day))).toEqual([{ path: `data[0].${path}`, reason: 'out_of_range' }]);
  });

  it('does not believe a peak of negative seconds', () => {
    const day = { heart_rate_data: { summary: { hr_zone_data: [{ name: 'peak', duration_seconds: -5 }] } } };
    expect(noticesOf(daily(day))).toEqual([
      { path: 'data[0].heart_rate_data.summary.hr_zone_data[0].duration_seconds', reason: 'out_of_range' },
    ]);
  });

  it('does not believe a VO2max sample of 0', () => {
    const day = { oxygen_data: { vo2_samples: [{ vo2max_ml_per_min_per_kg: 0 }] } };
    expect(columns(day)).toEqual({});
    expect(noticesOf(daily(day))).toHaveLength(1);
  });

  it('tells one of the levels that a device sends for not measured', () => {
    const day = { stress_data: { body_battery_samples: [{ level: 50 }, { level: -1 }, { level: -2 }] } };
    expect(noticesOf(daily(day))).toEqual([
      { path: 'data[0].stress_data.body_battery_samples[1].level', reason: 'out_of_range' },
    ]);
  });

  it.each([true, '97', {}, [97]])('does not take %j for a number', (value) => {
    const day = { scores: { sleep: value } };
    expect(columns(day)).toEqual({});
    expect(noticesOf(daily(day))).toEqual([{ path: 'data[0].scores.sleep', reason: 'not_a_number' }]);
  });

  it('does not add two sums beyond the largest number', () => {
    const most = Number.MAX_VALUE;
    const day = { MET_data: { num_moderate_intensity_minutes: most, num_high_intensity_minutes: most } };
    expect(columns(day)).toEqual({});
  });

  it.each([
    ['2026-03-08T00:00:00.000000+13:00', '2026-03-08', { utc_offset_minutes: 780 }],
    ['2026-03-08T00:00:00.000000-11:00', '2026-03-08', { utc_offset_minutes: -660 }],
    ['2026-03-08T00:00:00.000000', '2026-03-08', {}],
    ['2026-03-08', '2026-03-08', {}],
  ])('takes the date of %s as delivered, and its offset', (startTime, date, columnsExpected) => {
    const body = dataBody('daily', { metadata: { start_time: startTime } });
    expect(contributionsOf(normalizeDaily(storedEvent('daily'), body))).toEqual([
      { kind: 'daily', source: 'oura', date, order: [1, 1_000, 'd0', 0], columns: columnsExpected },
    ]);
  });

  it.each([undefined, null, 20260308, '2026-02-30T00:00:00Z', 'today'])(
    'refuses a day that starts at %j',
    (start) => {
      const body = dataBody('daily', { metadata: { start_time: start } });
      expect(normalizeDaily(storedEvent('daily'), body)).toEqual({
        state: 'parked',
        code: 'payload_invalid:data[0].metadata.start_time',
      });
    },
  );

  it('tells at most a hundred unbelievable values', () => {
    const days = Array.from({ length: 200 }, () => ({ metadata: METADATA, scores: { sleep: 400 } }));
    expect(noticesOf(normalizeDaily(storedEvent('daily'), dataBody('daily', ...days)))).toHaveLength(100);
  });
});
