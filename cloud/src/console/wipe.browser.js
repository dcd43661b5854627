// @ts-check
import { onSubmit } from './acts.browser.js';
import { ask, inPath } from './api.browser.js';
import { field, fillPairs, part, shownNumber } from './dom.browser.js';
import { complain, goTo, say } from './told.browser.js';

/** What of a receipt is no table, object or key. @type {Record<string, string>} */
const WORDS = {
  terra_deauthenticated: 'Connections that Terra ended',
  terra_lab_reports_deleted: 'Lab reports that Terra deleted',
  terra_failed: 'Terra did not take in time: asked again for about two days',
};

/**
 * Erases a person, but only where their id was typed.
 * @param {HTMLElement} view
 * @param {string} id
 * @param {{ isKnown: boolean }} options
 */
export function openWipe(view, id, { isKnown }) {
  const [form, typed] = [part(view, 'wipe'), field(view, 'typed')];
  form.hidden = false;
  part(view, 'force-label').hidden = isKnown;
  part(view, 'wipe-id').textContent = id;
  onSubmit(view, form, async () => {
    if (typed.value !== id) {
      complain('That is not the id: nothing was erased.');
      return typed.focus();
    }
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
  const isGone = remaining === 0;
  says.className = isGone ? 'good' : 'bad';
  says.textContent = isGone
    ? 'What the same ids still find was looked for afterwards: nothing.'
    : `The same ids still find ${remaining}. The cron goes on with it.`;
  fillPairs(
    part(view, 'receipt-counts'),
    Object.entries(counts)
      .filter(([, number]) => number !== 0)
      .map(([name, number]) => [
        WORDS[name] ?? name,
        typeof number === 'number' ? shownNumber(number) : JSON.stringify(number),
      ]),
  );
  say(isGone ? 'Erased.' : 'Not all is gone yet.');
  goTo(part(view, 'receipt-title'));
}
