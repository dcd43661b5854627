import { html, type Markup, type Part } from './html.ts';

/**
 * A table whose rows are read one by one: on a phone each of them becomes a short list, since five columns would leave no
 * room for a word. The first cell of a row names it.
 */
export function listTable(heads: readonly string[], rows: readonly (readonly Part[])[]): Markup {
  return html`<table class="list" role="table"><thead role="rowgroup"><tr role="row">${heads.map(
    (head) => html`<th role="columnheader" scope="col">${head}</th>`,
  )}</tr></thead><tbody role="rowgroup">${rows.map(
    ([name, ...cells]) =>
      html`<tr role="row"><th role="rowheader" scope="row">${name ?? null}</th>${cells.map(
        (cell, index) => html`<td role="cell" data-head="${heads[index + 1] ?? ''}">${cell}</td>`,
      )}</tr>`,
  )}</tbody></table>`;
}
