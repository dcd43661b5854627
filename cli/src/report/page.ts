import { renderCounted } from '../terminal/counts.ts';
import { aboutSection, missingSection, noticesOf } from './about-section.ts';
import { renderDate, renderZone } from './calendar.ts';
import { documentOf } from './document.ts';
import { html } from './html.ts';
import { REPORT_SCRIPT } from './page-script.ts';
import { rangeChoice } from './range-choice.ts';
import type { ReportData } from './report-data.ts';
import type { Section } from './section.ts';

/** The whole report as one page. */
export function reportPage(data: ReportData, sections: readonly Section[], version: string): string {
  const shown = sections.filter(({ body }) => body !== null);
  const notices = noticesOf(data);
  const { from, to } = data.range;
  const body = html`<header>
<p class="brand">Amy</p>
<h1>Your last ${renderCounted(data.dates.length, 'day')}</h1>
<p>From ${renderDate(from)} to ${renderDate(to)}, in the time zone ${renderZone(data.timeZone)}.</p>
${notices.length === 0 ? null : html`<ul class="notices">${notices.map((notice) => html`<li>${notice}</li>`)}</ul>`}
<nav aria-label="Parts of the report"><ul>${shown.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}${
    shown.length < sections.length ? html`<li><a href="#missing">What is not here</a></li>` : null
  }<li><a href="#about">How to read this</a></li></ul></nav>
</header>
<main>
${rangeChoice(data)}${shown.map(({ id, title, body }) => html`<section id="${id}"><h2>${title}</h2>${body}</section>\n`)}
${missingSection(sections)}
${aboutSection(data, version)}
</main>
<div id="tip" aria-hidden="true" hidden></div>`;
  return documentOf({ title: `Your data, ${from} to ${to} · Amy`, body, script: REPORT_SCRIPT });
}
