import { z } from 'zod';
import { dayNumber } from '../../dates.ts';
import type { DailyColumn } from '../../mirror/chosen-source.ts';
import { KNOWN_VALUES_MIN } from '../../mirror/composites.ts';
import type { DayValue } from '../../mirror/days-read.ts';
import { outsideTheData, tooFew } from '../coverage.ts';
import { figuresOf, mean, rounded, slopeADay } from '../figures.ts';
import type { Found, Known, Row } from '../found.ts';
import { bySource, dayRows, measure, unfinishedNotes, unlike } from '../metric.ts';
import { asColumn, checkedRange, defineTool, metricField, RANGE_FIELDS } from '../tool.ts';
import { allows } from '../views.ts';

export const trend = defineTool({
  name: 'trend',
  title: 'One metric over time',
  description:
    'One metric of a day (steps, resting_heart_rate, sleep_minutes, ...) over a range: mean, median, spread, change a week, each source apart, by month on request. Says insufficient_data where fewer than 7 days are known or where values cannot be taken together. Use `rows` for single days.',
  view: 'summary',
  hasRows: true,
  input: z.object({
    metric: metricField,
    ...RANGE_FIELDS,
    by_month: z.boolean().default(false).describe('Whether to give the mean of each month too.'),
  }),
  ask: (_scene, args, page) => {
    const column = asColumn(args.metric);
    const range = checkedRange('trend', args);
    return (known): Found => {
      const measured = measure(known, column, range);
      const { days } = measured;
      const insufficient =
        outsideTheData(known, range) ??
        (days.length < KNOWN_VALUES_MIN
          ? tooFew(`Days of ${column}`, days.length, KNOWN_VALUES_MIN)
          : null) ??
        unlike(column, days);
      return {
        ranges: [range],
        columns: [column],
        coverage: [measured.coverage],
        insufficient,
        result: {
          metric: column,
          known_days: days.length,
          ...(insufficient === null ? figures(known, days) : {}),
          ...(args.by_month ? { months: months(column, days) } : {}),
          by_source: bySource(column, days),
        },
        ...(page === null ? {} : { rows: dayRows(column, measured) }),
        notes: unfinishedNotes(measured),
      };
    };
  },
});

function figures({ view }: Known, days: readonly DayValue[]): Row {
  const points = days.map(({ datetime, value }) => ({ day: dayNumber(datetime), value }));
  const sorted = days.toSorted((a, b) => a.value - b.value);
  return {
    ...figuresOf(days.map(({ value }) => value)),
    change_a_week: rounded(slopeADay(points) * 7),
    ...(allows(view, 'structured')
      ? { lowest_day: dayOf(sorted[0]), highest_day: dayOf(sorted.at(-1)) }
      : {}),
  };
}

function dayOf(day: DayValue | undefined): Row | null {
  return day === undefined ? null : { date: day.datetime, value: day.value, source: day.source };
}

/** A month whose days cannot be taken together, or are too few, has no mean. */
function months(column: DailyColumn, days: readonly DayValue[]): readonly Row[] {
  return [...Map.groupBy(days, ({ datetime }) => datetime.slice(0, 7))].map(([month, group]) => {
    const isKnown = group.length >= KNOWN_VALUES_MIN && unlike(column, group) === null;
    return {
      month,
      known_days: group.length,
      mean: isKnown ? rounded(mean(group.map(({ value }) => value))) : null,
    };
  });
}
