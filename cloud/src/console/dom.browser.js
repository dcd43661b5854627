// @ts-check

/**
 * What an element may hold: other elements, and text. A text is never read as markup, whatever it came from.
 * @typedef {Node | string | number | null | undefined | false} Piece
 */

/**
 * A piece of the page by its id.
 * @param {ParentNode} root
 * @param {string} id
 * @returns {HTMLElement}
 */
export function part(root, id) {
  const found = root.querySelector(`#${id}`);
  if (found instanceof HTMLElement) return found;
  throw new Error(`the page has no ${id}`);
}

/** @param {ParentNode} root @param {string} id @returns {HTMLInputElement} */
export function field(root, id) {
  const found = part(root, id);
  if (found instanceof HTMLInputElement) return found;
  throw new Error(`${id} is no field`);
}

/** @param {ParentNode} root @param {string} id @returns {HTMLButtonElement} */
export function button(root, id) {
  const found = part(root, id);
  if (found instanceof HTMLButtonElement) return found;
  throw new Error(`${id} is no button`);
}

/**
 * A new element.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, string>} attributes
 * @param {readonly Piece[]} pieces
 * @returns {HTMLElementTagNameMap[Tag]}
 */
export function make(tag, attributes = {}, ...pieces) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  fill(element, ...pieces);
  return element;
}

/** Puts pieces in the place of what an element holds. @param {Element} element @param {readonly Piece[]} pieces */
export function fill(element, ...pieces) {
  const shown = pieces.filter((piece) => piece !== null && piece !== undefined && piece !== false);
  element.replaceChildren(...shown.map((piece) => (piece instanceof Node ? piece : String(piece))));
}

/** Names and values. @param {Element} list @param {readonly (readonly [string, ...Piece[]])[]} pairs */
export function fillPairs(list, pairs) {
  fill(list, ...pairs.flatMap(([name, ...pieces]) => [make('dt', {}, name), make('dd', {}, ...pieces)]));
}

/** Figures, each in a box. @param {Element} list @param {readonly (readonly [string, ...Piece[]])[]} figures */
export function fillFigures(list, figures) {
  fill(
    list,
    ...figures.map(([name, ...pieces]) => make('div', {}, make('dt', {}, name), make('dd', {}, ...pieces))),
  );
}

/** @param {number} number */
export function shownNumber(number) {
  return number.toLocaleString('en');
}

/** Of one and of several: `1 event`, `2 events`. @param {number} number @param {string} one @param {string} [several] */
export function counted(number, one, several = `${one}s`) {
  return `${shownNumber(number)} ${number === 1 ? one : several}`;
}

/** What the server has: ISO, or `2026-03-01 12:00:00`, which is UTC. @param {string} text */
export function instantOf(text) {
  return Date.parse(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/.test(text) ? `${text.replace(' ', 'T')}Z` : text);
}

/** A time by this device's clock; the server's own words stand behind it. @param {unknown} text @returns {Piece} */
export function shownTime(text) {
  if (typeof text !== 'string') return '-';
  const ms = instantOf(text);
  if (Number.isNaN(ms)) return text;
  const shown = new Date(ms).toLocaleString([], { dateStyle: 'medium', timeStyle: 'medium' });
  return make('time', { datetime: new Date(ms).toISOString(), title: `${text} UTC` }, shown);
}

/** How long: `35 ms`, `1.2 s`, `3 min`, `5 h`, `2 d`. @param {number} ms */
export function shownLength(ms) {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 10_000) return `${(ms / 1_000).toFixed(1).replace(/\.0$/, '')} s`;
  if (ms < 60_000) return `${Math.round(ms / 1_000)} s`;
  if (ms < 3_600_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 48 * 3_600_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} d`;
}
