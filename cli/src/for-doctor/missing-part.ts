import { bodyName } from '../report/body-section.ts';
import { renderDate } from '../report/calendar.ts';
import { renderCoverage } from '../report/facts.ts';
import { FIGURES, figureText } from '../report/figures.ts';
import { html, type Markup, type Part } from '../report/html.ts';
import { listTable } from '../report/list-table.ts';
import { renderCount, renderCounted } from '../terminal/counts.ts';
import { renderUnit } from '../terminal/lab-panels.ts';
import type { DaysOf, Known, KnownFigure } from './known.ts';

/** Of each device and each kind of number: days with a value of the days that were asked for. */
export function missingPart(known: Known): Markup {
  const asked = known.data.dates.length;
  if (known.sources.length === 0)
    return html`<p>No device told anything of these ${renderCounted(asked, 'day')}.</p>${bodyPart(known, asked)}${workoutsPart(known)}`;
  const none = known.figures.filter(({ days }) => days === 0);
  return html`<p>Asked for were ${renderCounted(asked, 'day')}. A day without a value is missing; it is not zero.</p>
<h3>Devices</h3>
${sourcesTable(known, asked)}
<h3>Numbers of the day</h3>
${figuresTable(known, asked)}
${none.length === 0 ? null : html`<p>Of these days nothing is known about: ${none.map(({ name }) => figureText.inSentence(FIGURES[name])).join(', ')}.</p>`}
${bodyPart(known, asked)}
${workoutsPart(known)}`;
}

function sourcesTable({ sources }: Known, asked: number): Markup {
  return listTable(
    ['source', 'days with anything', 'first and last of them'],
    sources.map(({ source, devices, days, first, last }) => [
      devices.length === 0 ? source : `${source} (${devices.join(', ')})`,
      renderCoverage(days, asked),
      first === last ? renderDate(first) : `${renderDate(first)} to ${renderDate(last)}`,
    ]),
  );
}

function figuresTable({ figures }: Known, asked: number): Markup {
  return listTable(
    ['number', 'unit', 'days with a value', 'missing', 'by source'],
    figures
      .filter(({ days, sources }) => days > 0 || sources.length > 0)
      .map((figure) => [
        FIGURES[figure.name].name,
        unitOf(figure),
        renderCoverage(figure.days, asked),
        renderCounted(asked - figure.days, 'day'),
        bySource(figure.sources),
      ]),
  );
}

function unitOf({ name, methods }: KnownFigure): string {
  const { unit } = FIGURES[name];
  const method = methods.map((one) => one.toUpperCase()).join(' and ');
  if (unit === '') return 'a score';
  return method === '' ? unit : `${unit}, ${method}`;
}

function bySource(sources: readonly DaysOf[]): Part {
  return sources.map(({ source, days }, index) => [
    index === 0 ? null : html`<br>`,
    `${source}: ${renderCounted(days, 'day')}`,
  ]);
}

function bodyPart({ body }: Known, asked: number): Markup {
  if (body.length === 0) return html`<p>No scale and no cuff measured anything in these days.</p>`;
  return html`<h3>Measurements of the body</h3>
${listTable(
  ['measurement', 'unit', 'days with a value', 'by source'],
  body.map(({ code, unit, days, sources }) => [
    bodyName(code),
    renderUnit(unit),
    renderCoverage(days, asked),
    bySource(sources),
  ]),
)}`;
}

function workoutsPart({ workouts }: Known): Markup {
  if (workouts.length === 0) return html`<p>No workout was recorded in these days.</p>`;
  const count = workouts.reduce((sum, one) => sum + one.count, 0);
  const told = workouts.map((one) => `${one.source} ${renderCount(one.count)}`).join(', ');
  return html`<p>Workouts recorded: ${renderCount(count)} (${told}). One that several devices recorded counts once.</p>`;
}
