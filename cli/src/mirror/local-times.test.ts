import { expect, it } from 'vitest';
import { filledMirror } from '../../test/support/filled-mirror.ts';
import { daily, row } from '../../test/support/pages.ts';
import { rowsOf } from '../../test/support/temporary.ts';

const activity = (start_time: string, end_time: string | null, utc_offset_minutes: number | null) =>
  row('activities', { source: 'oura', start_time, end_time, utc_offset_minutes, distance: 9_000 });

const sleep = (start_time: string, end_time: string, utc_offset_minutes: number | null) =>
  row('sleep_sessions', { source: 'oura', start_time, end_time, utc_offset_minutes });

it('shows an activity by the clock on the wall, and none where the offset is unknown', () => {
  const path = filledMirror({
    activities: [
      activity('2026-02-27T18:42:00.000Z', '2026-02-27T21:00:30.500Z', 780),
      activity('2026-02-28T02:10:00.000Z', null, -210),
      activity('2026-03-01T18:42:00.000Z', '2026-03-01T19:42:00.000Z', null),
      activity('2026-03-02T07:42:00.000', '2026-03-02T09:00:00.000', null),
    ],
  });
  expect(
    rowsOf(
      path,
      'select local_date, local_start, local_end, start_time, distance from activities_local order by start_time',
    ),
  ).toEqual([
    {
      local_date: '2026-02-28',
      local_start: '2026-02-28T07:42:00.000',
      local_end: '2026-02-28T10:00:30.500',
      start_time: '2026-02-27T18:42:00.000Z',
      distance: 9_000,
    },
    {
      local_date: '2026-02-27',
      local_start: '2026-02-27T22:40:00.000',
      local_end: null,
      start_time: '2026-02-28T02:10:00.000Z',
      distance: 9_000,
    },
    {
      local_date: null,
      local_start: null,
      local_end: null,
      start_time: '2026-03-01T18:42:00.000Z',
      distance: 9_000,
    },
    {
      local_date: '2026-03-02',
      local_start: '2026-03-02T07:42:00.000',
      local_end: '2026-03-02T09:00:00.000',
      start_time: '2026-03-02T07:42:00.000',
      distance: 9_000,
    },
  ]);
});

it('takes the offset that another device knows of the date, and says whose it is', () => {
  const at = (date: string, utc_offset_minutes: number | null) =>
    row('activities', { source: 'garmin', start_time: `${date}T18:42:00.000Z`, utc_offset_minutes });
  const path = filledMirror({
    daily_summary: [
      daily('garmin', '2026-02-27', { steps: 1 }),
      daily('whoop', '2026-02-27', { utc_offset_minutes: 60 }),
      daily('oura', '2026-02-27', { utc_offset_minutes: 780 }),
      daily('oura', '2026-03-01', { utc_offset_minutes: 780 }),
    ],
    activities: [
      at('2026-02-27', null),
      at('2026-02-28', null),
      at('2026-03-01', -60),
      activity('2026-03-02T07:42:00.000', null, null),
    ],
    sleep_sessions: [sleep('2026-02-27T10:00:00.000Z', '2026-02-27T18:00:00.000Z', null)],
  });
  const told = (view: string) =>
    rowsOf(path, `select local_start, offset_from from ${view} order by start_time`);
  expect(told('activities_local')).toEqual([
    { local_start: '2026-02-28T07:42:00.000', offset_from: 'oura' },
    { local_start: null, offset_from: null },
    { local_start: '2026-03-01T17:42:00.000', offset_from: 'garmin' },
    { local_start: '2026-03-02T07:42:00.000', offset_from: null },
  ]);
  expect(told('sleep_local')).toEqual([{ local_start: '2026-02-27T23:00:00.000', offset_from: 'oura' }]);
});

it('shows a sleep and its date by the clock on the wall', () => {
  const path = filledMirror({
    sleep_sessions: [
      sleep('2026-02-27T23:30:00.000Z', '2026-02-28T07:15:00.000Z', 60),
      sleep('2026-02-28T14:00:00.000Z', '2026-02-28T22:00:00.000Z', 540),
      sleep('2026-03-02T22:00:00.000Z', '2026-03-03T06:00:00.000Z', null),
    ],
  });
  const dates = 'select local_date, local_start, local_end from sleep_local order by start_time';
  expect(rowsOf(path, dates)).toEqual([
    {
      local_date: '2026-02-28',
      local_start: '2026-02-28T00:30:00.000',
      local_end: '2026-02-28T08:15:00.000',
    },
    {
      local_date: '2026-03-01',
      local_start: '2026-02-28T23:00:00.000',
      local_end: '2026-03-01T07:00:00.000',
    },
    { local_date: null, local_start: null, local_end: null },
  ]);
});

it('shows the nights of the summary by the clock on the wall, beside all of its other columns', () => {
  const night = (bed_time: string, wake_up_time: string, utc_offset_minutes: number | null) => ({
    sleep_minutes: 400,
    bed_time,
    wake_up_time,
    utc_offset_minutes,
    steps: 5_000,
  });
  const path = filledMirror({
    daily_summary: [
      daily('oura', '2026-02-27', night('2026-02-27T06:00:00.000Z', '2026-02-27T14:00:00.000Z', -480)),
      daily('oura', '2026-02-28', night('2026-02-27T22:00:00.000', '2026-02-28T06:00:00.000', null)),
      daily('oura', '2026-03-01', night('2026-02-28T22:00:00.000Z', '2026-03-01T06:00:00.000Z', null)),
    ],
  });
  const [{ ...first } = {}, ...more] = rowsOf(path, 'select * from summary_local order by datetime');
  expect([first, ...more].map((day) => [day.local_bed_time, day.local_wake_up_time, day.steps])).toEqual([
    ['2026-02-26T22:00:00.000', '2026-02-27T06:00:00.000', 5_000],
    ['2026-02-27T22:00:00.000', '2026-02-28T06:00:00.000', 5_000],
    [null, null, 5_000],
  ]);
  const [summary = {}] = rowsOf(path, 'select * from summary order by datetime');
  const { bed_time: _bed, wake_up_time: _wake, ...rest } = summary;
  expect(first).toEqual({
    ...rest,
    local_bed_time: '2026-02-26T22:00:00.000',
    local_wake_up_time: '2026-02-27T06:00:00.000',
  });
});
