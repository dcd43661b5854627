// @ts-check
import { keyDoor, perform } from './acts.browser.js';
import { readAddress } from './address.browser.js';
import { forgetKey, keepKey, storedKey } from './api.browser.js';
import { field, part } from './dom.browser.js';
import { openEvent, openRequest } from './event.browser.js';
import { openHealth } from './health.browser.js';
import { openPerson } from './person.browser.js';
import { openSearch, openWaiting } from './search.browser.js';
import { complain, goTo, say } from './told.browser.js';

/** @typedef {import('./address.browser.js').Address} Address */

/** @type {Record<string, (view: HTMLElement, address: Address, template: HTMLTemplateElement) => Promise<void>>} */
const VIEWS = {
  health: (view, _address, template) => openHealth(view, template),
  open: openWaiting,
  search: openSearch,
  event: openEvent,
  request: openRequest,
  person: openPerson,
};

/** A header takes nothing else. */
const KEY = /^[\x21-\x7e]+$/;

/** Shows what the address names, in a fresh copy of its template. */
function show() {
  const isOpen = storedKey() !== null;
  part(document, 'key-form').hidden = isOpen;
  part(document, 'places').hidden = !isOpen;
  part(document, 'forget').hidden = !isOpen;
  const place = part(document, 'view');
  if (!isOpen) {
    place.replaceChildren();
    document.title = `Amy console on ${location.host}`;
    return field(document, 'key').focus();
  }
  const address = readAddress(location.hash);
  const open = VIEWS[address.view];
  const template = document.querySelector(`#view-${CSS.escape(address.view)}`);
  if (open === undefined || !(template instanceof HTMLTemplateElement)) {
    place.replaceChildren();
    return complain('There is nothing at this address.');
  }
  say('');
  const view = template.content.cloneNode(true).firstChild;
  if (!(view instanceof HTMLElement)) throw new Error('the template is empty');
  place.replaceChildren(view);
  markPlace(address.view);
  const title = part(view, 'title');
  goTo(title);
  window.scrollTo(0, 0);
  void perform(view, view, () => open(view, address, template)).then(() => {
    if (view.isConnected) document.title = `${title.textContent} - Amy console on ${location.host}`;
  });
}

/** @param {string} name */
function markPlace(name) {
  for (const link of document.querySelectorAll('#places a')) {
    if (!(link instanceof HTMLAnchorElement)) continue;
    if (readAddress(link.hash).view === name) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

keyDoor.refuse = () => {
  forgetKey();
  show();
  field(document, 'key').setAttribute('aria-invalid', 'true');
  complain('That key is wrong, or is not taken any more.');
};

part(document, 'key-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const input = field(document, 'key');
  const key = input.value.trim();
  input.value = '';
  if (!KEY.test(key)) return complain('That holds characters that no key has: copy it again.');
  input.removeAttribute('aria-invalid');
  keepKey(key);
  show();
});

part(document, 'forget').addEventListener('click', () => {
  forgetKey();
  show();
  say('The key is forgotten.');
});

part(document, 'skip').addEventListener('click', (event) => {
  event.preventDefault();
  goTo(part(document, 'main'));
});

window.addEventListener('hashchange', show);
show();
