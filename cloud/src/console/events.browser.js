// @ts-check
import { eventActs, leaveList } from './acts.browser.js';
import { addressOf } from './address.browser.js';
import { ask } from './api.browser.js';
import { counted, fill, make, part, shownTime } from './dom.browser.js';

/**
 * @typedef {import('zod').infer<typeof import('../contract/operator.ts').eventRow>} EventRow
 * @typedef {import('./dom.browser.js').Piece} Piece
 */

const WAITS = {
  operator: 'Waits for you.',
  connection: 'Waits for its connection.',
  upload: 'Waits for its upload.',
  attempt: 'Waits for another attempt.',
  nothing: '',
};

/**
 * One page of a list of events.
 * @param {Element} view
 * @param {string} path of the route, with its query
 * @param {string} cursor where the page begins
 * @param {(cursor: string) => string} pageAddress
 */
export async function showEvents(view, path, cursor, pageAddress) {
  const answer = await ask(path);
  /** @type {EventRow[]} */
  const rows = answer.rows;
  fill(part(view, 'events'), ...rows.map((row) => eventItem(view, row)));
  const more = answer.next_cursor !== null;
  part(view, 'found').textContent = foundText(rows.length, more, answer.bodies_not_searched ?? 0);
  fill(
    part(view, 'pages'),
    more && make('a', { href: pageAddress(answer.next_cursor) }, 'Go on with older ones'),
    cursor !== '' && make('a', { href: pageAddress('') }, 'From the newest'),
  );
}

/** @param {number} rows @param {boolean} more @param {number} unsearched */
function foundText(rows, more, unsearched) {
  const found = rows === 0 ? 'None here' : counted(rows, 'event');
  const rest = more ? '; older ones may follow' : rows === 0 ? '' : ', that is all';
  const bodies = unsearched === 0 ? '' : ` ${counted(unsearched, 'body', 'bodies')} in R2 not searched.`;
  return `${found}${rest}.${bodies}`;
}

/** @param {Element} view @param {EventRow} row */
export function eventItem(view, row) {
  const item = make('li');
  const title = part(view, 'title');
  const isResolvable = row.resolved_at === null && (row.dead_lettered || isKept(row));
  const done = () => leaveList(item, title);
  fill(
    item,
    make(
      'p',
      { class: 'head' },
      make('a', { href: addressOf('event', row.id) }, `Event ${row.id}`),
      make('span', {}, row.event_type),
      row.provider !== null && make('span', {}, row.provider),
      shownTime(row.received_at),
      ...tags(row),
    ),
    row.process_error !== null && make('p', {}, make('code', {}, row.process_error)),
    make('p', {}, ...explained(row)),
    make('p', { class: 'muted' }, ...belongings(row)),
    make('div', { class: 'acts' }, ...eventActs(view, row.id, { isResolvable, done })),
  );
  return item;
}

/** What keeps an event, what lets it go on and when it is tried next. @param {Pick<EventRow, 'explanation'>} row @returns {Piece[]} */
export function explained({ explanation: { says, waits_for, tried_next_at } }) {
  return [
    `${says.charAt(0).toUpperCase()}${says.slice(1)}. ${WAITS[waits_for]} `,
    ...(tried_next_at === null ? [] : ['Tried next at ', shownTime(tried_next_at), '.']),
  ];
}

/** @param {EventRow} row @returns {Piece[]} */
function belongings({ user_id, reference_id, terra_user_id, attempts }) {
  return [
    ...(user_id === null ? [] : [make('a', { href: addressOf('person', user_id) }, user_id), ' · ']),
    ...(user_id !== null || !reference_id ? [] : [`names ${reference_id} · `]),
    ...(terra_user_id ? [`Terra id ${terra_user_id} · `] : []),
    counted(attempts, 'attempt'),
  ];
}

/** @param {EventRow} row */
function isKept({ process_error }) {
  return process_error !== null && !process_error.startsWith('skipped:');
}

/** @param {{ [column: string]: unknown }} row @returns {HTMLElement[]} */
export function tags(row) {
  const isOpen = row.processed_at === null;
  const isDead = isOpen && row.dead_lettered_at !== null;
  /** @type {[boolean, string, string][]} */
  const all = [
    [isDead, 'bad', 'dead letter'],
    [isOpen && !isDead && row.process_error !== null, 'bad', 'parked'],
    [isOpen && !isDead && row.process_error === null, 'muted', 'on its way'],
    [!isOpen, 'good', 'processed'],
    [row.resolved_at !== null, 'muted', 'resolved'],
  ];
  return all.filter(([is]) => is).map(([, kind, word]) => make('span', { class: `tag ${kind}` }, word));
}
