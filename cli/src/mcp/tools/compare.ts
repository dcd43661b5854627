import { z } from 'zod';
import { KNOWN_VALUES_MIN } from '../../mirror/composites.ts';
import type { DateRange } from '../../mirror/days-read.ts';
import { outsideTheData, tooFew } from '../coverage.ts';
import { figuresOf, mean, rounded } from '../figures.ts';
import type { Found, Insufficient, Known, Row } from '../found.ts';
import { bySource, type Measured, measure, unfinishedNotes, unlike } from '../metric.ts';
import { asColumn, checkedRange, defineTool, metricField, RANGE_FIELDS } from '../tool.ts';

export const compare = defineTool({
  name: 'compare',
  title: 'Two periods beside each other',
  description:
    'One metric of a day in two periods: means, spreads and their difference (second minus first). Says insufficient_data instead of a difference where a period has fewer than 7 known days, lies outside of the data, or where the values are of two HRV methods or of two makers’ scores.',
  view: 'summary',
  hasRows: false,
  input: z.object({
    metric: metricField,
    first: z.strictObject(RANGE_FIELDS).describe('The earlier period, or the one to compare with.'),
    second: z.strictObject(RANGE_FIELDS).describe('The other period.'),
  }),
  ask: (_scene, args) => {
    const column = asColumn(args.metric);
    const first = checkedRange('compare', args.first, ['first.from', 'first.to']);
    const second = checkedRange('compare', args.second, ['second.from', 'second.to']);
    return (known): Found => {
      const [one, other] = [measure(known, column, first), measure(known, column, second)];
      const insufficient =
        lacking(known, 'first', first, one) ??
        lacking(known, 'second', second, other) ??
        unlike(column, [...one.days, ...other.days]);
      const period = (range: DateRange, { days }: Measured) => ({
        ...range,
        known_days: days.length,
        ...(insufficient === null ? figuresOf(days.map(({ value }) => value)) : {}),
        by_source: bySource(column, days),
      });
      return {
        ranges: [first, second],
        columns: [column],
        coverage: [one.coverage, other.coverage],
        insufficient,
        result: {
          metric: column,
          first: period(first, one),
          second: period(second, other),
          ...(insufficient === null ? { difference: difference(one, other) } : {}),
        },
        notes: [...new Set([...unfinishedNotes(one), ...unfinishedNotes(other)]), ...deviceNotes(one, other)],
      };
    };
  },
});

function lacking(known: Known, name: string, range: DateRange, { days }: Measured): Insufficient | null {
  const outside = outsideTheData(known, range);
  if (outside !== null) return { ...outside, message: `\`${name}\`: ${outside.message}` };
  if (days.length >= KNOWN_VALUES_MIN) return null;
  return tooFew(`Days of the period \`${name}\``, days.length, KNOWN_VALUES_MIN);
}

function difference(one: Measured, other: Measured): Row {
  const [before, after] = [one, other].map(({ days }) => mean(days.map(({ value }) => value)));
  if (before === undefined || after === undefined) return {};
  return {
    of_means: rounded(after - before),
    percent: before === 0 ? null : rounded(((after - before) / before) * 100),
  };
}

function deviceNotes(one: Measured, other: Measured): readonly string[] {
  const [before, after] = [one, other].map(({ days }) =>
    [...new Set(days.map(({ source }) => source))].toSorted().join(' and '),
  );
  if (before === after || before === '' || after === '') return [];
  return [
    `The first period is of ${before}, the second of ${after}: a part of the difference may be the devices’ and not the person’s.`,
  ];
}
