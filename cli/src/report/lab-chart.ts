import { addDays, datesOf } from '../dates.ts';
import { LAB_PLACES } from '../limits.ts';
import type { Lab } from '../mirror/lab-results.ts';
import { renderMeasured } from '../terminal/lab-panels.ts';
import type { Chart } from './chart.ts';

/** A result that is an exact number. */
export type Numbered = Lab & { readonly value: number };

/** Results of one test and one unit over the time between them, with the range that was printed with each. */
export function labChart(results: readonly Numbered[], alternative: string): Chart {
  const [first, last] = [results[0]?.date ?? '', results.at(-1)?.date ?? ''];
  const days = datesOf({ from: addDays(first, -1), to: addDays(last, 1) });
  const dates = days.filter((_, index) => index % Math.ceil(days.length / LAB_PLACES) === 0);
  const at = results.map((one) =>
    Math.max(
      0,
      dates.findLastIndex((date) => date <= one.date),
    ),
  );
  const axis = axisOf(results);
  // The range of a date is that of the result before it.
  const rangeOf = dates.map(
    (_, index) =>
      results[
        Math.max(
          0,
          at.findLastIndex((place) => place <= index),
        )
      ],
  );
  const edge = (open: number, edgeOf: (one: Numbered) => number | null) =>
    rangeOf.map((one) =>
      one === undefined || (one.ref_low === null && one.ref_high === null) ? null : (edgeOf(one) ?? open),
    );
  const values = dates.map((_, index) => results[at.lastIndexOf(index)]?.value ?? null);
  return {
    alternative,
    dates,
    series: [{ kind: 'line', name: 'result', colour: 'one', values, connects: true }],
    band: {
      low: edge(axis.min, ({ ref_low }) => ref_low),
      high: edge(axis.max, ({ ref_high }) => ref_high),
      colour: 'range',
    },
    axis: { ...axis, label: renderMeasured },
  };
}

/** Whole steps around all results and ranges, two to four of them. */
function axisOf(results: readonly Numbered[]) {
  const numbers = results.flatMap(({ value, ref_low, ref_high }) =>
    [value, ref_low, ref_high].filter((one) => one !== null),
  );
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const interval = stepOf((most - least || Math.abs(most) || 1) / 2);
  // An open range has some room beyond its one end.
  const isOpen = (end: 'ref_low' | 'ref_high', other: 'ref_low' | 'ref_high', at: number) =>
    results.some((one) => one[other] === null && one[end] === at);
  const [bottom, top] = [Math.floor(least / interval) * interval, Math.ceil(most / interval) * interval];
  const min = isOpen('ref_high', 'ref_low', bottom) ? bottom - interval : bottom;
  const max = isOpen('ref_low', 'ref_high', top) || top === min ? top + interval : top;
  return { min, max, interval };
}

/** The next of 1, 2, 5, 10, 20, 50 and so on. */
function stepOf(span: number): number {
  const ten = 10 ** Math.floor(Math.log10(span));
  return ([1, 2, 5].find((step) => step * ten >= span) ?? 10) * ten;
}
