import { z } from 'zod';
import { KNOWN_VALUES_MIN } from '../../mirror/composites.ts';
import type { DateRange } from '../../mirror/days-read.ts';
import { countWorkouts, readRecordings, type Workout } from '../../mirror/reading/sessions.ts';
import { coverageOf, nothingKnown, outsideTheData } from '../coverage.ts';
import { rounded } from '../figures.ts';
import type { Coverage, Found, Insufficient, Known, Row } from '../found.ts';
import { checkedRange, defineTool, RANGE_FIELDS } from '../tool.ts';
import { allows } from '../views.ts';

export const workouts = defineTool({
  name: 'workouts',
  title: 'Runs, rides and other activities',
  description:
    'Activities of a range by the local date of their start: how many, and by source and kind duration, distance and energy. Two devices may have recorded the same one: `recorded_twice` counts those, and `count` counts each once, as `activities_merged` does. Use `rows` for single ones.',
  view: 'summary',
  hasRows: true,
  input: z.object({
    ...RANGE_FIELDS,
    name: z
      .string({ error: 'must be a text' })
      .optional()
      .describe('Only activities whose name has this text in it, such as run.'),
  }),
  ask: (_scene, args, page) => {
    const range = checkedRange('workouts', args);
    const name = args.name?.toLowerCase();
    return (known): Found => {
      const all = readRecordings(known.database, range);
      const coverage = coverageOf(
        known,
        'activities',
        range,
        all.map(({ date }) => date),
      );
      const found = all.filter(
        ({ activity_name }) => name === undefined || activity_name?.toLowerCase().includes(name),
      );
      const count = countWorkouts(known.database, found);
      return {
        ranges: [range],
        columns: [],
        units: UNITS,
        coverage: [coverage],
        insufficient: lacking(known, range, all, coverage),
        result: {
          ...(found.length === 0 ? {} : { count, recorded_twice: found.length - count }),
          ...(found.length === 0 && isAllAsked(known, coverage) ? { count: 0, recorded_twice: 0 } : {}),
          by_source_and_kind: totals(known, found),
        },
        ...(page === null ? {} : { rows: found }),
        notes: [
          'Coverage counts days with an activity: a day without one may be a day of rest; `why_missing` tells days that were never asked for.',
        ],
      };
    };
  },
});

const UNITS = {
  duration: 's',
  distance: 'm',
  calories: 'kcal',
  average_heart_rate: '/min',
  heart_rate_max: '/min',
  strain: null,
  elevation_gain: 'm, or floors where elevation_method says so',
};

/**
 * No activity is known to be none only where every source that was in use then was asked for, and had nothing. One that
 * was in use before or after cannot know.
 */
function isAllAsked({ extent }: Known, { why_missing, from, to }: Coverage): boolean {
  const inUse = extent.spans.filter(({ oldest, newest }) => oldest <= to && newest >= from);
  const states = why_missing.filter(({ source }) => inUse.some((one) => one.source === source));
  return states.length > 0 && states.every(({ state }) => state === 'the device had nothing');
}

function lacking(
  known: Known,
  range: DateRange,
  all: readonly Workout[],
  coverage: Coverage,
): Insufficient | null {
  if (all.length > 0) return null;
  const outside = outsideTheData(known, range);
  if (outside !== null) return outside;
  return isAllAsked(known, coverage)
    ? null
    : nothingKnown('Whether there was an activity', coverage.why_missing);
}

/** Where a view shows no single activity, the sums of a few would. */
function totals({ view }: Known, found: readonly Workout[]): readonly Row[] {
  const groups = Map.groupBy(found, ({ source, activity_name }) => JSON.stringify([source, activity_name]));
  return [...groups.values()].map((group) => ({
    source: group[0]?.source,
    activity_name: group[0]?.activity_name,
    count: group.length,
    ...(allows(view, 'structured') || group.length >= KNOWN_VALUES_MIN
      ? {
          duration: sumOf(group.map(({ duration }) => duration)),
          distance: sumOf(group.map(({ distance }) => distance)),
          calories: sumOf(group.map(({ calories }) => calories)),
        }
      : {}),
  }));
}

/** Null, and how many are known, where one of them is not: a sum that leaves something out is no sum. */
function sumOf(values: readonly (number | null)[]): number | null | Row {
  const known = values.flatMap((value) => value ?? []);
  if (known.length === 0) return null;
  const sum = rounded(known.reduce((total, value) => total + value, 0));
  return known.length === values.length ? sum : { of_known: sum, known: known.length, of: values.length };
}
