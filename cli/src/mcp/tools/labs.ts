import { z } from 'zod';
import { type Lab, type LabResult, labCode, readLabs } from '../../mirror/lab-results.ts';
import { rounded } from '../figures.ts';
import type { Found, Insufficient, Row } from '../found.ts';
import { checkedRange, dateField, defineTool } from '../tool.ts';
import { allows } from '../views.ts';

const EARLIEST = '0000-01-01';
const LATEST = '9999-12-31';

export const labs = defineTool({
  name: 'labs',
  title: 'Laboratory results and body measurements',
  description:
    'Without `code`, every code with how many results there are and of when. With `code`, its latest result, its reference range and the change between its last two exact numbers of one unit and one source. A bound such as "<0.3" is never a number; results of two units are never subtracted. Use `rows` for single results.',
  view: 'summary',
  hasRows: true,
  input: z.object({
    code: z
      .string({ error: 'must be a text' })
      .optional()
      .describe('Such as glucose, hdl_cholesterol, weight; `labs` without it lists the codes there are.'),
    from: dateField('The first day; without it from the first result on.').optional(),
    to: dateField('The last day; without it to the last result.').optional(),
  }),
  ask: (_scene, args, page) => {
    const code = args.code === undefined ? null : labCode(args.code);
    const range = { from: args.from ?? EARLIEST, to: args.to ?? LATEST };
    if (args.from !== undefined && args.to !== undefined) checkedRange('labs', range);
    return (known): Found => {
      const found = readLabs(known.database, code, range);
      const elsewhere =
        found.length > 0 ? [] : readLabs(known.database, code, { from: EARLIEST, to: LATEST });
      const isShown = allows(known.view, 'structured');
      return {
        ranges: [],
        columns: [],
        units: Object.fromEntries(
          [...Map.groupBy(found, (lab) => lab.code)].map(([name, of]) => [name, unitsOf(of).join(', ')]),
        ),
        coverage: [],
        insufficient: lacking(code, found, elsewhere, isShown),
        result:
          code === null
            ? { codes: codesOf(found) }
            : { code, ...counts(found), ...(isShown ? latestOf(found) : {}) },
        ...(page === null ? {} : { rows: found.map(shownLab) }),
        notes: [
          'A laboratory measures on single days: there is nothing between two results.',
          ...(code !== null && found.some(({ operator }) => operator !== null)
            ? ['A result with an operator is a bound: the value lies below or above it and is not known.']
            : []),
        ],
      };
    };
  },
});

function lacking(
  code: string | null,
  found: readonly Lab[],
  elsewhere: readonly Lab[],
  isShown: boolean,
): Insufficient | null {
  const remedy = 'Upload a report with `amy labs upload FILE`, then `amy sync`.';
  if (found.length === 0) {
    const dates = elsewhere.map(({ date }) => date).toReversed();
    const other =
      dates.length === 0 ? 'nor of any other date' : `the latest are of ${dates.slice(0, 5).join(', ')}`;
    const message = `No result of ${code ?? 'any code'} is known in the range; ${other}.`;
    return { reason: 'nothing_known', message, remedy: dates.length === 0 ? remedy : null };
  }
  if (code === null) return null;
  const exact = found.filter(isExact);
  if (exact.length === 0 && found.some(({ value }) => value !== null)) {
    const message = `Every result of ${code} is a bound${isShown ? `, as ${printed(found.at(-1))}` : ''}: the value itself is not known.`;
    return { reason: 'lab_bounds_only', message, remedy: null };
  }
  const units = unitsOf(exact);
  if (units.length > 1) {
    const message = `Results of ${code} are in ${units.join(' and ')}: they cannot be subtracted or averaged together.`;
    return {
      reason: 'lab_units_differ',
      message,
      remedy: 'Read the results one by one, each with its unit.',
    };
  }
  return null;
}

function isExact({ value, operator }: LabResult): boolean {
  return value !== null && operator === null;
}

function unitsOf(found: readonly Lab[]): readonly string[] {
  return [...new Set(found.map(({ unit }) => unit ?? 'no unit'))].toSorted();
}

function printed(lab: LabResult | undefined): string | null {
  if (lab === undefined) return null;
  return lab.value_text ?? (lab.operator === null ? null : `${lab.operator}${lab.value}`);
}

/** A bound has no value here, so that nobody computes with it. */
export function shownLab(lab: LabResult): Row {
  const { value, value_text: _text, operator: _operator, ...rest } = lab;
  return { ...rest, value: isExact(lab) ? value : null, printed: printed(lab) };
}

function counts(found: readonly Lab[]): Row {
  return {
    results: found.length,
    exact_numbers: found.filter(isExact).length,
    bounds: found.filter(({ operator }) => operator !== null).length,
    first_date: found[0]?.date ?? null,
    last_date: found.at(-1)?.date ?? null,
    out_of_range: found.filter(({ status }) => status === 'out_of_range').length,
    sources: [...new Set(found.map(({ source }) => source))].toSorted(),
  };
}

/** The change is one between exact numbers of one unit and one source, the last two of them. */
function latestOf(found: readonly Lab[]): Row {
  const latest = found.at(-1);
  const last = found.filter(isExact).at(-1);
  const before = found.findLast((lab) => isExact(lab) && lab.source === last?.source && lab.date < last.date);
  const isChange =
    last !== undefined && before !== undefined && last === latest && unitsOf([before, last]).length === 1;
  return {
    latest: latest === undefined ? null : shownLab(latest),
    change:
      isChange && last.value !== null && before.value !== null
        ? {
            ...{ from: before.date, to: last.date, source: last.source },
            ...{ by: rounded(last.value - before.value), unit: last.unit },
          }
        : null,
  };
}

function codesOf(found: readonly Lab[]): readonly Row[] {
  return [...Map.groupBy(found, ({ code }) => code)].map(([code, results]) => ({
    code,
    units: unitsOf(results),
    ...counts(results),
  }));
}
