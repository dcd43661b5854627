import { quantile } from '../statistics.ts';
import { renderCounted } from '../terminal/counts.ts';
import { bucketsOf } from './buckets.ts';
import type { Pen } from './chart-drawer.ts';
import { explainDay } from './explain-line.ts';
import {
  type Fact,
  renderCoverage,
  renderFacts,
  renderSources,
  renderTable,
  tooFewForMedian,
} from './facts.ts';
import { renderMinutes } from './figures.ts';
import { html, type Markup } from './html.ts';
import { type ReportData, shownDays } from './report-data.ts';

/** Hours after noon, so that a night is one piece. */
function afterNoon(time: string): number {
  const hours = Number(time.slice(11, 13)) + Number(time.slice(14, 16)) / 60;
  return (hours + 12) % 24;
}

function clock(hours: number): string {
  const minutes = Math.round(((hours + 12) % 24) * 60);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
}

/** When nights began and ended, by the clock on the wall. */
export function timesChart(data: ReportData, pen: Pen): Markup | null {
  const nights = new Map(
    data.nightTimes.flatMap(({ datetime, local_bed_time, local_wake_up_time }) =>
      local_bed_time === null || local_wake_up_time === null
        ? []
        : [[datetime, { bed: afterNoon(local_bed_time), wake: afterNoon(local_wake_up_time) }] as const],
    ),
  );
  const last = data.nightTimes.at(-1);
  if (last === undefined) return null;
  const buckets = bucketsOf(data.dates);
  const beds = buckets.of(data.dates.map((date) => nights.get(date)?.bed ?? null));
  const wakes = buckets.of(data.dates.map((date) => nights.get(date)?.wake ?? null));
  const all = [...nights.values()];
  const spreadOf = (values: readonly number[]) => {
    const sorted = values.toSorted((a, b) => a - b);
    return { middle: quantile(sorted, 0.5), half: quantile(sorted, 0.75) - quantile(sorted, 0.25) };
  };
  const [bed, wake] = [spreadOf(all.map((night) => night.bed)), spreadOf(all.map((night) => night.wake))];
  const told = (name: string, { middle, half }: { middle: number; half: number }) =>
    `${name} ${clock(middle)}, middle half within ${renderMinutes(half * 60)}`;
  const tooFew = tooFewForMedian(all.length, 'night');
  const medians: readonly Fact[] =
    tooFew === null
      ? [
          ['To bed', told('median', bed)],
          ['Up', told('median', wake)],
        ]
      : [['Median', tooFew]];
  const inWords = tooFew === null ? `: ${told('to bed', bed)}; ${told('up', wake)}` : '';
  const chart = pen.draw({
    alternative: `Chart of when ${renderCounted(all.length, 'night')} began and ended, by the clock on the wall${inWords}. The table below it has every night.`,
    dates: buckets.starts,
    each: buckets.size,
    hasRows: true,
    base: beds,
    series: [
      {
        kind: 'bars',
        name: 'in bed',
        colour: 'one',
        values: wakes.map((end, index) => {
          const begin = beds[index] ?? null;
          return end === null || begin === null ? null : Math.max(0, end - begin);
        }),
        stack: 'bars',
      },
    ],
    axis: {
      label: clock,
      inverse: true,
      min: Math.floor(Math.min(...all.map((night) => night.bed)) / 2) * 2,
      max: Math.ceil(Math.max(...all.map((night) => Math.max(night.wake, night.bed))) / 2) * 2,
      interval: 2,
    },
  });
  return html`<figure class="plot"><figcaption><h3>When you slept</h3><p>From going to bed, above, to getting up, below, by the clock on the wall where you were.</p></figcaption>${chart}${renderFacts(
    [
      ['Coverage', renderCoverage(all.length, data.dates.length, 'night')],
      ['Source', renderSources(shownDays(data, 'sleep_minutes'), 'night')],
      ...medians,
      ['Where it comes from', explainDay(last.datetime, 'bed_time')],
    ],
  )}${renderTable({
    summary: `When you slept: every ${buckets.size} as a table`,
    heads: ['date', 'to bed', 'up'],
    rows: buckets.starts.map((start, index) => [
      start,
      clockOr(beds[index] ?? null),
      clockOr(wakes[index] ?? null),
    ]),
  })}</figure>`;
}

function clockOr(hours: number | null): string {
  return hours === null ? '–' : clock(hours);
}
