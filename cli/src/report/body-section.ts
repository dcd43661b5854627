import type { Lab } from '../mirror/lab-results.ts';
import { medianOf } from '../statistics.ts';
import { renderCounted } from '../terminal/counts.ts';
import { renderCode, renderMeasured, renderUnit } from '../terminal/lab-panels.ts';
import { bucketsOf } from './buckets.ts';
import { renderDate } from './calendar.ts';
import type { Pen } from './chart-drawer.ts';
import { bodyOf } from './day-sections.ts';
import { explainLab } from './explain-line.ts';
import { renderCoverage, renderFacts, renderTable } from './facts.ts';
import { html, type Markup } from './html.ts';
import { BODY_CODES, type ReportData } from './report-data.ts';
import type { Section } from './section.ts';

/** What is drawn over the whole width. */
const MAIN = 'weight';

export function bodySection(data: ReportData, pen: Pen): Section {
  const drawn = (codes: readonly string[], isSmall: boolean) =>
    codes.flatMap((code) => seriesOf(data.body, code)).map((series) => bodyChart(data, pen, series, isSmall));
  const others = BODY_CODES.filter((code) => code !== MAIN);
  return {
    id: 'body',
    title: 'Weight and body',
    body: bodyOf(drawn([MAIN], false), drawn(others, true)),
    missing:
      'No scale or cuff has told of your body in these days. `amy connect` adds one, such as withings or garmin.',
  };
}

type BodySeries = {
  readonly code: string;
  readonly source: string;
  readonly unit: string;
  readonly measured: readonly Lab[];
};

/** One for each device and unit: two scales are two lines of numbers. */
function seriesOf(body: readonly Lab[], code: string): readonly BodySeries[] {
  const kinds = Map.groupBy(
    body.filter((one) => one.code === code && one.value !== null),
    ({ source, unit }) => JSON.stringify([source, unit]),
  );
  return [...kinds.values()].flatMap((measured) => {
    const [first] = measured;
    return first === undefined
      ? []
      : [{ code, source: first.source, unit: renderUnit(first.unit ?? ''), measured }];
  });
}

function bodyChart(
  data: ReportData,
  pen: Pen,
  { code, source, unit, measured }: BodySeries,
  isSmall: boolean,
): Markup {
  const name = bodyName(code);
  const device = source.replace(/_body$/, '');
  // Two scales are two charts, which are told apart by their names.
  const devices = new Set(data.body.filter((one) => one.code === code).map((one) => one.source));
  const isOneOfSeveral = devices.size > 1;
  const by = isOneOfSeveral ? `, by ${device}` : '';
  const byDate = new Map(measured.map((one) => [one.date, one.value]));
  const buckets = bucketsOf(data.dates);
  const drawn = buckets.of(data.dates.map((date) => byDate.get(date) ?? null));
  const numbers = measured.flatMap(({ value }) => value ?? []);
  const shown = (value: number | null) => (value === null ? '–' : `${renderMeasured(value)} ${unit}`.trim());
  const [first, last] = [measured[0], measured.at(-1)];
  const change = (last?.value ?? 0) - (first?.value ?? 0);
  const chart = (isSmall ? pen.drawFlat : pen.draw)({
    alternative: `Chart of ${name.toLowerCase()} by ${device}: ${renderCounted(numbers.length, 'measurement')} from ${shown(Math.min(...numbers))} to ${shown(Math.max(...numbers))}, the middle one ${shown(medianOf(numbers))}. The table below it has every value.`,
    dates: buckets.starts,
    each: buckets.size,
    series: [{ kind: 'points', name, colour: 'four', values: drawn }],
    axis: { label: (value) => renderMeasured(value) },
  });
  return html`<figure class="${isSmall ? 'plot small' : 'plot'}"><figcaption><h3>${name}${unit === '' ? '' : `, in ${unit}`}${by}</h3><p>Each dot is ${buckets.size === 'week' ? 'the median of a week' : 'a day with a measurement'}.</p></figcaption>${chart}${renderFacts(
    [
      ['Coverage', renderCoverage(byDate.size, data.dates.length)],
      ['Source', device],
      ['Latest', last === undefined ? null : `${shown(last.value)} on ${renderDate(last.date)}`],
      [
        'Difference of the first and the latest',
        change === 0 ? 'none' : `${change < 0 ? '−' : '+'}${shown(Math.abs(change))}`,
      ],
      ['Where it comes from', last === undefined ? null : explainLab(code, last.date)],
    ],
  )}${renderTable({
    summary: `${name}${by}: every measurement as a table`,
    heads: ['date', name],
    rows: measured.map(({ date, value }) => [date, shown(value)]),
  })}</figure>`;
}

const NAMES: Readonly<Record<string, string>> = {
  bmi: 'Body mass index',
  body_fat_percentage: 'Body fat',
  systolic_bp: 'Blood pressure, systolic',
  diastolic_bp: 'Blood pressure, diastolic',
};

export function bodyName(code: string): string {
  const name = NAMES[code] ?? renderCode(code);
  return `${name.slice(0, 1).toUpperCase()}${name.slice(1)}`;
}
