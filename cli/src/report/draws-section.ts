import { DRAW_DAYS, DRAWS_SHOWN } from '../limits.ts';
import { KNOWN_VALUES_MIN } from '../mirror/composites.ts';
import { medianOf } from '../statistics.ts';
import { renderCounted } from '../terminal/counts.ts';
import { largestComparable } from './baseline.ts';
import { renderDate } from './calendar.ts';
import type { Pen } from './chart-drawer.ts';
import { axisOf } from './day-chart.ts';
import { explainDay } from './explain-line.ts';
import { renderCoverage, renderFacts, renderSources, renderTable } from './facts.ts';
import { drawnOf, FIGURES, type Figure, figureText, renderFigure, toldDifference } from './figures.ts';
import { html, type Markup } from './html.ts';
import { listTable } from './list-table.ts';
import { DRAW_FIGURES, type Draw, type DrawFigure, type ReportData } from './report-data.ts';
import type { Section } from './section.ts';

const COLOURS = {
  resting_heart_rate: 'two',
  heart_rate_variability: 'three',
  sleep_minutes: 'one',
  steps: 'four',
} as const;

/** Each blood draw with the wearable's days before and after it. */
export function drawsSection(data: ReportData, pen: Pen): Section {
  const shown = data.draws.filter(({ days }) => DRAW_FIGURES.some((name) => days[name].size > 0));
  const all = new Set(data.labs.map(({ date }) => date)).size;
  const cut =
    all > DRAWS_SHOWN
      ? ` Of ${renderCounted(all, 'date')} with results the latest ${DRAWS_SHOWN} are shown.`
      : '';
  return {
    id: 'draws',
    title: 'Around each blood draw',
    body:
      shown.length === 0
        ? null
        : html`<p>What your wearables told in the ${DRAW_DAYS} days before and after each date with laboratory results. It shows what was there at the same time, and not what caused what. Each figure is of the one device that tells most of these days, so that before and after can be compared, where ${KNOWN_VALUES_MIN} days of each are known.${cut}</p>${shown.map((draw) => drawPart(comparableOf(draw), pen))}`,
    missing:
      data.labs.length === 0
        ? 'There is no blood draw in the file. `amy labs upload report.pdf` sends a report of a laboratory.'
        : `No wearable has told of the ${DRAW_DAYS} days around your blood draws. \`amy import --days 365\` asks for days of the past.`,
  };
}

/** Before and after are told by one device: a difference of two devices would be none of the person's. */
function comparableOf(draw: Draw): Draw {
  const days = DRAW_FIGURES.map((name) => [name, largestComparable(draw.days[name])]);
  // It has the keys of the figures.
  return { ...draw, days: Object.fromEntries(days) as Draw['days'] };
}

function drawPart(draw: Draw, pen: Pen): Markup {
  const at = draw.dates.indexOf(draw.date);
  const rows = DRAW_FIGURES.map((name) => rowOf(draw, name, at));
  const drawn = DRAW_FIGURES.filter((name) => draw.days[name].size > 0);
  const known = drawn.map((name) => draw.days[name].size);
  const charts = drawn.map((name) => {
    const figure = FIGURES[name];
    const days = [...draw.days[name].values()];
    return html`<div><h4>${figure.name}</h4>${pen.drawFlat({
      alternative: `Chart of ${figureText.inSentence(figure)} in the ${DRAW_DAYS} days before and after the blood draw of ${renderDate(draw.date)}: ${renderCounted(days.length, 'day')}, half of them at ${renderFigure(figure, medianOf(days.map(({ value }) => value)) ?? 0)} or less. The table below it has every value.`,
      dates: draw.dates,
      hasRows: true,
      series: [
        {
          kind: 'line',
          name: figure.name,
          colour: COLOURS[name],
          values: draw.dates.map((date) => {
            const day = draw.days[name].get(date);
            return day === undefined ? null : drawnOf(figure, day.value);
          }),
        },
      ],
      axis: axisOf(figure, false),
      marks: [{ index: at, label: 'blood draw' }],
    })}</div>`;
  });
  const last = [...draw.days.resting_heart_rate.keys()].at(-1) ?? draw.date;
  return html`<figure class="plot draw" id="draw-${draw.date}"><figcaption><h3>Blood draw of ${renderDate(draw.date)}</h3></figcaption>${listTable(
    [
      'figure',
      `median of the ${DRAW_DAYS} days before`,
      `median of the ${DRAW_DAYS} days after`,
      'difference',
    ],
    rows,
  )}<div class="small-plots">${charts}</div>${renderFacts([
    ['Coverage', `${renderCoverage(Math.max(0, ...known), draw.dates.length)} at most`],
    [
      'Source',
      renderSources(
        drawn.flatMap((name) => [...draw.days[name].values()]),
        'value',
      ),
    ],
    ['Where it comes from', explainDay(last, 'resting_heart_rate')],
  ])}${renderTable({
    summary: `Blood draw of ${renderDate(draw.date)}: every day around it as a table`,
    heads: ['date', ...DRAW_FIGURES.map((name) => FIGURES[name].name)],
    rows: draw.dates.map((date) => [
      date === draw.date ? html`<strong>${date}</strong>` : date,
      ...DRAW_FIGURES.map((name) => {
        const day = draw.days[name].get(date);
        return day === undefined ? '–' : renderFigure(FIGURES[name], day.value);
      }),
    ]),
  })}</figure>`;
}

function rowOf(draw: Draw, name: DrawFigure, at: number) {
  const figure = FIGURES[name];
  const numbers = (dates: readonly string[]) =>
    dates.flatMap((date) => draw.days[name].get(date)?.value ?? []);
  const [before, after] = [numbers(draw.dates.slice(0, at)), numbers(draw.dates.slice(at + 1))];
  const [first, second] = [medianOf(before), medianOf(after)];
  const told = (median: number | null, known: readonly number[]) =>
    median === null
      ? 'nothing known'
      : `${renderFigure(figure, median)} (${renderCoverage(known.length, DRAW_DAYS)})`;
  const isKnown = Math.min(before.length, after.length) >= KNOWN_VALUES_MIN;
  const difference =
    first === null || second === null
      ? '–'
      : isKnown
        ? differenceOf(figure, toldDifference(figure, first, second))
        : 'too few days';
  return [figure.name, told(first, before), told(second, after), difference];
}

function differenceOf(figure: Figure, difference: number): string {
  const amount = renderFigure(figure, Math.abs(difference));
  if (amount === renderFigure(figure, 0)) return 'none';
  return `${difference < 0 ? '−' : '+'}${amount}`;
}
