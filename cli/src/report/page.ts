import { createHash } from 'node:crypto';
import { renderCounted } from '../terminal/counts.ts';
import { aboutSection, missingSection, noticesOf } from './about-section.ts';
import { renderDate } from './calendar.ts';
import { html, Markup } from './html.ts';
import { REPORT_SCRIPT } from './page-script.ts';
import { REPORT_STYLE } from './page-style.ts';
import type { ReportData } from './report-data.ts';
import type { Section } from './section.ts';

/** Nothing is loaded, asked or sent, and of what stands in the file only the one style sheet and the one script count. */
const POLICY = [
  "default-src 'none'",
  `style-src '${hashOf(REPORT_STYLE)}'`,
  `script-src '${hashOf(REPORT_SCRIPT)}'`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

function hashOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

/** The whole report as one page. */
export function reportPage(data: ReportData, sections: readonly Section[], version: string): string {
  const shown = sections.filter(({ body }) => body !== null);
  const notices = noticesOf(data);
  const { from, to } = data.range;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>Your data, ${from} to ${to} · Amy</title>
<style>${new Markup(REPORT_STYLE)}</style>
</head>
<body>
<header>
<p class="brand">Amy</p>
<h1>Your last ${renderCounted(data.dates.length, 'day')}</h1>
<p>From ${renderDate(from)} to ${renderDate(to)}, in the time zone ${data.timeZone}.</p>
${notices.length === 0 ? null : html`<ul class="notices">${notices.map((notice) => html`<li>${notice}</li>`)}</ul>`}
<nav aria-label="Parts of the report"><ul>${shown.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}${
    shown.length < sections.length ? html`<li><a href="#missing">What is not here</a></li>` : null
  }<li><a href="#about">How to read this</a></li></ul></nav>
</header>
<main>
${shown.map(({ id, title, body }) => html`<section id="${id}"><h2>${title}</h2>${body}</section>\n`)}
${missingSection(sections)}
${aboutSection(data, version)}
</main>
<div id="tip" aria-hidden="true" hidden></div>
<script>${new Markup(REPORT_SCRIPT)}</script>
</body>
</html>
`.text;
}
