// @ts-check
import { onSubmit } from './acts.browser.js';
import { addressOf, moveTo } from './address.browser.js';
import { ask, inPath, Refused } from './api.browser.js';
import {
  counted,
  field,
  fill,
  fillFigures,
  fillPairs,
  make,
  part,
  shownNumber,
  shownTime,
} from './dom.browser.js';
import { eventItem } from './events.browser.js';
import { openRebuild } from './rebuild.browser.js';
import { askSilences, showSilences } from './silences.browser.js';
import { say } from './told.browser.js';
import { openWipe } from './wipe.browser.js';

/**
 * @typedef {import('./address.browser.js').Address} Address
 * @typedef {import('./dom.browser.js').Piece} Piece
 * @typedef {{ readonly [column: string]: string | number | null }} Row
 */

/** A person. @param {HTMLElement} view @param {Address} address */
export async function openPerson(view, { id }) {
  field(view, 'person-id').value = id;
  onSubmit(view, part(view, 'lookup'), async () => {
    moveTo(addressOf('person', field(view, 'person-id').value.trim()));
  });
  if (id === '') return;
  part(view, 'title').textContent = `Person ${id}`;
  const person = await askPerson(id);
  openWipe(view, id, { isKnown: person !== null });
  if (person === null) return say('Nobody has this id, and nothing names it.');
  part(view, 'shown').hidden = false;
  fillPairs(part(view, 'columns'), personPairs(person));
  const counts = Object.entries(person.counts).filter(([, rows]) => Number(rows) > 0);
  fillFigures(
    part(view, 'counts'),
    counts.map(([table, rows]) => [table, make('strong', {}, shownNumber(Number(rows)))]),
  );
  if (counts.length === 0) fillFigures(part(view, 'counts'), [['in all tables', make('strong', {}, '0')]]);
  const connections = person.connections.map((/** @type {Row} */ row) => connectionItem(view, row));
  fill(part(view, 'connections'), ...(connections.length > 0 ? connections : [make('li', {}, 'None.')]));
  showSilences(view, { user_id: id }, await askSilences({ user_id: id }));
  fill(
    part(view, 'all-events'),
    make('a', { href: addressOf('search', '', { user_id: id }) }, 'All their events'),
  );
  fill(part(view, 'events'), ...person.events.map((/** @type {any} */ row) => eventItem(view, row)));
  onSubmit(view, part(view, 'import'), async () => {
    const days = Number(field(view, 'days').value);
    const asked = await ask(`/admin/user/${inPath(id)}/import`, { days });
    const requests = counted(asked.requests, 'request');
    say(
      asked.requests === 0
        ? 'Nothing is connected: nothing to ask for.'
        : `${requests} for ${asked.days} days are on their way to Terra.`,
    );
  });
  openRebuild(view, id);
}

/** Null where nobody has the id. @param {string} id @returns {Promise<any>} */
async function askPerson(id) {
  try {
    return await ask(`/admin/user/${inPath(id)}`);
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return null;
    throw error;
  }
}

/** @param {any} person @returns {[string, Piece][]} */
function personPairs({ user, erased_at }) {
  /** @type {[string, Piece][]} */
  const erased = erased_at === null ? [] : [['erased', shownTime(erased_at)]];
  const columns = Object.entries(user ?? {}).filter(([, value]) => value !== null && value !== '');
  return [
    ...erased,
    ...columns.map(([name, value]) => /** @type {[string, Piece]} */ ([name, shownValue(name, value)])),
  ];
}

/** @param {string} name @param {unknown} value @returns {Piece} */
function shownValue(name, value) {
  return name.endsWith('_at') || name === 'clock' ? shownTime(value) : String(value);
}

/** A connection, and whose it is to be. @param {HTMLElement} view @param {Row} row */
function connectionItem(view, row) {
  const id = String(row.id);
  const input = make('input', { id: `owner-${id}`, required: '', autocomplete: 'off', spellcheck: 'false' });
  const form = make(
    'form',
    { 'aria-label': `Owner of ${row.provider}` },
    make('label', { for: `owner-${id}` }, 'Id of the person whose it is'),
    input,
    make('button', { type: 'submit' }, 'Settle'),
  );
  onSubmit(view, form, async () => {
    const { moved, released } = await ask(`/admin/connections/${inPath(id)}/owner`, {
      user_id: input.value.trim(),
    });
    say(
      `${moved === 0 ? 'It was theirs already' : 'It is theirs now'}; ${counted(released, 'event')} released.`,
    );
  });
  const pairs = make('dl', { class: 'pairs' });
  const shown = Object.entries(row).filter(
    ([name, value]) => name !== 'provider' && value !== null && value !== '',
  );
  fillPairs(
    pairs,
    shown.map(([name, value]) => [name, shownValue(name, value)]),
  );
  const isOn = row.deactivated_at === null;
  const tag = make('span', { class: `tag ${isOn ? 'good' : 'bad'}` }, isOn ? 'active' : 'ended');
  const heading = make('p', { class: 'head' }, make('strong', {}, row.provider), tag);
  return make(
    'li',
    {},
    heading,
    pairs,
    make('details', {}, make('summary', {}, 'Settle whose it is…'), form),
  );
}
