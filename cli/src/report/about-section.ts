import { dateIn, daysIn } from '../dates.ts';
import { renderDate, renderZone } from './calendar.ts';
import { html, type Markup, type Part } from './html.ts';
import type { ReportData } from './report-data.ts';
import type { Section } from './section.ts';

/** What the reader should know before all else: that the file is old, empty, or does not reach as far back. */
export function noticesOf(data: ReportData): readonly Part[] {
  const { span, range, person } = data;
  const notices: Part[] = [];
  if (span === null) {
    notices.push(
      html`The file has no day of any device yet. Connect one with <code>amy connect</code>, ask for its past with <code>amy import --days 90 --wait</code>, and bring it here with <code>amy sync</code>.`,
    );
  } else if (span.to < range.from) {
    notices.push(
      html`The newest day in the file is ${renderDate(span.to)}, before the days of this report. <code>amy sync</code> brings what is new; <code>amy report --days ${daysIn({ from: span.to, to: range.to })}</code> reaches back to it.`,
    );
  } else if (daysIn({ from: span.to, to: range.to }) > 3) {
    notices.push(
      html`The newest day in the file is ${renderDate(span.to)}. <code>amy sync</code> brings what is new, and <code>amy status</code> says which device is silent.`,
    );
  }
  if (span !== null && span.from > range.from) {
    notices.push(
      html`The file begins on ${renderDate(span.from)}, later than the days of this report do. <code>amy import --days ${daysIn({ from: range.from, to: range.to })}</code> asks for days of the past, where a device has them.`,
    );
  }
  if (span !== null && (person.age === null || person.sex === null)) {
    notices.push(
      html`Your profile does not say your age or your sex, so that nothing of a published study stands beside your numbers. <code>amy profile set --age 41 --sex female</code> would say it, and the next <code>amy sync</code> brings it here.`,
    );
  }
  return notices;
}

export function missingSection(sections: readonly Section[]): Markup | null {
  const missing = sections.filter(({ body }) => body === null);
  if (missing.length === 0) return null;
  return html`<section id="missing"><h2>What is not here</h2><dl class="missing">${missing.map(
    ({ title, missing: why }) => html`<div><dt>${title}</dt><dd>${withCode(why ?? '')}</dd></div>`,
  )}</dl></section>`;
}

/** A sentence of ours, whose commands stand between backticks. */
function withCode(sentence: string): Part {
  return sentence.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
}

/** `28 Nov 2026, 06:30`, by the clock of the report's time zone. */
function syncedAt(time: string, timeZone: string): string {
  const at = new Date(time);
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' });
  return `${renderDate(dateIn(timeZone, at))}, ${clock.format(at)}`;
}

export function aboutSection(data: ReportData, version: string): Markup {
  return html`<section id="about"><h2>How to read this</h2>
<ul class="notes">
<li>Dates are local: those that your devices gave their days. “Today” is ${renderDate(data.today)} in the time zone ${renderZone(data.timeZone)}.</li>
<li>Where several devices tell the same thing, the number is that of the first in your order, as <code>amy sources order</code> shows it. A night is always of one device.</li>
<li>A baseline is made of the 60 days before a day, of the same device, and of heart rate variability of the same method. With fewer than 14 of them there is none.</li>
<li>Coverage counts the days with a value. A day without one is left out, never counted as zero.</li>
<li>The command beside a figure tells where its latest value comes from: the event, the rule that chose it, and what other devices said. For another day, write its date instead.</li>
<li>This file was made from the local copy of your data${data.lastSyncAt === null ? '' : `, last brought up to date on ${syncedAt(data.lastSyncAt, data.timeZone)}`}, by amy ${version}. It asks nobody for anything, and it holds personal data: whoever has the file can read it.</li>
<li>It describes what devices and laboratories measured. It judges nothing, and it is no advice of a doctor.</li>
</ul></section>`;
}
