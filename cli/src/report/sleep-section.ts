import { medianOf } from '../statistics.ts';
import { renderCounted } from '../terminal/counts.ts';
import { bucketsOf } from './buckets.ts';
import type { Pen } from './chart-drawer.ts';
import { dayChart } from './day-chart.ts';
import { BASELINE_TOLD, bodyOf } from './day-sections.ts';
import { explainDay } from './explain-line.ts';
import { renderCoverage, renderFacts, renderSources, renderTable, tooFewForMedian } from './facts.ts';
import { FIGURES, renderHours, renderMinutes } from './figures.ts';
import { html, type Markup } from './html.ts';
import { type ReportData, STAGES, type Stage } from './report-data.ts';
import type { Section } from './section.ts';
import { debtChart } from './sleep-debt.ts';
import { hours, minutesOr } from './sleep-minutes.ts';
import { timesChart } from './sleep-times.ts';

export function sleepSection(data: ReportData, pen: Pen): Section {
  const asleep = dayChart(data, pen, {
    figure: FIGURES.sleep_minutes,
    colour: 'one',
    kind: 'line',
    told: 'The main sleep that ended on each date, without naps.',
  });
  const parts = [asleep, stagesChart(data, pen), timesChart(data, pen), debtChart(data, pen)];
  const shown = parts.filter((part) => part !== null);
  return {
    id: 'sleep',
    title: 'Sleep',
    body: bodyOf(shown, [], asleep === null ? null : BASELINE_TOLD),
    missing:
      'No device has told of a night in these days. Wear one at night and run `amy sync`; `amy status` says which device is silent.',
  };
}

const STAGE_LOOKS: Readonly<
  Record<Stage, { readonly name: string; readonly colour: 'one' | 'two' | 'three' | 'four' }>
> = {
  deep_sleep_minutes: { name: 'deep', colour: 'four' },
  rem_sleep_minutes: { name: 'REM', colour: 'one' },
  light_sleep_minutes: { name: 'light', colour: 'three' },
  awake_minutes: { name: 'awake', colour: 'two' },
};

function stagesChart(data: ReportData, pen: Pen): Markup | null {
  const known = data.dates.filter((date) => STAGES.some((stage) => data.stages[stage].has(date)));
  const last = known.at(-1);
  if (last === undefined) return null;
  const buckets = bucketsOf(data.dates);
  const values = (stage: Stage) =>
    buckets.of(data.dates.map((date) => data.stages[stage].get(date)?.value ?? null));
  const drawn = STAGES.map((stage) => values(stage));
  const medians = STAGES.map((stage) => {
    const median = medianOf(known.flatMap((date) => data.stages[stage].get(date)?.value ?? []));
    return `${STAGE_LOOKS[stage].name} ${median === null ? 'unknown' : renderMinutes(median)}`;
  });
  const tooFew = tooFewForMedian(known.length, 'night');
  const inWords = tooFew === null ? ` On the median night: ${medians.join(', ')}.` : '';
  const chart = pen.draw({
    alternative: `Chart of the sleep stages of ${renderCounted(known.length, 'night')}.${inWords} The table below it has every value.`,
    dates: buckets.starts,
    each: buckets.size,
    hasRows: true,
    series: STAGES.map((stage, index) => ({
      kind: 'bars' as const,
      name: STAGE_LOOKS[stage].name,
      colour: STAGE_LOOKS[stage].colour,
      values: hours(drawn[index] ?? []),
      stack: 'stages',
    })),
    axis: { fromZero: true, label: renderHours },
  });
  const legend = html`<ul class="legend">${STAGES.map((stage) => html`<li class="${STAGE_LOOKS[stage].colour}">${STAGE_LOOKS[stage].name}</li>`)}</ul>`;
  const days = known.flatMap(
    (date) => STAGES.map((stage) => data.stages[stage].get(date)).find((day) => day !== undefined) ?? [],
  );
  return html`<figure class="plot"><figcaption><h3>Sleep stages, in hours</h3><p>Each night from the bottom up. Devices guess stages from movement and pulse, each in its own way.</p>${legend}</figcaption>${chart}${renderFacts(
    [
      ['Coverage', renderCoverage(known.length, data.dates.length, 'night')],
      ['Source', renderSources(days, 'night')],
      ['Median night', tooFew ?? medians.join(', ')],
      ['Where it comes from', explainDay(last, 'deep_sleep_minutes')],
    ],
  )}${renderTable({
    summary: `Sleep stages: every ${buckets.size} as a table`,
    heads: ['date', ...STAGES.map((stage) => STAGE_LOOKS[stage].name)],
    rows: buckets.starts.map((start, index) => [
      start,
      ...drawn.map((numbers) => minutesOr(numbers[index] ?? null)),
    ]),
  })}</figure>`;
}
