import { z } from 'zod';
import { AmyError } from '../../errors.ts';
import { LAB_DATES_NAMED } from '../../limits.ts';
import { type DailyColumn, readChoices } from '../../mirror/chosen-source.ts';
import { DAILY_ENTRIES } from '../../mirror/dictionary/days.ts';
import { labCode, readDatesOf, readLabResults } from '../../mirror/lab-results.ts';
import { coverageOf, nothingKnown, outsideTheData } from '../coverage.ts';
import type { Found, Known } from '../found.ts';
import { methodsOf } from '../metric.ts';
import { asColumn, dateField, defineTool } from '../tool.ts';
import { shownLab } from './labs.ts';

export const explain = defineTool({
  name: 'explain',
  title: 'Where a number comes from',
  description:
    'Of a `column` of a date: the value, its meaning, which source it is of, why that one was taken and what the others say. Of a laboratory `code` and date: its results as they were printed. It tells what the file knows; `amy explain` on the person’s machine also names the event.',
  view: 'structured',
  hasRows: false,
  input: z.object({
    date: dateField('The date, as 2026-03-01.'),
    column: z
      .string({ error: 'must be a column of a day' })
      .optional()
      .describe('Such as resting_heart_rate.'),
    code: z.string({ error: 'must be a laboratory code' }).optional().describe('Such as glucose.'),
  }),
  ask: (_scene, { date, column, code }) => {
    if ((column === undefined) === (code === undefined)) {
      throw new AmyError('argument_wrong', 'explain: give `column` or `code`, one of the two');
    }
    if (column === undefined) return (known) => ofLab(known, date, labCode(code ?? ''));
    const named = asColumn(column);
    return (known) => ofColumn(known, date, named);
  },
});

function ofColumn(known: Known, date: string, column: DailyColumn): Found {
  const range = { from: date, to: date };
  const [choice] = readChoices(known.database, date, column);
  const methodBy = methodsOf(known, date, column);
  const { unit, meaning } = DAILY_ENTRIES[column];
  const coverage = coverageOf(known, column, range, choice === undefined ? [] : [date]);
  const lacking = () =>
    outsideTheData(known, range) ?? nothingKnown(`${column} of ${date}`, coverage.why_missing);
  return {
    ranges: [range],
    columns: [column],
    coverage: [coverage],
    insufficient: choice === undefined ? lacking() : null,
    result: {
      date,
      column,
      meaning,
      ...(choice === undefined
        ? {}
        : {
            ...choice,
            unit,
            ...methodBy(choice.source),
            others: choice.others.map((other) => ({ ...other, ...methodBy(other.source) })),
          }),
    },
    notes: [],
  };
}

function ofLab({ database }: Known, date: string, code: string): Found {
  const results = readLabResults(database, code, date);
  const dates = readDatesOf(database, code, LAB_DATES_NAMED);
  const known = dates.length === 0 ? 'nor of any other date' : `the latest are of ${dates.join(', ')}`;
  return {
    ranges: [],
    columns: [],
    coverage: [],
    insufficient:
      results.length > 0
        ? null
        : { reason: 'nothing_known', message: `No ${code} of ${date} is known; ${known}.`, remedy: null },
    result: { date, code, results: results.map(shownLab) },
    notes: [],
  };
}
