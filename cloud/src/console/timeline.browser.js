// @ts-check

import { addressOf } from './address.browser.js';
import { ask } from './api.browser.js';
import { counted, fill, instantOf, make, part, shownLength, shownTime } from './dom.browser.js';

/** @typedef {import('../contract/traces.ts').TraceLine} Line */

const LINES_MAX = 500;

/**
 * What happened, the oldest first, with how long after the first line and how long it took.
 * @param {Element} view
 * @param {string} filter of the route, such as `request_id=...`
 * @param {number | null} own the event that the view is of: no line links to it
 * @returns {Promise<string>} how much there is
 */
export async function showTimeline(view, filter, own = null) {
  const { rows, next_cursor } = await ask(`/admin/traces?${filter}&limit=${LINES_MAX}`);
  /** @type {Line[]} */
  const lines = rows.toReversed();
  const begin = instantOf(String(lines[0]?.ts ?? ''));
  fill(part(view, 'timeline'), ...lines.map((line) => lineItem(line, begin, own)));
  if (lines.length === 0) return 'Nothing is known of it; traces go after 30 days.';
  return `${counted(lines.length, 'line')}${next_cursor === null ? '' : ', the newest; there are older ones'}.`;
}

/** @param {Line} line @param {number} begin @param {number | null} own */
function lineItem(line, begin, own) {
  const { ts, level, event, message, data, duration_ms, error_name, raw_event_id } = line;
  const after = instantOf(String(ts)) - begin;
  return make(
    'li',
    {},
    make(
      'p',
      { class: 'head' },
      make('strong', {}, String(event)),
      level !== 'info' && make('span', { class: 'tag bad' }, String(level)),
      shownTime(ts),
      after > 0 && make('span', { class: 'muted' }, `+${shownLength(after)}`),
      typeof duration_ms === 'number' && make('span', { class: 'muted' }, `took ${shownLength(duration_ms)}`),
      typeof raw_event_id === 'number' &&
        raw_event_id !== own &&
        make('a', { href: addressOf('event', raw_event_id) }, `event ${raw_event_id}`),
    ),
    message ? make('p', {}, String(message)) : null,
    error_name ? make('p', { class: 'bad' }, String(error_name)) : null,
    data ? make('p', {}, make('code', {}, String(data))) : null,
  );
}
