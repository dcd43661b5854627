import { z } from 'zod';
import type { Choice, DailyColumn } from '../../mirror/chosen-source.ts';
import { readChoices } from '../../mirror/chosen-source.ts';
import { DAILY_ENTRIES } from '../../mirror/dictionary/days.ts';
import { readMissingDays } from '../../mirror/reading/missing-days.ts';
import { readNights, readSleeps, readWorkouts } from '../../mirror/reading/sessions.ts';
import { coverageOf, nothingKnown, outsideTheData } from '../coverage.ts';
import type { Found, Insufficient, Known, Row } from '../found.ts';
import { HRV, isOver } from '../metric.ts';
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
      .max(60, { error: 'must name at most 60 columns' })
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
      return {
        ranges: [range],
        columns: choices.map(({ column }) => column),
        coverage: (named ?? []).map((column) =>
          coverageOf(known, column, range, missing.includes(column) ? [] : [date]),
        ),
        insufficient: lacking(known, date, choices, named),
        result: {
          date,
          values: choices.map((choice) => valueRow(known, date, choice, choices)),
          missing: missing.map((column) => ({ column, why: readMissingDays(known.database, column, range) })),
          ...(named === null
            ? {
                night:
                  night === undefined ? null : { from: night.local_bed_time, to: night.local_wake_up_time },
                sleeps: readSleeps(known.database, range),
                workouts: readWorkouts(known.database, range),
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
  choices: readonly Choice[],
  named: readonly DailyColumn[] | null,
): Insufficient | null {
  const range = { from: date, to: date };
  const outside = outsideTheData(known, range);
  if (outside !== null) return outside;
  if (choices.length > 0) return null;
  const asked = named ?? (['steps', 'sleep_minutes'] as const);
  const why = asked.flatMap((column) => readMissingDays(known.database, column, range));
  const distinct = [...new Map(why.map((one) => [`${one.source} ${one.state}`, one])).values()];
  return nothingKnown(`${named?.join(', ') ?? 'Anything'} of ${date}`, distinct);
}

function valueRow(known: Known, date: string, choice: Choice, all: readonly Choice[]): Row {
  const { column, value, source, others } = choice;
  const method = column === HRV ? all.find((one) => one.column === 'hrv_method')?.value : undefined;
  return {
    column,
    value,
    unit: DAILY_ENTRIES[column].unit,
    source,
    ...(method === undefined ? {} : { hrv_method: method }),
    ...(isOver(known, column, date) ? {} : { is_day_over: false }),
    ...(others.length === 0
      ? {}
      : { others: others.map((other) => ({ source: other.source, value: other.value })) }),
  };
}
