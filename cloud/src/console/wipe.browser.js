// @ts-check
import { onSubmit } from './acts.browser.js';
import { ask, inPath } from './api.browser.js';
import { button, field, fillPairs, part, shownNumber } from './dom.browser.js';
import { goTo, say } from './told.browser.js';

/**
 * Erases a person once their id was typed: the button does nothing before.
 * @param {HTMLElement} view
 * @param {string} id
 * @param {{ isKnown: boolean }} options
 */
export function openWipe(view, id, { isKnown }) {
  const [form, typed, erase] = [part(view, 'wipe'), field(view, 'typed'), button(view, 'wipe-act')];
  form.hidden = false;
  part(view, 'force-label').hidden = isKnown;
  part(view, 'wipe-id').textContent = id;
  const isMeant = () => typed.value === id;
  typed.addEventListener('input', () => {
    erase.disabled = !isMeant();
  });
  onSubmit(view, form, async () => {
    if (!isMeant()) return;
    say('Erasing…');
    const sent = field(view, 'force').checked ? { force: true } : {};
    showReceipt(view, await ask(`/admin/user/${inPath(id)}/wipe`, sent));
  });
}

/** @param {HTMLElement} view @param {Record<string, unknown>} receipt */
function showReceipt(view, { ok: _ok, remaining, ...counts }) {
  part(view, 'shown').hidden = true;
  part(view, 'wipe').hidden = true;
  part(view, 'receipt').hidden = false;
  const says = part(view, 'receipt-says');
  says.className = remaining === 0 ? 'good' : 'bad';
  says.textContent =
    remaining === 0
      ? 'Erased. What the same ids still find was looked for afterwards: nothing.'
      : `Not all is gone: the same ids still find ${remaining}. The cron goes on with it.`;
  fillPairs(
    part(view, 'receipt-counts'),
    Object.entries(counts)
      .filter(([, number]) => number !== 0)
      .map(([name, number]) => [
        name,
        typeof number === 'number' ? shownNumber(number) : JSON.stringify(number),
      ]),
  );
  say('Erased.');
  goTo(part(view, 'receipt-title'));
}
