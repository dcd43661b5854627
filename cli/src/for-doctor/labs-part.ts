import type { Lab } from '../mirror/lab-results.ts';
import { renderDate } from '../report/calendar.ts';
import { html, type Markup } from '../report/html.ts';
import { markOf, resultInWords } from '../report/labs-section.ts';
import { listTable } from '../report/list-table.ts';
import { rangeInWords, testName } from '../report/test-name.ts';
import { renderCounted } from '../terminal/counts.ts';
import { renderUnit } from '../terminal/lab-panels.ts';
import type { Known } from './known.ts';
import { BUNDLE, REPORT, TABLES } from './part-names.ts';

/** Results of the days that were asked for, the latest first, and what older ones the report has. */
export function labsPart({ labs, data }: Known): Markup {
  if (data.labs.length === 0) return html`<p>The person’s data has no laboratory result at all.</p>`;
  const older = data.labs.filter(({ date }) => date < data.range.from);
  const last = older
    .map(({ date }) => date)
    .toSorted()
    .at(-1);
  const before =
    last === undefined
      ? null
      : html`<p>${renderCounted(older.length, 'earlier result')}, the latest of ${renderDate(last)}, ${older.length === 1 ? 'stands' : 'stand'} in <a href="${REPORT}#labs">${REPORT}</a> alone: <code>${BUNDLE}</code> and <code>${TABLES}</code> have these days only.</p>`;
  if (labs.length === 0) return html`<p>There is no laboratory result of these days.</p>${before}`;
  return html`<p>${renderCounted(labs.length, 'result')} of these days. The range is the one that the laboratory printed with the result.</p>
${listTable(
  ['date', 'test', 'result', 'reference range'],
  labs.map((lab) => {
    const mark = markOf(lab);
    return [
      lab.date,
      lab.specimen === null ? testName(lab.code) : `${testName(lab.code)} (${lab.specimen})`,
      html`${resultInWords(lab)}${mark === null ? null : html`<br><span class="mark">${mark}</span>`}`,
      rangeOf(lab),
    ];
  }),
)}${before}`;
}

function rangeOf({ ref_low, ref_high, unit }: Lab): string {
  const range = rangeInWords(ref_low, ref_high);
  return range === '' ? 'none printed' : `${range} ${renderUnit(unit ?? '')}`.trim();
}
