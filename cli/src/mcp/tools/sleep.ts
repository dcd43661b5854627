import { z } from 'zod';
import type { DailyColumn } from '../../mirror/chosen-source.ts';
import { KNOWN_VALUES_MIN } from '../../mirror/composites.ts';
import { type DateRange, readDayValues } from '../../mirror/days-read.ts';
import { type Night, readNights, readSleeps, type Sleep } from '../../mirror/reading/sessions.ts';
import { coverageOf, nothingKnown, outsideTheData, tooFew } from '../coverage.ts';
import { figuresOf, mean, rounded } from '../figures.ts';
import type { Coverage, Found, Insufficient, Known, Row } from '../found.ts';
import { bySource } from '../metric.ts';
import { checkedRange, defineTool, RANGE_FIELDS } from '../tool.ts';
import { allows } from '../views.ts';

const AVERAGED = [
  'sleep_minutes',
  'deep_sleep_minutes',
  'rem_sleep_minutes',
  'light_sleep_minutes',
  'awake_minutes',
  'time_in_bed_minutes',
  'sleep_efficiency',
  'sleep_latency_minutes',
  'awakenings',
] as const satisfies readonly DailyColumn[];

export const sleep = defineTool({
  name: 'sleep',
  title: 'Nights and naps',
  description:
    'Nights of a range by the date of waking up: mean length, stages, bed and wake-up time by the wall clock, and naps, which are in no night’s sleep_minutes. A mean needs 7 known nights. Use `rows` for single nights with all sleeps that ended on their date.',
  view: 'summary',
  hasRows: true,
  input: z.object(RANGE_FIELDS),
  ask: (_scene, args, page) => {
    const range = checkedRange('sleep', args);
    return (known): Found => {
      const { database } = known;
      const nights = readNights(database, range);
      const lengths = readDayValues(database, 'sleep_minutes', range);
      const coverage = coverageOf(
        known,
        'sleep_minutes',
        range,
        lengths.map(({ datetime }) => datetime),
      );
      return {
        ranges: [range],
        columns: [...AVERAGED, 'nap_minutes'],
        coverage: [coverage],
        insufficient: lacking(known, range, coverage, nights, page !== null),
        result: {
          nights_known: lengths.length,
          means: Object.fromEntries(AVERAGED.map((column) => [column, figures(nights, column)])),
          mean_bed_time: meanClock(nights.map((night) => night.local_bed_time)),
          mean_wake_up_time: meanClock(nights.map((night) => night.local_wake_up_time)),
          naps: naps(known, nights),
          by_source: bySource('sleep_minutes', lengths),
        },
        ...(page === null ? {} : { rows: rowsOf(known, range, nights) }),
        notes: [],
      };
    };
  },
});

/** Single nights need no seven of their kind. */
function lacking(
  known: Known,
  range: DateRange,
  coverage: Coverage,
  nights: readonly Night[],
  hasRows: boolean,
): Insufficient | null {
  const outside = outsideTheData(known, range);
  if (outside !== null) return outside;
  if (nights.length === 0) return nothingKnown('Any sleep of the range', coverage.why_missing);
  const { days_with_data } = coverage;
  if (hasRows || days_with_data >= KNOWN_VALUES_MIN) return null;
  return tooFew('Nights', days_with_data, KNOWN_VALUES_MIN);
}

function figures(nights: readonly Night[], column: (typeof AVERAGED)[number]): Row | null {
  const values = nights.flatMap((night) => night[column] ?? []);
  return values.length < KNOWN_VALUES_MIN ? null : { known: values.length, ...figuresOf(values) };
}

const DAY_MINUTES = 1_440;

/** `23:10`. Times around midnight are on one side of noon each, so that their mean lies between them. */
function meanClock(times: readonly (string | null)[]): Row | null {
  const minutes = times.flatMap((time) => {
    const [, hour, minute] = /T(\d\d):(\d\d)/.exec(time ?? '') ?? [];
    return hour === undefined ? [] : [(Number(hour) * 60 + Number(minute) + DAY_MINUTES / 2) % DAY_MINUTES];
  });
  if (minutes.length < KNOWN_VALUES_MIN) return null;
  const clock = (Math.round(mean(minutes)) + DAY_MINUTES / 2) % DAY_MINUTES;
  const [hour, minute] = [Math.floor(clock / 60), clock % 60].map((part) => String(part).padStart(2, '0'));
  return { known: minutes.length, wall_clock: `${hour}:${minute}` };
}

/** No nap that is known is not the same as none: there is no sum of nothing. */
function naps({ view }: Known, nights: readonly Night[]): Row {
  const needed = allows(view, 'structured') ? 1 : KNOWN_VALUES_MIN;
  const minutes = nights.flatMap(({ nap_minutes }) =>
    nap_minutes === null || nap_minutes === 0 ? [] : nap_minutes,
  );
  return {
    days_with_a_nap: minutes.length,
    ...(minutes.length >= needed
      ? { minutes_in_all: rounded(minutes.reduce((sum, one) => sum + one, 0)) }
      : {}),
  };
}

function rowsOf({ database }: Known, range: DateRange, nights: readonly Night[]): readonly Row[] {
  const sources = new Map<string, string>();
  for (const column of ['time_in_bed_minutes', 'sleep_minutes'] as const)
    for (const { datetime, source } of readDayValues(database, column, range)) sources.set(datetime, source);
  const sleeps = Map.groupBy(readSleeps(database, range), ({ date }) => date);
  return nights.map((night) => ({
    ...night,
    source: sources.get(night.date) ?? null,
    sleeps: (sleeps.get(night.date) ?? []).map(sleepRow),
  }));
}

function sleepRow({ source, local_start, local_end, start_time, end_time }: Sleep): Row {
  const isLocal = local_start !== null && local_end !== null;
  return isLocal
    ? { source, local_start, local_end }
    : { source, start_time, end_time, local_time: 'not known: no device tells the offset' };
}
