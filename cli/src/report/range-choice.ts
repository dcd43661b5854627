import { REPORT_RANGES } from '../limits.ts';
import { bucketsOf } from './buckets.ts';
import { html, type Markup } from './html.ts';
import type { ReportData } from './report-data.ts';

/** Fewer points than these are no chart. */
const POINTS_LEAST = 7;

/**
 * Of how many days the charts are to be: for the page's script, without which all days are shown and nothing is to be
 * picked. Null where there is no choice.
 */
export function rangeChoice({ dates, range }: ReportData): Markup | null {
  const days = bucketsOf(dates).size === 'week' ? 7 : 1;
  const ranges = REPORT_RANGES.filter((one) => one < dates.length && one / days >= POINTS_LEAST);
  if (ranges.length === 0) return null;
  const choice = (value: string, told: string, isChosen: boolean) =>
    html`<label><input type="radio" name="range" value="${value}"${isChosen ? html` checked` : null}> ${told}</label>`;
  return html`<div id="range" data-to="${range.to}" hidden><fieldset><legend>Charts of</legend>${ranges.map((one) => choice(String(one), `${one} days`, false))}${choice('', `all ${dates.length.toLocaleString('en-US')} days`, true)}</fieldset></div><p id="shown" role="status"></p>
`;
}
