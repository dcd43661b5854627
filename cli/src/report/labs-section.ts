import type { Measurement } from '../mirror/report-read.ts';
import { renderCounted } from '../terminal/counts.ts';
import {
  PANEL_NAMES,
  panelOf,
  renderCode,
  renderMeasured,
  renderRange,
  renderUnit,
} from '../terminal/lab-panels.ts';
import { renderDate } from './calendar.ts';
import { explainLab } from './explain-line.ts';
import { plainTable } from './facts.ts';
import { html, type Markup } from './html.ts';
import { rangeStrip } from './range-strip.ts';
import type { ReportData } from './report-data.ts';
import type { Pen, Section } from './section.ts';

export function labsSection(data: ReportData, pen: Pen): Section {
  return {
    id: 'labs',
    title: 'Laboratory results',
    body: data.labs.length === 0 ? null : labsPart(data.labs, pen),
    missing:
      'There is no laboratory result in the file. `amy labs upload report.pdf` sends a report, and `amy sync` brings its results.',
  };
}

function labsPart(labs: readonly Measurement[], pen: Pen): Markup {
  const tests = [...Map.groupBy(labs, ({ code }) => code)];
  const draws = new Set(labs.map(({ draw_date }) => draw_date)).size;
  const panels = PANEL_NAMES.flatMap((panel) => {
    const ofPanel = tests.filter(([code]) => panelOf(code) === panel);
    return ofPanel.length === 0
      ? []
      : [
          html`<h3>${panel}</h3><ul class="cards labs">${ofPanel.map(([code, results]) => testCard(code, results, pen))}</ul>`,
        ];
  });
  return html`<p>${renderCounted(tests.length, 'test')} of ${renderCounted(draws, 'date')}, all that the file has whatever days this report is of. The green band is the reference range that the laboratory printed with the result; laboratories have ranges of their own, and a result outside of one is a question for a doctor and no answer.</p>${panels}`;
}

function testCard(code: string, results: readonly Measurement[], pen: Pen): Markup {
  const last = results.at(-1);
  if (last === undefined) return html``;
  const name = renderCode(code);
  const range = renderRange(last.ref_low, last.ref_high);
  const unit = renderUnit(last.unit ?? '');
  const mark = markOf(last);
  const alternative = `${name}: ${shown(last)}${range === '' ? '' : `, reference range ${range} ${unit}`}${mark === null ? '' : `; ${mark}`}.`;
  const drawn = drawable(results, last);
  const picture =
    drawn.length > 1
      ? pen.drawSmall(labChart(drawn, alternative))
      : last.value === null || last.operator !== null
        ? null
        : rangeStrip(last.value, last.ref_low, last.ref_high, alternative);
  const earlier =
    results.length < 2
      ? null
      : html`<details><summary>${renderCounted(results.length, 'result')} as a table</summary>${plainTable(
          ['date', 'result', 'range', 'source'],
          results
            .toReversed()
            .map((one) => [
              one.draw_date,
              html`${shown(one)}${markOf(one) === null ? null : html`<br><span class="mark">${markOf(one)}</span>`}`,
              renderRange(one.ref_low, one.ref_high) || '–',
              one.source,
            ]),
        )}</details>`;
  return html`<li><h4>${name}</h4><p class="value">${shown(last)}</p>${mark === null ? null : html`<p class="mark">${mark}</p>`}${picture}<p class="muted">${range === '' ? 'no reference range printed' : `reference range ${range} ${unit}`}<br>${renderDate(last.draw_date)} · ${last.source}<br>${explainLab(code, last.draw_date)}</p>${earlier}</li>`;
}

/** `5.2 mmol/L`, `< 0.3 mg/L`, or the words that were printed. */
function shown({ value, value_text, operator, unit }: Measurement): string {
  if (value === null) return value_text ?? 'no result printed';
  return `${operator === null ? '' : `${operator} `}${renderMeasured(value)} ${renderUnit(unit ?? '')}`.trim();
}

/** How far outside of the laboratory's own range; null within it, and of what cannot be compared. */
export function markOf({ value, operator, unit, ref_low, ref_high }: Measurement): string | null {
  if (value === null || operator !== null) return null;
  const away = (distance: number) => `${renderMeasured(distance)} ${renderUnit(unit ?? '')}`.trim();
  if (ref_high !== null && value > ref_high)
    return `▲ ${away(value - ref_high)} above the laboratory’s range`;
  if (ref_low !== null && value < ref_low) return `▼ ${away(ref_low - value)} below the laboratory’s range`;
  return null;
}

/** Exact numbers in the unit of the latest: numbers of two units make no line. */
function drawable(
  results: readonly Measurement[],
  last: Measurement,
): readonly (Measurement & { value: number })[] {
  return results.flatMap((one) =>
    one.value === null || one.operator !== null || one.unit !== last.unit
      ? []
      : [{ ...one, value: one.value }],
  );
}

function labChart(drawn: readonly (Measurement & { value: number })[], alternative: string) {
  const values = drawn.map(({ value }) => value);
  const edges = drawn.flatMap(({ ref_low, ref_high }) => [ref_low, ref_high].filter((edge) => edge !== null));
  const [least, most] = [Math.min(...values, ...edges), Math.max(...values, ...edges)];
  const room = (most - least || Math.abs(most) || 1) * 0.1;
  const [min, max] = [least < 0 ? least - room : Math.max(0, least - room), most + room];
  const hasRange = ({ ref_low, ref_high }: Measurement) => ref_low !== null || ref_high !== null;
  return {
    alternative,
    dates: drawn.map(({ draw_date }) => draw_date),
    series: [
      { kind: 'line' as const, name: 'result', colour: 'one' as const, values },
      { kind: 'points' as const, name: 'result', colour: 'one' as const, values },
    ],
    band: {
      low: drawn.map((one) => (hasRange(one) ? (one.ref_low ?? min) : null)),
      high: drawn.map((one) => (hasRange(one) ? (one.ref_high ?? max) : null)),
    },
    isRange: true,
    axis: { label: (value: number) => renderMeasured(value), min, max },
  };
}
