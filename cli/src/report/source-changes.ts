import type { SourceChange } from '../mirror/reading/source-changes.ts';
import type { Buckets } from './buckets.ts';
import { renderDate } from './calendar.ts';
import { html, type Markup } from './html.ts';
import type { ReportData } from './report-data.ts';

const LABEL_CHARS_MAX = 16;

/** Where another device begins to say a column. */
export function changesOf({ sourceChanges }: ReportData, column: string): readonly SourceChange[] {
  return sourceChanges.filter((change) => change.column === column);
}

export function marksOf(changes: readonly SourceChange[], buckets: Buckets) {
  return changes.flatMap(({ date, to }) => {
    const index = buckets.indexOf(date);
    return index < 0 ? [] : [{ index, label: `→ ${shortened(to ?? 'none')}` }];
  });
}

/** Beside a line there is little room; the words below have it in full. */
function shortened(name: string): string {
  const plain = name.replace(/ \([^()]*\)$/, '');
  return plain.length <= LABEL_CHARS_MAX ? plain : `${plain.slice(0, LABEL_CHARS_MAX - 1)}…`;
}

/** The same in words. */
export function renderChanges(changes: readonly SourceChange[]): Markup | null {
  if (changes.length === 0) return null;
  return html`<ul class="notes">${changes.map(
    ({ date, from, to, why }) =>
      html`<li>From ${renderDate(date)} on the values are of ${to ?? 'no device'} instead of ${from ?? 'none'}${why === null ? '' : `: ${why}`}. Values of two devices can differ without anything in you having changed.</li>`,
  )}</ul>`;
}
