// @ts-check
import { ask, inPath, Refused } from './api.browser.js';
import { counted, make } from './dom.browser.js';
import { complain, goTo, say } from './told.browser.js';

/** What the page does where the server does not take the key any more. @type {{ refuse: () => void }} */
export const keyDoor = { refuse: () => undefined };

/**
 * Runs what an element does, once at a time, and says what went wrong. What ends after its view was left, or after its
 * part of the view went (the person was erased meanwhile), says nothing there.
 * @param {Element} view
 * @param {Element} actor
 * @param {() => Promise<void>} act
 */
export async function perform(view, actor, act) {
  if (actor.getAttribute('aria-busy') === 'true') return;
  actor.setAttribute('aria-busy', 'true');
  try {
    await act();
  } catch (error) {
    if (error instanceof Refused && error.status === 401) return keyDoor.refuse();
    const isShown = view.isConnected && actor.closest('[hidden]') === null;
    if (isShown) complain(`That did not work: ${error instanceof Error ? error.message : error}.`);
  } finally {
    actor.removeAttribute('aria-busy');
  }
}

/** @param {Element} view @param {HTMLElement} button @param {() => Promise<void>} act */
export function onClick(view, button, act) {
  button.addEventListener('click', () => void perform(view, button, act));
}

/** @param {Element} view @param {HTMLElement} form @param {() => Promise<void>} act */
export function onSubmit(view, form, act) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void perform(view, form, act);
  });
}

/**
 * The buttons of one event: normalize again, and take off the list. `done` is told once it was resolved.
 * @param {Element} view
 * @param {number} id
 * @param {{ isResolvable: boolean, done: () => void }} options
 * @returns {HTMLElement[]}
 */
export function eventActs(view, id, { isResolvable, done }) {
  const name = `event ${id}`;
  const replay = make('button', { type: 'button', class: 'quiet', 'aria-label': `Replay ${name}` }, 'Replay');
  onClick(view, replay, async () => {
    await ask(`/admin/raw-events/${inPath(id)}/replay`, {});
    say(`Event ${id} is in the queue.`);
  });
  return isResolvable ? [replay, resolveForm(view, id, done)] : [replay];
}

/** @param {Element} view @param {number} id @param {() => void} done */
function resolveForm(view, id, done) {
  const note = make('input', { id: `note-${id}`, maxlength: '1000', autocomplete: 'off' });
  const form = make(
    'form',
    { 'aria-label': `Resolve event ${id}` },
    make('label', { for: `note-${id}` }, 'Note'),
    note,
    make('button', { type: 'submit' }, 'Resolve'),
  );
  onSubmit(view, form, async () => {
    const sent = note.value.trim() === '' ? {} : { note: note.value.trim() };
    const { resolved } = await ask(`/admin/raw-events/${inPath(id)}/resolve`, sent);
    say(`Event ${id}: ${resolved === 1 ? 'resolved' : 'it was not on the list'}.`);
    done();
  });
  return make('details', {}, make('summary', { 'aria-label': `Resolve event ${id}` }, 'Resolve…'), form);
}

/** Takes a row out of its list and puts the reader at what follows. @param {HTMLElement} row @param {HTMLElement} title */
export function leaveList(row, title) {
  const next = (row.nextElementSibling ?? row.previousElementSibling)?.querySelector('a');
  row.remove();
  goTo(next ?? title);
}

/** What a drain sent. @param {number} enqueued */
export function drainedText(enqueued) {
  return enqueued === 0 ? 'Nothing is unprocessed.' : `${counted(enqueued, 'event')} sent to the queue.`;
}
