import type { DayValue } from '../mirror/days-read.ts';
import { medianOf } from '../statistics.ts';
import { rollingBaselines } from './baseline.ts';
import { type Buckets, bucketsOf } from './buckets.ts';
import { renderDate, renderDayOfYear } from './calendar.ts';
import type { Axis, Colour, Series } from './chart.ts';
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
import { drawnOf, type Figure, type FigureName, figureText, renderFigure } from './figures.ts';
import { html, type Markup } from './html.ts';
import { populationNote } from './population-note.ts';
import { type ReportData, shownDays } from './report-data.ts';
import { changesOf, marksOf, renderChanges } from './source-changes.ts';

export type DayChart = {
  readonly figure: Figure & { readonly column: FigureName };
  readonly colour: Colour;
  readonly kind: 'line' | 'bars';
  /** One of several beside each other. */
  readonly small?: true;
  /** Beside the title: what is seen. */
  readonly told: string;
};

/** The chart of a column over the days of the report, with what is usual for the person behind it. */
export function dayChart(
  data: ReportData,
  pen: Pen,
  { figure, colour, kind, small, told }: DayChart,
): Markup | null {
  const days = shownDays(data, figure.column);
  const last = days.at(-1);
  if (last === undefined) return null;
  const values = data.days[figure.column];
  const buckets = bucketsOf(data.dates);
  const baselines = rollingBaselines(values, data.dates);
  const drawn = buckets.of(data.dates.map((date) => values.get(date)?.value ?? null));
  const part = (edge: 'low' | 'high' | 'median') =>
    buckets.lastOf(baselines.map((one) => one?.[edge] ?? null));
  const [low, high, middle] = [part('low'), part('high'), part('median')];
  const changes = changesOf(data, figure.column);
  const scaled = (numbers: readonly (number | null)[]) =>
    numbers.map((value) => (value === null ? null : drawnOf(figure, value)));
  const series: Series = { kind, name: figure.name, colour, values: scaled(drawn) };
  const chart = (small ? pen.drawFlat : pen.draw)({
    alternative: alternativeOf(figure, days, data),
    dates: buckets.starts,
    each: buckets.size,
    hasRows: true,
    series: [series],
    band: { low: scaled(low), high: scaled(high), middle: scaled(middle), colour: 'band' },
    axis: axisOf(figure, kind === 'bars'),
    marks: marksOf(changes, buckets),
  });
  const each = buckets.size === 'week' ? 'Each point is the median of seven days. ' : '';
  return html`<figure class="${small ? 'plot small' : 'plot'}"><figcaption><h3>${figure.name}${unitOf(figure)}</h3><p>${told} ${each}${figure.note ?? ''}</p></figcaption>${chart}${renderFacts(factsOf(data, figure, days, last))}${renderChanges(changes)}${populationNote(data, figure.column, last)}${tableOf(
    data,
    figure,
    buckets,
    [drawn, middle, low, high],
  )}</figure>`;
}

function factsOf(
  data: ReportData,
  figure: Figure,
  days: readonly DayValue[],
  last: DayValue,
): readonly Fact[] {
  const methods = methodsOf(days);
  const soFar = figure.grows === true && last.datetime === data.today ? ', so far' : '';
  return [
    ['Coverage', renderCoverage(days.length, data.dates.length)],
    ['Source', renderSources(days)],
    ['Latest', `${renderFigure(figure, last.value)} on ${renderDayOfYear(last.datetime)}${soFar}`],
    ['Where it comes from', explainDay(last.datetime, figure.column)],
    ...(methods === null ? [] : [['Method', methods] as const]),
  ];
}

/** A week has no one device, so that its row names none. */
function tableOf(
  data: ReportData,
  figure: DayChart['figure'],
  { size, starts }: Buckets,
  columns: readonly (readonly (number | null)[])[],
): Markup {
  const isDay = size === 'day';
  const heads = ['date', figure.name, 'your median', 'middle half from', 'middle half to'];
  return renderTable({
    summary: `${figure.name}: every ${size} as a table`,
    heads: isDay ? [...heads, 'source'] : heads,
    rows: starts.map((start, index) => [
      start,
      ...columns.map((numbers) => shownOr(figure, numbers[index] ?? null)),
      ...(isDay ? [data.days[figure.column].get(start)?.source ?? ''] : []),
    ]),
  });
}

function unitOf({ column, unit }: Figure): string {
  if (column === 'sleep_minutes') return ', in hours';
  return unit === '' || unit === 'steps' ? '' : `, in ${unit}`;
}

function shownOr(figure: Figure, value: number | null): string {
  return value === null ? '–' : renderFigure(figure, value);
}

/** Of heart rate variability; null of what has no method. */
function methodsOf(days: readonly DayValue[]): string | null {
  const methods = new Set(days.flatMap(({ hrv_method }) => hrv_method?.toUpperCase() ?? []));
  return methods.size === 0 ? null : [...methods].join(' and ');
}

export function axisOf(figure: Figure, fromZero: boolean): Axis {
  return {
    fromZero,
    label: (value) => figureText.axis(figure, value),
    ...(figure.column === 'sleep_minutes' ? { step: 0.5 } : figure.digits === 0 ? { step: 1 } : {}),
  };
}

export function alternativeOf(figure: Figure, days: readonly DayValue[], { range }: ReportData): string {
  const numbers = days.map(({ value }) => value);
  const [least, most, median] = [Math.min(...numbers), Math.max(...numbers), medianOf(numbers) ?? 0];
  const shown = (value: number) => renderFigure(figure, value);
  const half =
    tooFewForMedian(numbers.length, 'day') === null ? `, half of the days at ${shown(median)} or less` : '';
  return `Chart of ${figureText.inSentence(figure)} from ${renderDate(range.from)} to ${renderDate(range.to)}: from ${shown(least)} to ${shown(most)}${half}. The table below it has every value.`;
}
