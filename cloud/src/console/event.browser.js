// @ts-check
import { eventActs, onClick, onSubmit } from './acts.browser.js';
import { addressOf, moveTo } from './address.browser.js';
import { ask, askBytes, inPath } from './api.browser.js';
import { field, fill, fillPairs, make, part, shownTime } from './dom.browser.js';
import { explained, tags } from './events.browser.js';
import { showTimeline } from './timeline.browser.js';
import { goTo } from './told.browser.js';

/**
 * @typedef {import('./address.browser.js').Address} Address
 * @typedef {import('./dom.browser.js').Piece} Piece
 * @typedef {{ readonly [column: string]: string | number | null | undefined }} Row
 * @typedef {Pick<import('zod').infer<typeof import('../contract/operator.ts').eventRow>, 'explanation'>} Explained
 */

const BODIES = [
  { name: 'payload', path: 'payload', title: 'Body, as it came' },
  { name: 'fetched_payload', path: 'fetched-payload', title: 'What the ping pointed at' },
];
const NO_COLUMN = ['_base64', '_url'].flatMap((end) => BODIES.map(({ name }) => name + end));

/** One event. @param {HTMLElement} view @param {Address} address */
export async function openEvent(view, { id }) {
  const title = part(view, 'title');
  title.textContent = `Event ${id}`;
  /** @type {Row & Explained} */
  const { explanation, ...row } = await ask(`/admin/raw-events/${inPath(id)}`);
  const number = Number(row.id);
  const isKept = row.process_error != null && !String(row.process_error).startsWith('skipped:');
  const isResolvable = row.resolved_at === null && (isKept || row.dead_lettered_at !== null);
  fill(
    part(view, 'state'),
    `${row.event_type} ${row.provider ?? ''} `,
    ...tags(row).flatMap((tag) => [tag, ' ']),
    row.process_error != null && make('code', {}, row.process_error),
  );
  fill(part(view, 'says'), ...explained({ explanation }));
  const done = () => goTo(title);
  fill(part(view, 'acts'), ...eventActs(view, number, { isResolvable, done }));
  fillPairs(part(view, 'columns'), columnsOf(row));
  fill(part(view, 'bodies'), ...BODIES.flatMap((body) => bodyOf(view, row, body)));
  const requestId = row.request_id;
  fill(
    part(view, 'request'),
    requestId != null && make('a', { href: addressOf('request', requestId) }, `Request ${requestId}`),
  );
  const found = await showTimeline(view, `raw_event_id=${number}`, number);
  part(view, 'request').append(` ${found}`);
}

/** Every column; those that hold nothing are named together. @param {Row} row @returns {[string, Piece][]} */
function columnsOf(row) {
  const columns = Object.entries(row).filter(
    ([name]) => !NO_COLUMN.includes(name) && !BODIES.some((body) => body.name === name),
  );
  const isEmpty = (/** @type {unknown} */ value) => value === null || value === undefined || value === '';
  const empty = columns.filter(([, value]) => isEmpty(value)).map(([name]) => name);
  const held = columns.filter(([, value]) => !isEmpty(value));
  return [
    ...held.map(([name, value]) => /** @type {[string, Piece]} */ ([name, shownColumn(name, value)])),
    ['Empty', empty.join(', ')],
  ];
}

/** @param {string} name @param {string | number | null | undefined} value @returns {Piece} */
function shownColumn(name, value) {
  if (name === 'user_id') return make('a', { href: addressOf('person', String(value)) }, value);
  return name.endsWith('_at') ? shownTime(value) : value;
}

/**
 * A body is shown as it came, not made pretty: what is looked for may be a space.
 * @param {HTMLElement} view
 * @param {Row} row
 * @param {(typeof BODIES)[number]} body
 * @returns {Node[]}
 */
function bodyOf(view, row, { name, path, title }) {
  if (!(name in row)) return [];
  const [text, base64, url] = [row[name], row[`${name}_base64`], row[`${name}_url`]];
  const save = make('button', { type: 'button', class: 'quiet' }, 'Save as a file');
  onClick(view, save, async () => {
    const bytes = await askBytes(`/admin/raw-events/${inPath(Number(row.id))}/${path}`);
    saveAs(bytes, `event-${row.id}-${path}.json`);
  });
  const said =
    base64 == null
      ? url == null
        ? 'It is gone.'
        : 'It is large: save it to look at it.'
      : 'No text; as Base64:';
  const shown = text ?? base64;
  return [
    make('h2', {}, title),
    ...(text == null ? [make('p', {}, said)] : []),
    ...(shown == null ? [] : [make('pre', { tabindex: '0', 'aria-label': title }, shown)]),
    make('p', { class: 'acts' }, save),
  ];
}

/** @param {Blob} bytes @param {string} name */
function saveAs(bytes, name) {
  const url = URL.createObjectURL(bytes);
  make('a', { href: url, download: name }).click();
  URL.revokeObjectURL(url);
}

/** Whatever one request caused. @param {HTMLElement} view @param {Address} address */
export async function openRequest(view, { id }) {
  field(view, 'request-id').value = id;
  onSubmit(view, part(view, 'lookup'), async () => {
    moveTo(addressOf('request', field(view, 'request-id').value.trim()));
  });
  part(view, 'shown').hidden = id === '';
  if (id === '') return;
  part(view, 'found').textContent = await showTimeline(view, `request_id=${encodeURIComponent(id)}`);
}
