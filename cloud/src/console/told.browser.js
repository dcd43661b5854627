// @ts-check
import { part } from './dom.browser.js';

/** What came of something, told to eyes and ears. @param {string} text */
export function say(text) {
  part(document, 'problem').textContent = '';
  part(document, 'status').textContent = text;
}

/** What went wrong. @param {string} text */
export function complain(text) {
  part(document, 'status').textContent = '';
  part(document, 'problem').textContent = text;
}

/** Puts the reader at a title. @param {HTMLElement} title */
export function goTo(title) {
  title.focus();
}
