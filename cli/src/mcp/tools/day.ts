import { z } from 'zod';
import { MCP_COLUMNS_MAX } from '../../limits.ts';
import type { Choice, DailyColumn } from '../../mirror/chosen-source.ts';
import { readChoices } from '../../mirror/chosen-source.ts';
import { DAILY_ENTRIES } from '../../mirror/dictionary/days.ts';
import { readMissingDays } from '../../mirror/reading/missing-days.ts';
import { readNights, readRecordings, readSleeps } from '../../mirror/reading/sessions.ts';
import { countDays, coverageOf, nothingKnown, outsideTheData } from '../coverage.ts';
import type { Coverage, Found, Insufficient, Known, Row } from '../found.ts';
import { isOver, methodsOf } from '../metric.ts';
import { asColumn, dateField, defineTool } from '../tool.ts';

export const day = defineTool({
  name: 'day',
  title: 'One day',
  description:
    'All that is known of one date: each value with its unit, its source and what other sources say, the night that ended on it, its naps and workouts. A column that is not there is not known. With `columns`, only those, and why a missing one is missing.',
  view: 'structured',
  hasRows: false,
  input: z.object({
    date: dateField('The date, as 2026-03-01; of a night the date of waking up.'),
    columns: z
      .array(z.string(), { error: 'must be a list of names of columns' })
      .max(MCP_COLUMNS_MAX, { error: `must name at most ${MCP_COLUMNS_MAX} columns` })
      .optional()
      .describe('Columns of a day, such as steps; without it every one that is known.'),
  }),
  ask: (_scene, { date, columns }) => {
    const named = columns?.map(asColumn) ?? null;
    return (known): Found => {
      const range = { from: date, to: date };
      const choices = (named ?? [null]).flatMap((column) => readChoices(known.database, date, column));
      const missing = (named ?? []).filter((column) => choices.every((choice) => choice.column !== column));
      const [night] = readNights(known.database, range);
      const workouts = named === null ? readRecordings(known.database, range) : [];
      const isKnown = choices.length > 0 || workouts.length > 0;
      const coverage =
        named === null
          ? [countDays('any column', range, isKnown ? [date] : [])]
          : named.map((column) => coverageOf(known, column, range, missing.includes(column) ? [] : [date]));
      return {
        ranges: [range],
        columns: choices.map(({ column }) => column),
        coverage,
        insufficient: isKnown ? null : lacking(known, date, named, coverage),
        result: {
          date,
          values: choices.map((choice) => valueRow(known, date, choice)),
          // Why, is in the coverage of each.
          missing,
          ...(named === null
            ? {
                night:
                  night === undefined ? null : { from: night.local_bed_time, to: night.local_wake_up_time },
                sleeps: readSleeps(known.database, range),
                workouts,
              }
            : {}),
        },
        notes: [],
      };
    };
  },
});

function lacking(
  known: Known,
  date: string,
  named: readonly DailyColumn[] | null,
  coverage: readonly Coverage[],
): Insufficient {
  const range = { from: date, to: date };
  const why =
    named === null
      ? [
          ...readMissingDays(known.database, 'steps', range),
          ...readMissingDays(known.database, 'sleep_minutes', range),
        ]
      : coverage.flatMap(({ why_missing }) => why_missing);
  const distinct = [...new Map(why.map((one) => [`${one.source} ${one.state}`, one])).values()];
  const what = `${named?.join(', ') ?? 'Anything'} of ${date}`;
  return outsideTheData(known, range) ?? nothingKnown(what, distinct);
}

function valueRow(known: Known, date: string, choice: Choice): Row {
  const { column, value, source, others } = choice;
  const methodBy = methodsOf(known, date, column);
  return {
    column,
    value,
    unit: DAILY_ENTRIES[column].unit,
    source,
    ...methodBy(source),
    ...(isOver(known, column, date) ? {} : { is_day_over: false }),
    ...(others.length === 0
      ? {}
      : {
          others: others.map((other) => ({
            source: other.source,
            value: other.value,
            ...methodBy(other.source),
          })),
        }),
  };
}
