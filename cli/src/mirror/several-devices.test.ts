import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SyncRow } from '../../../cloud/src/contract/sync.ts';
import { filledMirror } from '../../test/support/filled-mirror.ts';
import { daily, row } from '../../test/support/pages.ts';
import { type ReadRow, rowsOf } from '../../test/support/temporary.ts';
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
      { numRuns: 15 },
    );
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
