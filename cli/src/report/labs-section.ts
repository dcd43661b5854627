import type { Lab } from '../mirror/lab-results.ts';
import { renderCounted } from '../terminal/counts.ts';
import { PANEL_NAMES, panelOf, renderMeasured, renderUnit } from '../terminal/lab-panels.ts';
import { renderDate } from './calendar.ts';
import type { Pen } from './chart-drawer.ts';
import { explainLab } from './explain-line.ts';
import { plainTable } from './facts.ts';
import { html, type Markup, type Part } from './html.ts';
import { labChart, type Numbered } from './lab-chart.ts';
import { rangeStrip } from './range-strip.ts';
import type { ReportData } from './report-data.ts';
import type { Section } from './section.ts';
import { rangeInWords, testName } from './test-name.ts';

export function labsSection(data: ReportData, pen: Pen): Section {
  return {
    id: 'labs',
    title: 'Laboratory results',
    body: data.labs.length === 0 ? null : labsPart(data.labs, pen),
    missing:
      'There is no laboratory result in the file. `amy labs upload report.pdf` sends a report, and `amy sync` brings its results.',
  };
}

function labsPart(labs: readonly Lab[], pen: Pen): Markup {
  const tests = [...Map.groupBy(labs, ({ code }) => code)];
  const draws = new Set(labs.map(({ date }) => date)).size;
  const ordered = PANEL_NAMES.flatMap((panel) => tests.filter(([code]) => panelOf(code) === panel));
  return html`<p>${renderCounted(tests.length, 'test')} of ${renderCounted(draws, 'date')}, all that the file has whatever days this report is of. The shaded band is the reference range that the laboratory printed with the result; laboratories have ranges of their own, and a result outside of one is a question for a doctor and no answer.</p><ul class="cards">${ordered.map(([code, results]) => testCard(code, results, pen))}</ul>`;
}

function testCard(code: string, results: readonly Lab[], pen: Pen): Markup {
  const last = results.at(-1);
  if (last === undefined) return html``;
  const name = testName(code);
  const range = rangeInWords(last.ref_low, last.ref_high);
  const unit = renderUnit(last.unit ?? '');
  const mark = markOf(last);
  const alternative = `${name}: ${resultInWords(last)}${range === '' ? '' : `, reference range ${range} ${unit}`}${mark === null ? '' : `; ${mark}`}.`;
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
          ['date, source', 'result, range'],
          results.toReversed().map(earlierRow),
        )}</details>`;
  return html`<li><p class="panel">${panelOf(code)}</p><h3>${name}</h3><p class="value">${resultInWords(last)}</p>${mark === null ? null : html`<p class="mark">${mark}</p>`}${picture}<p class="muted">${range === '' ? 'no reference range printed' : `reference range ${range} ${unit}`}<br>${renderDate(last.date)} · ${sourceName(last.source)}<br>${explainLab(code, last.date)}</p>${earlier}</li>`;
}

/** A card has room for two columns, on paper too. */
function earlierRow(one: Lab): readonly Part[] {
  const [range, mark] = [rangeInWords(one.ref_low, one.ref_high), markOf(one)];
  return [
    html`${one.date}<br><span class="muted">${sourceName(one.source)}</span>`,
    html`${resultInWords(one)}${mark === null ? null : html`<br><span class="mark">${mark}</span>`}<br><span class="muted">${range === '' ? 'no range' : `range ${range}`}</span>`,
  ];
}

/** `5.2 mmol/L`, `< 0.3 mg/L`, or the words that were printed. */
export function resultInWords({ value, value_text, operator, unit }: Lab): string {
  if (value === null) return value_text ?? 'no result printed';
  return `${operator === null ? '' : `${operator} `}${renderMeasured(value)} ${renderUnit(unit ?? '')}`.trim();
}

/** How far outside of the laboratory's own range; null within it, and of what cannot be compared. */
export function markOf({ value, operator, unit, ref_low, ref_high }: Lab): string | null {
  if (value === null || operator !== null) return null;
  const away = (distance: number) => `${renderMeasured(distance)} ${renderUnit(unit ?? '')}`.trim();
  if (ref_high !== null && value > ref_high)
    return `▲ ${away(value - ref_high)} above the laboratory’s range`;
  if (ref_low !== null && value < ref_low) return `▼ ${away(ref_low - value)} below the laboratory’s range`;
  return null;
}

/** Exact numbers in the unit of the latest: numbers of two units make no line. */
function drawable(results: readonly Lab[], last: Lab): readonly Numbered[] {
  return results.flatMap((one) =>
    one.value === null || one.operator !== null || one.unit !== last.unit
      ? []
      : [{ ...one, value: one.value }],
  );
}

function sourceName(source: string): string {
  return source === 'terra_lab' ? 'lab report' : source;
}
