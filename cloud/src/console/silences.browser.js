// @ts-check
import { onClick } from './acts.browser.js';
import { addressOf } from './address.browser.js';
import { ask } from './api.browser.js';
import { fill, fillPairs, make, part, shownTime } from './dom.browser.js';

/**
 * @typedef {import('./dom.browser.js').Piece} Piece
 * @typedef {import('../contract/silences.ts').SilenceRow} Silence
 * @typedef {import('zod').infer<typeof import('../contract/silences.ts').silenceList>} SilencePage
 */

/**
 * Connections whose data is overdue, of everybody or of one person.
 * @param {Record<string, string>} filter
 * @returns {Promise<SilencePage>}
 */
export function askSilences(filter) {
  return ask(`/admin/silences?${new URLSearchParams(filter)}`);
}

/** @param {HTMLElement} view @param {Record<string, string>} filter @param {SilencePage} page */
export function showSilences(view, filter, page) {
  const none = [make('li', {}, 'None.')];
  fill(part(view, 'silence-list'), ...(page.rows.length > 0 ? page.rows.map(silenceItem) : none));
  showMore(view, filter, page.next_cursor);
}

/** @param {HTMLElement} view @param {Record<string, string>} filter @param {string | null} cursor */
function showMore(view, filter, cursor) {
  const more = make('button', { type: 'button', class: 'quiet' }, 'More of them');
  fill(part(view, 'silences-more'), cursor !== null && more);
  onClick(view, more, async () => {
    const page = await askSilences({ ...filter, cursor: cursor ?? '' });
    const items = page.rows.map(silenceItem);
    part(view, 'silence-list').append(...items);
    showMore(view, filter, page.next_cursor);
    items[0]?.querySelector('a')?.focus();
  });
}

/** In words where the server has them, and everything that is known. @param {Silence} row */
function silenceItem(row) {
  const { provider, resource, kind, user_id, says, ...rest } = row;
  const pairs = make('dl', { class: 'pairs' });
  fillPairs(
    pairs,
    Object.entries(rest).map(([name, value]) => [name, shownKnown(name, value)]),
  );
  return make(
    'li',
    {},
    make(
      'p',
      { class: 'head' },
      make('strong', {}, `${provider ?? ''} ${resource ?? ''}`),
      kind && make('span', { class: 'tag bad' }, String(kind)),
      user_id && make('a', { href: addressOf('person', String(user_id)) }, String(user_id)),
    ),
    says ? make('p', { 'data-says': '' }, ...withTimes(String(says))) : null,
    make('details', {}, make('summary', {}, 'All that is known'), pairs),
  );
}

/** The server's sentence, its times by this device's clock. @param {string} says @returns {Piece[]} */
function withTimes(says) {
  return says.split(/(\d{4}-\d\d-\d\dT[\d:.]+Z)/).map((piece, i) => (i % 2 === 1 ? shownTime(piece) : piece));
}

/** @param {string} name @param {unknown} value @returns {Piece} */
function shownKnown(name, value) {
  if (value === null || value === undefined || value === '') return '-';
  if (typeof value === 'object') return JSON.stringify(value);
  return name.endsWith('_at') ? shownTime(value) : String(value);
}
