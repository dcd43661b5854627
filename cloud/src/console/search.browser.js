// @ts-check
import { addressOf, moveTo } from './address.browser.js';
import { openBulk } from './bulk.browser.js';
import { part } from './dom.browser.js';
import { showEvents } from './events.browser.js';

/** @typedef {import('./address.browser.js').Address} Address */

const TIMES = ['since', 'until'];

/** What needs an operator. @param {HTMLElement} view @param {Address} address */
export async function openWaiting(view, { query }) {
  const cursor = query.get('cursor') ?? '';
  const path = cursor === '' ? '/admin/dlq' : `/admin/dlq?${new URLSearchParams({ cursor })}`;
  await showEvents(view, path, cursor, (next) => addressOf('open', '', { cursor: next }));
}

/** @param {HTMLElement} view @param {Address} address */
export async function openSearch(view, { query }) {
  const form = part(view, 'filters');
  if (!(form instanceof HTMLFormElement)) throw new Error('the filters are no form');
  const fields = [...form.querySelectorAll('input, select')].filter(isField);
  for (const one of fields) one.value = shownIn(one.name, query.get(one.name) ?? '');
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const said = fields.map((one) => [one.name, sentOf(one.name, one.value.trim())]);
    moveTo(addressOf('search', '', Object.fromEntries(said)));
  });
  const names = fields.map(({ name }) => name);
  const filter = Object.fromEntries(
    [...query].filter(([name, value]) => names.includes(name) && value !== ''),
  );
  openBulk(view, filter);
  const cursor = query.get('cursor') ?? '';
  const asked = new URLSearchParams({ ...filter, ...(cursor === '' ? {} : { cursor }) });
  await showEvents(view, `/admin/events?${asked}`, cursor, (next) =>
    addressOf('search', '', { ...filter, cursor: next }),
  );
}

/** @param {Element} element @returns {element is HTMLInputElement | HTMLSelectElement} */
function isField(element) {
  return element instanceof HTMLInputElement || element instanceof HTMLSelectElement;
}

/** A time as the field has it, by this device's clock. @param {string} name @param {string} value */
function shownIn(name, value) {
  const ms = Date.parse(value);
  if (!TIMES.includes(name) || Number.isNaN(ms)) return value;
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19);
}

/** A time as the server wants it. @param {string} name @param {string} value */
function sentOf(name, value) {
  return !TIMES.includes(name) || value === '' ? value : new Date(value).toISOString();
}
