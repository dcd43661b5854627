import { KNOWN_VALUES_MIN } from '../mirror/composites.ts';
import type { DayValue } from '../mirror/days-read.ts';
import { renderCounted } from '../terminal/counts.ts';
import { html, type Markup, type Part } from './html.ts';

export type Fact = readonly [name: string, value: Part];

/** What stands beside every figure: what it is made of, and the way to the explanation. */
export function renderFacts(facts: readonly Fact[]): Markup {
  return html`<dl class="facts">${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>`;
}

/** `88 of 90 days`. */
export function renderCoverage(known: number, asked: number, noun = 'day'): string {
  return `${known.toLocaleString('en-US')} of ${renderCounted(asked, noun)}`;
}

/** `oura`, or of several devices `oura (82 days), garmin (5 days)`. */
export function renderSources(days: readonly Pick<DayValue, 'source'>[], noun = 'day'): string {
  const counts = new Map<string, number>();
  for (const { source } of days) counts.set(source, (counts.get(source) ?? 0) + 1);
  const sources = [...counts].toSorted(([, a], [, b]) => b - a);
  if (sources.length <= 1) return sources[0]?.[0] ?? 'none';
  return sources.map(([source, count]) => `${source} (${renderCounted(count, noun)})`).join(', ');
}

/** Instead of a median of so few values that it would say nothing; null of more. */
export function tooFewForMedian(known: number, noun: string): string | null {
  if (known >= KNOWN_VALUES_MIN) return null;
  return `none of ${renderCounted(known, noun)}: ${KNOWN_VALUES_MIN} are needed`;
}

export type Table = {
  readonly summary: string;
  readonly heads: readonly string[];
  /** The first cell of a row names it. */
  readonly rows: readonly (readonly Part[])[];
};

/** The numbers behind a chart, for who reads them rather than sees them. */
export function renderTable({ summary, heads, rows }: Table): Markup {
  return html`<details><summary>${summary}</summary><div class="scroll" tabindex="0" role="group" aria-label="${summary}">${plainTable(heads, rows)}</div></details>`;
}

export function plainTable(heads: readonly string[], rows: readonly (readonly Part[])[]): Markup {
  return html`<table><thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead><tbody>${rows.map(
    ([name, ...cells]) =>
      html`<tr><th scope="row">${name ?? null}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>`,
  )}</tbody></table>`;
}
