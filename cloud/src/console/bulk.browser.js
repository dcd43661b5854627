// @ts-check
import { onClick, onSubmit } from './acts.browser.js';
import { ask } from './api.browser.js';
import { button, counted, field, part } from './dom.browser.js';
import { say } from './told.browser.js';

/**
 * Everything that a search finds: counted, then done, call by call. Leaving the view or `Stop` ends it between two
 * calls.
 * @param {HTMLElement} view
 * @param {Record<string, string>} filter
 */
export function openBulk(view, filter) {
  const hasFilter = Object.keys(filter).length > 0;
  part(view, 'bulk-none').hidden = hasFilter;
  part(view, 'bulk-fields').hidden = !hasFilter;
  const act = button(view, 'bulk-act');
  let isStopped = false;
  const askAll = async (/** @type {boolean} */ isDryRun) => {
    isStopped = false;
    part(view, 'bulk-stop').hidden = false;
    try {
      return await callThrough(view, filter, isDryRun, () => isStopped);
    } finally {
      part(view, 'bulk-stop').hidden = true;
    }
  };
  part(view, 'bulk').addEventListener('change', () => {
    act.hidden = true;
  });
  part(view, 'bulk-stop').addEventListener('click', () => {
    isStopped = true;
  });
  onSubmit(view, part(view, 'bulk'), async () => {
    act.hidden = true;
    const { matched, unsearched, isWhole } = await askAll(true);
    const word = chosen(view) === 'replay' ? 'replayed' : 'resolved';
    const bodies = unsearched === 0 ? '' : ` ${counted(unsearched, 'body', 'bodies')} in R2 not searched.`;
    say(`${isWhole ? '' : 'Stopped at '}${counted(matched, 'event')} would be ${word}.${bodies}`);
    act.textContent = `${chosen(view) === 'replay' ? 'Replay' : 'Resolve'} ${counted(matched, 'event')}`;
    act.hidden = matched === 0 || !isWhole;
    if (!act.hidden) act.focus();
  });
  onClick(view, act, async () => {
    const { done, isWhole } = await askAll(false);
    const word = chosen(view) === 'replay' ? 'in the queue' : 'resolved';
    act.hidden = true;
    say(`${isWhole ? '' : 'Stopped: '}${counted(done, 'event')} ${word}.`);
  });
}

/** @param {HTMLElement} view */
function chosen(view) {
  const radio = view.querySelector('input[name=act]:checked');
  return radio instanceof HTMLInputElement && radio.value === 'resolve' ? 'resolve' : 'replay';
}

/**
 * @param {HTMLElement} view
 * @param {Record<string, string>} filter
 * @param {boolean} isDryRun
 * @param {() => boolean} isStopped
 */
async function callThrough(view, filter, isDryRun, isStopped) {
  const act = chosen(view);
  const note = field(view, 'bulk-note').value.trim();
  const sent = { ...filter, dry_run: isDryRun, ...(act === 'resolve' && note !== '' ? { note } : {}) };
  let [matched, done, unsearched] = [0, 0, 0];
  /** @type {string | null} */
  let cursor = '';
  while (cursor !== null && view.isConnected && !isStopped()) {
    const answer = await ask(`/admin/events/${act}`, cursor === '' ? sent : { ...sent, cursor });
    matched += answer.matched;
    done += answer.done;
    unsearched += answer.bodies_not_searched ?? 0;
    cursor = answer.next_cursor;
    if (view.isConnected && cursor !== null) say(`${counted(matched, 'event')} so far…`);
  }
  return { matched, done, unsearched, isWhole: cursor === null };
}
