import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SyncRow } from '../../../cloud/src/contract/sync.ts';
import { PROPERTY } from '../../../cloud/test/support/properties.ts';
import { filledMirror } from '../../test/support/filled-mirror.ts';
import { daily, row } from '../../test/support/pages.ts';
import { type ReadRow, rowsOf } from '../../test/support/temporary.ts';
import { writeDeviceMonth } from './device-history.ts';
import { writeSourceOrder } from './source-order.ts';

const HOUR = 60;

/** A time of the first days of March, in minutes since their begin. */
function at(minutes: number): string {
  return new Date(Date.UTC(2026, 2, 1) + minutes * 60_000).toISOString();
}

/** An activity by its begin and end in minutes. */
function activity(source: string, name: string | null, from: number, to: number, values: SyncRow = {}) {
  const times = { start_time: at(from), end_time: at(to) };
  return row('activities', { source, activity_name: name, ...times, ...values });
}

const MERGED = 'select * from activities_merged order by start_time, source';

function mergedOf(activities: SyncRow[], order?: readonly string[], days: SyncRow[] = []): ReadRow[] {
  const path = filledMirror({ activities, daily_summary: days }, (database) => {
    if (order !== undefined) writeSourceOrder(database, order);
  });
  return rowsOf(path, MERGED);
}

const shownOf = (...given: Parameters<typeof mergedOf>) =>
  mergedOf(...given).map(({ source, recordings, twin_source }) => [source, recordings, twin_source]);

describe('activities_merged', () => {
  it('shows what two devices recorded once, the fuller one, and names its twin', () => {
    const garmin = activity('garmin', 'Morning Run', 0, HOUR, { distance: 9_000, average_heart_rate: 140 });
    const path = filledMirror({
      activities: [activity('oura', 'Jogging', 5, HOUR, { calories: 400 }), garmin],
    });
    expect(rowsOf(path, MERGED)).toEqual([
      { ...garmin, raw: null, recordings: 2, twin_source: 'oura', twin_start_time: at(5) },
    ]);
    expect(rowsOf(path, 'select source from activities')).toHaveLength(2);
  });

  it('takes of two that tell as much the first in the person’s order, else by name, then the earlier', () => {
    const both = [activity('polar', 'Ride', 0, HOUR), activity('whoop', 'Biking', 1, HOUR)];
    expect(shownOf(both)).toEqual([['whoop', 2, 'polar']]);
    expect(shownOf(both, ['polar'])).toEqual([['polar', 2, 'whoop']]);
    expect(shownOf(both, [])).toEqual([['polar', 2, 'whoop']]);
    const halves = [activity('polar', 'Ride', 0, 30), activity('polar', 'Ride', 30, HOUR)];
    const merged = mergedOf([...halves, activity('whoop', 'Ride', 0, HOUR)], ['polar']);
    expect(merged).toMatchObject([{ source: 'polar', start_time: at(0), twin_start_time: at(30) }]);
  });

  it.each([
    ['of another kind', 'Yoga', 0, HOUR],
    ['without a name', null, 0, HOUR],
    ['that overlaps by just half of the shorter', 'Running', 30, 90],
    ['that only follows', 'Running', HOUR, 2 * HOUR],
    ['without a length', 'Running', 30, 30],
  ])('keeps apart a recording %s', (_what, name, from, to) => {
    expect(shownOf([activity('oura', name, from, to), activity('whoop', 'Running', 0, HOUR)])).toHaveLength(
      2,
    );
    expect(shownOf([activity('oura', name, from, to), activity('whoop', name, 0, HOUR)])).toHaveLength(
      name === 'Yoga' ? 1 : 2,
    );
  });

  it('keeps apart what one device recorded, and what is called nothing but a workout', () => {
    expect(shownOf([activity('oura', 'Run', 0, HOUR), activity('oura', 'Run', 1, HOUR)])).toHaveLength(2);
    expect(shownOf([activity('oura', 'Workout', 0, 9), activity('whoop', 'Workout', 0, 9)])).toHaveLength(2);
  });

  it('is one row of three that only the one between connects', () => {
    const three = [
      activity('oura', 'Hiking', 0, 100),
      activity('whoop', 'Hike', 40, 140, { steps: 1 }),
      activity('garmin', 'hike', 80, 180),
    ];
    expect(mergedOf(three)).toMatchObject([{ source: 'whoop', recordings: 3, twin_source: 'oura' }]);
  });

  it('finds an overlap at midnight, and one of two that lasted for days', () => {
    const night = [activity('oura', 'Walk', 1_430, 1_500), activity('whoop', 'Walk', 1_445, 1_500)];
    expect(shownOf(night)).toHaveLength(1);
    const days = [activity('oura', 'Sailing', 0, 9_000), activity('whoop', 'Sailing', 4_000, 9_000)];
    expect(shownOf([...night, ...days])).toHaveLength(2);
  });

  it('reads a time without Z by the offset of the date, and an end that is missing by the duration', () => {
    const wall = { start_time: '2026-03-02T10:00:00', end_time: null, duration: 3_600 };
    const both = [
      activity('garmin', 'Swim', 0, 0, wall),
      activity('oura', 'Swimming in Pool', 1_440 + 8 * HOUR, 1_440 + 9 * HOUR),
    ];
    expect(shownOf(both)).toHaveLength(2);
    expect(shownOf(both, [], [daily('whoop', '2026-03-02', { utc_offset_minutes: 120 })])).toHaveLength(1);
  });

  it('equals a plain reading of its rules, whatever was recorded', () => {
    const recording = fc.record({
      source: fc.constantFrom('oura', 'whoop', 'garmin', 'polar'),
      name: fc.constantFrom('Run', 'Jogging', 'Yoga'),
      from: fc.integer({ min: 0, max: 300 }),
      length: fc.integer({ min: 1, max: 200 }),
      steps: fc.constantFrom(null, 1),
    });
    const recordings = fc.uniqueArray(recording, {
      selector: ({ source, from }) => `${source} ${from}`,
      maxLength: 14,
    });
    fc.assert(
      fc.property(recordings, (given) => {
        const rows = given.map(({ source, name, from, length, steps }) =>
          activity(source, name, from, from + length, { steps }),
        );
        const found = mergedOf(rows).map(({ source, start_time, recordings }) => [
          `${source} ${start_time}`,
          recordings,
        ]);
        expect(found.toSorted()).toEqual(plainlyMerged(given).toSorted());
      }),
      { ...PROPERTY, numRuns: 15, endOnFailure: true },
    );
  });
});

/** The date so many days after the first of January 2026. */
function dateOf(day: number): string {
  return new Date(Date.UTC(2026, 0, 1 + day)).toISOString().slice(0, 10);
}

/** Days of a source by their numbers, each with what is said of it. */
function daysOf(source: string, days: readonly number[], values: (day: number) => SyncRow): SyncRow[] {
  return days.map((day) => daily(source, dateOf(day), values(day)));
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => from + index);

const bpm = (day: number) => ({ resting_heart_rate: 50 + (day % 3) });

/** A device of each date, by the number of the day. */
type Worn = (day: number) => readonly [device: string | null, firmware: string | null];

function changesOf(rows: SyncRow[], worn?: Worn): ReadRow[] {
  const path = filledMirror({ daily_summary: rows }, (database) => {
    if (worn === undefined) return;
    const devices = range(0, 60).flatMap((day) => {
      const [device, firmware] = worn(day);
      const told = { source: 'oura', datetime: dateOf(day), device, firmware };
      return [
        { ...told, kind: 'daily' as const },
        { ...told, kind: 'sleep' as const },
      ];
    });
    writeDeviceMonth(database, 'events/2026-01.ndjson.gz', 'sum', devices);
  });
  return rowsOf(path, 'select * from source_changes order by datetime, "column"');
}

describe('source_changes', () => {
  it('says since when a column comes from another source, whatever lies between', () => {
    const rows = [
      ...daysOf('oura', [...range(0, 20), 22, 23, 25], bpm),
      ...daysOf('whoop', [10, ...range(18, 50)], (day) => ({ ...bpm(day), strain: 9 })),
    ];
    expect(changesOf(rows)).toEqual([
      {
        column: 'resting_heart_rate',
        datetime: dateOf(20),
        from: 'oura',
        to: 'whoop',
        why: 'another source is shown: it has 11 of the next 14 values',
      },
    ]);
  });

  it('takes a night as the one source it is of, and each of its columns', () => {
    const night = () => ({ sleep_minutes: 400, deep_sleep_minutes: 60 });
    const found = changesOf([...daysOf('whoop', range(0, 9), night), ...daysOf('oura', range(9, 20), night)]);
    expect(found.map(({ column, datetime, to }) => [column, datetime, to])).toEqual([
      ['deep_sleep_minutes', dateOf(9), 'oura'],
      ['sleep_minutes', dateOf(9), 'oura'],
    ]);
  });

  it.each([
    ['a single day of another', [12], range(0, 12), range(13, 40)],
    ['six days of another', range(12, 18), range(0, 12), range(18, 40)],
    [
      'every other day of another',
      range(0, 40).filter((day) => day % 2 === 1),
      range(0, 40).filter((day) => day % 2 === 0),
      [],
    ],
    ['six days at the end', range(34, 40), range(0, 34), []],
  ])('is silent about %s', (_what, other, before, after) => {
    expect(
      changesOf([...daysOf('whoop', other, bpm), ...daysOf('oura', [...before, ...after], bpm)]),
    ).toEqual([]);
  });

  it('counts dates with a value, however far apart they are', () => {
    const weekly = (from: number, to: number) => range(from, to).map((week) => week * 7);
    const vo2 = () => ({ vo2_max: 45 });
    const found = changesOf([...daysOf('garmin', weekly(0, 9), vo2), ...daysOf('polar', weekly(9, 17), vo2)]);
    expect(found).toMatchObject([{ column: 'vo2_max', datetime: dateOf(63), from: 'garmin', to: 'polar' }]);
  });

  it('tells a heart rate variability that is measured by another method', () => {
    const hrv = (day: number) => ({ heart_rate_variability: 40, hrv_method: day < 20 ? 'rmssd' : 'sdnn' });
    expect(changesOf(daysOf('oura', range(0, 40), hrv))).toMatchObject([
      { column: 'heart_rate_variability', datetime: dateOf(20), from: 'oura (rmssd)', to: 'oura (sdnn)' },
    ]);
  });

  it('tells another device of one source where events name it', () => {
    const rows = daysOf('oura', range(0, 40), bpm);
    expect(changesOf(rows, (day) => [day < 15 || day === 17 ? 'Ring 3' : 'Ring 4', '1'])).toEqual([
      {
        column: 'resting_heart_rate',
        datetime: dateOf(15),
        from: 'oura: Ring 3',
        to: 'oura: Ring 4',
        why: 'another device of the source, as its archived events say: it has 13 of the next 14 values',
      },
    ]);
    expect(changesOf(rows, (day) => [day === 15 ? 'Ring 3' : 'Ring 4', '1'])).toEqual([]);
    expect(changesOf(daysOf('whoop', range(0, 40), bpm), (day) => [day < 15 ? 'a' : 'b', '1'])).toEqual([]);
  });

  it('tells other firmware only where the level moved with it', () => {
    const updated: Worn = (day) => ['Ring 4', day < 20 ? '2.9' : '3.0'];
    expect(changesOf(daysOf('oura', range(0, 40), bpm), updated)).toEqual([]);
    const moved = daysOf('oura', range(0, 40), (day) => ({
      resting_heart_rate: (day < 20 ? 50 : 58) + (day % 2),
      steps: 5_000 + 1_000 * (day % 7) + (day < 20 ? 0 : 300),
      // Who travelled on that day.
      utc_offset_minutes: day < 20 ? 60 : 120,
    }));
    expect(changesOf(moved, updated)).toEqual([
      {
        column: 'resting_heart_rate',
        datetime: dateOf(20),
        from: 'oura: 2.9',
        to: 'oura: 3.0',
        why: 'other firmware of the device, as its archived events say, and the mean went from 50.5 to 58.5: it has 14 of the next 14 values',
      },
    ]);
  });
});

type Recording = { source: string; name: string; from: number; length: number; steps: number | null };

/** The rules, read one by one: each group by the key of its fullest recording, and how many it has. */
function plainlyMerged(recordings: readonly Recording[]): [string, number][] {
  const isOne = (one: Recording, other: Recording) =>
    one.source !== other.source &&
    (one.name === 'Yoga') === (other.name === 'Yoga') &&
    Math.min(one.from + one.length, other.from + other.length) - Math.max(one.from, other.from) >
      Math.min(one.length, other.length) / 2;
  const left = new Set(recordings);
  const groups: Recording[][] = [];
  for (const first of recordings) {
    if (!left.delete(first)) continue;
    const group = [first];
    for (const one of group) {
      for (const other of [...left]) if (isOne(one, other) && left.delete(other)) group.push(other);
    }
    groups.push(group);
  }
  const order = ['oura', 'whoop', 'garmin', 'polar'];
  const rank = ({ source, from, steps }: Recording) =>
    (steps === null ? 1_000_000 : 0) + order.indexOf(source) * 1_000 + from;
  return groups.map((group) => {
    const [best] = group.toSorted((a, b) => rank(a) - rank(b));
    return [`${best?.source} ${at(best?.from ?? 0)}`, group.length];
  });
}
