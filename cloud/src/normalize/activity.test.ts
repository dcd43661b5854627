import { describe, expect, it } from 'vitest';
import { normalizeActivity } from './activity.ts';
import { columnsOf, contributionsOf, dataBody, noticesOf, storedEvent } from './event.fixture.ts';
import type { Normalized } from './types.ts';

const METADATA = { start_time: '2026-03-08T07:04:11.000000+01:00', summary_id: 'run-1' };

function activity(item: object, provider = 'oura'): Normalized {
  const body = dataBody('activity', { metadata: METADATA, ...item });
  return normalizeActivity(storedEvent('activity', { provider }), body);
}

/** Every column but the item itself and the offset of its start. */
function columns(item: object, provider?: string): object {
  const { raw: _raw, utc_offset_minutes: _offset, ...rest } = columnsOf(activity(item, provider));
  return rest;
}

function nested(path: string, value: unknown): object {
  return path.split('.').reduceRight<unknown>((inner, key) => ({ [key]: inner }), value) as object;
}

describe('normalizeActivity', () => {
  it('reads every column of a full activity', () => {
    const run = {
      metadata: {
        ...METADATA,
        end_time: '2026-03-08T07:52:48.500000+01:00',
        name: 'Morning run',
        type: 8,
        upload_type: 1,
      },
      distance_data: {
        summary: {
          distance_meters: 8_250.4,
          steps: 7_902,
          floors_climbed: 4,
          elevation: { gain_actual_meters: 55.5 },
        },
      },
      active_durations_data: { activity_seconds: 100 },
      heart_rate_data: { summary: { avg_hr_bpm: 148.2, max_hr_bpm: 181 } },
      calories_data: { total_burned_calories: 512.5, net_activity_calories: 430 },
      energy_data: { energy_kilojoules: 4_184 },
      strain_data: { strain_level: 9.1 },
    };
    expect(normalizeActivity(storedEvent('activity'), dataBody('activity', run))).toEqual({
      state: 'normalized',
      refused: null,
      notices: [],
      contributions: [
        {
          kind: 'activity',
          source: 'oura',
          item: 'run-1',
          startTime: '2026-03-08T06:04:11.000Z',
          order: [1, 1_000, 'd0', 0],
          deleted: false,
          columns: {
            end_time: '2026-03-08T06:52:48.500Z',
            activity_name: 'Morning run',
            distance: 8_250.4,
            duration: 2_917.5,
            elevation_gain: 55.5,
            elevation_method: 'meters',
            average_heart_rate: 148.2,
            calories: 512.5,
            steps: 7_902,
            active_zone_minutes: 49,
            strain: 9.1,
            heart_rate_max: 181,
            calories_active: 430,
            utc_offset_minutes: 60,
            raw: JSON.stringify(run),
          },
        },
      ],
    });
  });

  it.each([
    ['distance', 'distance_data.summary.distance_meters', 0],
    ['heart_rate_max', 'heart_rate_data.summary.max_hr_bpm', 250],
    ['average_heart_rate', 'heart_rate_data.summary.avg_hr_bpm', 250],
    ['calories', 'calories_data.total_burned_calories', 12],
    ['steps', 'distance_data.summary.steps', 9],
    ['strain', 'strain_data.strain_level', 40],
    ['activity_name', 'metadata.name', 'Evening swim'],
  ])('reads %s from %s alone', (column, path, value) => {
    const item = path.startsWith('metadata')
      ? { metadata: { ...METADATA, name: value } }
      : nested(path, value);
    expect(columns(item)).toEqual({ [column]: value });
  });

  it.each([
    [{ type: 0 }, 'In Vehicle'],
    [{ name: null, type: 8 }, 'Running'],
    [{ name: '  ', type: 100 }, 'Yoga'],
    [{ name: 7, type: 154 }, 'Physical Therapy'],
  ])('names %j by the title of its type', (metadata, title) => {
    expect(columns({ metadata: { ...METADATA, ...metadata } })).toEqual({ activity_name: title });
  });

  it.each([2, 999, '8', null, 8.5])('gives no name to type %j', (type) => {
    expect(columns({ metadata: { ...METADATA, type } })).toEqual({});
  });

  it('takes floors for the climb where no metres are known, and says so', () => {
    expect(columns(nested('distance_data.summary.floors_climbed', 3))).toEqual({
      elevation_gain: 3,
      elevation_method: 'floors',
    });
    expect(columns(nested('distance_data.summary.elevation.gain_actual_meters', 0))).toEqual({
      elevation_gain: 0,
      elevation_method: 'meters',
    });
  });

  it.each([
    [
      'two offsets',
      '2026-03-08T08:04:11.000000+02:00',
      { end_time: '2026-03-08T06:04:11.000Z', duration: 0, active_zone_minutes: 0 },
    ],
    [
      'half a minute, rounded up',
      '2026-03-08T07:04:41+01:00',
      { end_time: '2026-03-08T06:04:41.000Z', duration: 30, active_zone_minutes: 1 },
    ],
    [
      '29 seconds, rounded down',
      '2026-03-08T07:04:40+01:00',
      { end_time: '2026-03-08T06:04:40.000Z', duration: 29, active_zone_minutes: 0 },
    ],
  ])('measures the duration between %s', (_what, endTime, expected) => {
    expect(columns({ metadata: { ...METADATA, end_time: endTime } })).toEqual(expected);
  });

  it('measures the duration between two wall clocks', () => {
    const metadata = {
      summary_id: 'run-1',
      start_time: '2026-03-08T07:00:00',
      end_time: '2026-03-08T07:10:00',
    };
    expect(columns({ metadata })).toEqual({
      end_time: '2026-03-08T07:10:00.000',
      duration: 600,
      active_zone_minutes: 10,
    });
  });

  it.each([
    ['missing', undefined, {}],
    ['no time', 'later', {}],
    ['a wall clock beside an instant', '2026-03-08T07:52:48', { end_time: '2026-03-08T07:52:48.000' }],
  ])('takes the active seconds where the end is %s', (_what, endTime, expected) => {
    const item = {
      metadata: { ...METADATA, end_time: endTime },
      active_durations_data: { activity_seconds: 1_800 },
    };
    expect(columns(item)).toEqual({ ...expected, duration: 1_800, active_zone_minutes: 30 });
    expect(noticesOf(activity(item))).toEqual([]);
  });

  it('does not believe an end before the start, and takes the active seconds', () => {
    const metadata = { ...METADATA, end_time: '2026-03-08T07:00:00+01:00' };
    expect(columns({ metadata })).toEqual({});
    expect(columns({ metadata, active_durations_data: { activity_seconds: 60 } })).toEqual({
      duration: 60,
      active_zone_minutes: 1,
    });
    expect(noticesOf(activity({ metadata }))).toEqual([
      { path: 'data[0].metadata.end_time', reason: 'out_of_range' },
    ]);
  });

  it.each([
    ['distance_data.summary.distance_meters', -1],
    ['distance_data.summary.steps', -1],
    ['distance_data.summary.floors_climbed', -1],
    ['distance_data.summary.elevation.gain_actual_meters', -1],
    ['active_durations_data.activity_seconds', -1],
    ['heart_rate_data.summary.avg_hr_bpm', 255],
    ['calories_data.total_burned_calories', -1],
    ['calories_data.total_burned_calories', 0],
    ['calories_data.net_activity_calories', -1],
    ['energy_data.energy_kilojoules', -1],
    ['heart_rate_data.summary.max_hr_bpm', 255],
    ['strain_data.strain_level', -1],
  ])('does not believe %s of %d', (path, value) => {
    expect(columns(nested(path, value))).toEqual({});
    expect(noticesOf(activity(nested(path, value)))).toEqual([
      { path: `data[0].${path}`, reason: 'out_of_range' },
    ]);
  });

  it('takes energy in kilojoules for the calories, and then the net ones', () => {
    const energy = { energy_data: { energy_kilojoules: 1_046 } };
    const net = { calories_data: { total_burned_calories: null, net_activity_calories: 210 } };
    expect(columns({ ...energy, ...net })).toEqual({ calories: 250, calories_active: 210 });
    expect(columns(energy)).toEqual({ calories: 250 });
    expect(columns(net)).toEqual({ calories: 210, calories_active: 210 });
  });

  it.each([
    [1, 60],
    [null, 60],
    [undefined, 60],
    [0, null],
  ])(
    'knows the offset of a start with timestamp_localization %j as %j',
    (timestamp_localization, minutes) => {
      const metadata = { ...METADATA, timestamp_localization };
      expect(columnsOf(activity({ metadata })).utc_offset_minutes ?? null).toBe(minutes);
    },
  );

  it.each(['1989-12-31T23:00:00Z', '2026-03-12T00:00:00Z'])('refuses a start of %s', (start_time) => {
    expect(activity({ metadata: { ...METADATA, start_time } })).toEqual({
      state: 'parked',
      code: 'payload_invalid:data[0].metadata.start_time',
    });
  });

  it('does not believe an end that nobody can have recorded', () => {
    const metadata = { ...METADATA, end_time: '2026-03-12T00:00:00+01:00' };
    expect(columns({ metadata })).toEqual({});
    expect(noticesOf(activity({ metadata }))).toEqual([
      { path: 'data[0].metadata.end_time', reason: 'out_of_range' },
    ]);
  });

  it("ends whoop's strain at 21", () => {
    expect(columns(nested('strain_data.strain_level', 21), 'whoop')).toEqual({ strain: 21 });
    expect(columns(nested('strain_data.strain_level', 21.1), 'whoop')).toEqual({});
  });

  it('makes upload type 4 a deletion without columns', () => {
    const item = { metadata: { ...METADATA, upload_type: 4 }, calories_data: { total_burned_calories: 5 } };
    expect(contributionsOf(activity(item))).toEqual([
      {
        kind: 'activity',
        source: 'oura',
        item: 'run-1',
        startTime: '2026-03-08T06:04:11.000Z',
        order: [1, 1_000, 'd0', 0],
        deleted: true,
        columns: {},
      },
    ]);
  });

  it('deletes by id alone, by start alone, and by nothing less', () => {
    const deletion = (metadata: object): Normalized =>
      activity({ metadata: { upload_type: 4, ...metadata } });
    expect(contributionsOf(deletion({ summary_id: 'run-1', start_time: 'soon' }))[0]).toMatchObject({
      item: 'run-1',
      startTime: null,
    });
    expect(contributionsOf(deletion({ start_time: '2026-03-08T07:00:00Z' }))[0]).toMatchObject({
      item: 'start:2026-03-08T07:00:00.000Z',
      startTime: '2026-03-08T07:00:00.000Z',
    });
    expect(deletion({})).toEqual({ state: 'parked', code: 'payload_invalid:data[0].metadata.start_time' });
  });

  it('keeps the wall clock of a start without an offset', () => {
    const metadata = { start_time: '2026-03-08T07:04:11.000000' };
    expect(contributionsOf(activity({ metadata }))[0]).toMatchObject({
      item: 'start:2026-03-08T07:04:11.000',
      startTime: '2026-03-08T07:04:11.000',
    });
  });

  it('refuses an activity without a start, or with an id too long to store', () => {
    expect(activity({ metadata: { summary_id: 'run-1' } })).toEqual({
      state: 'parked',
      code: 'payload_invalid:data[0].metadata.start_time',
    });
    expect(activity({ metadata: { ...METADATA, summary_id: 'r'.repeat(301) } })).toEqual({
      state: 'parked',
      code: 'payload_invalid:data[0].metadata.summary_id',
    });
  });

  it('stores a name that SQL can hold', () => {
    const columnsWith = (name: string): object => columns({ metadata: { ...METADATA, name } });
    expect(columnsWith('a\u0000b\udc00')).toEqual({ activity_name: 'ab\ufffd' });
    expect(columnsWith('n'.repeat(400))).toEqual({ activity_name: 'n'.repeat(300) });
  });
});
