import { DEBT_NIGHTS, DEBT_NIGHTS_KNOWN_MIN } from '../limits.ts';
import { medianOf } from '../statistics.ts';
import { bucketsOf } from './buckets.ts';
import { renderDate } from './calendar.ts';
import type { Pen } from './chart-drawer.ts';
import { explainDay } from './explain-line.ts';
import { renderCoverage, renderFacts, renderSources, renderTable } from './facts.ts';
import { renderHours, renderMinutes } from './figures.ts';
import { html, type Markup } from './html.ts';
import { type ReportData, shownDays } from './report-data.ts';
import { hours, minutesOr } from './sleep-minutes.ts';

/** Over the last nights: how much less than one's own median was slept. */
export function debts(nights: readonly (number | null)[], median: number): readonly (number | null)[] {
  return nights.map((_, index) => {
    const window = nights
      .slice(Math.max(0, index + 1 - DEBT_NIGHTS), index + 1)
      .filter((night) => night !== null);
    if (window.length < DEBT_NIGHTS_KNOWN_MIN) return null;
    return window.reduce((sum, night) => sum + (median - night), 0);
  });
}

export function debtChart(data: ReportData, pen: Pen): Markup | null {
  const days = shownDays(data, 'sleep_minutes');
  const median = medianOf(days.map(({ value }) => value));
  const last = days.at(-1);
  if (median === null || last === undefined) return null;
  const owed = debts(
    data.dates.map((date) => data.days.sleep_minutes.get(date)?.value ?? null),
    median,
  );
  const now = owed.findLast((debt) => debt !== null) ?? null;
  if (now === null) return null;
  const buckets = bucketsOf(data.dates);
  const drawn = buckets.lastOf(owed);
  const inWords = debtInWords(now);
  const chart = pen.draw({
    alternative: `Chart of the sleep debt over ${DEBT_NIGHTS} nights against your median night of ${renderMinutes(median)}. At the end: ${inWords}. The table below it has every value.`,
    dates: buckets.starts,
    each: buckets.size,
    hasRows: true,
    series: [{ kind: 'bars', name: 'debt', colour: 'two', values: hours(drawn) }],
    axis: { fromZero: true, label: renderHours },
  });
  return html`<figure class="plot"><figcaption><h3>Sleep debt, in hours</h3><p>How much less you slept over ${DEBT_NIGHTS} nights than ${DEBT_NIGHTS} times your own median night of these days; below zero you slept more. It says nothing about how much you need.</p></figcaption>${chart}${renderFacts(
    [
      ['Coverage', renderCoverage(owed.filter((debt) => debt !== null).length, data.dates.length)],
      ['Source', renderSources(days, 'night')],
      ['Median night', `${renderMinutes(median)} from ${renderDate(data.range.from)} on`],
      ['At the end', inWords],
      ['Where it comes from', explainDay(last.datetime, 'sleep_minutes')],
    ],
  )}${renderTable({
    summary: `Sleep debt: every ${buckets.size} as a table`,
    heads: ['date', `debt over ${DEBT_NIGHTS} nights`],
    rows: buckets.starts.map((start, index) => [start, minutesOr(drawn[index] ?? null)]),
  })}</figure>`;
}

function debtInWords(minutes: number): string {
  const amount = renderMinutes(Math.abs(minutes));
  return minutes >= 0
    ? `${amount} less than your median over ${DEBT_NIGHTS} nights`
    : `${amount} more than your median over ${DEBT_NIGHTS} nights`;
}
