// @ts-check
import { onClick } from './acts.browser.js';
import { ask } from './api.browser.js';
import { counted, fill, fillPairs, make, part, shownNumber, shownTime } from './dom.browser.js';
import { goTo, say } from './told.browser.js';

/**
 * @typedef {import('../contract/rebuild.ts').RebuildShown} Rebuild
 * @typedef {NonNullable<Rebuild['result']>} Changes
 * @typedef {Changes['samples'][number]} Sample
 */

const LOOK_AGAIN_MS = 1_000;

/** A rebuild, or a dry run of one: begun, followed to its end, and its changes shown. @param {HTMLElement} view @param {string} id */
export function openRebuild(view, id) {
  /** @param {boolean} isDryRun */
  const run = async (isDryRun) => {
    const of = new URLSearchParams({ user_id: id });
    let shown = await ask(`/admin/rebuild?${of}&dry_run=${isDryRun}`, {});
    say(isDryRun ? 'The dry run is under way…' : 'The rebuild is under way…');
    while (view.isConnected && shown.state !== 'done' && shown.state !== 'failed') {
      showRebuild(view, shown);
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
      if (view.isConnected) shown = await ask(`/admin/rebuild?${of}`);
    }
    if (!view.isConnected) return;
    showRebuild(view, shown);
    say(shown.state === 'done' ? 'Done.' : 'It failed.');
    goTo(part(view, 'rebuild-title'));
  };
  onClick(view, part(view, 'dry-run'), () => run(true));
  onClick(view, part(view, 'rebuild'), () => run(false));
}

/** @param {HTMLElement} view @param {Rebuild} shown */
function showRebuild(view, shown) {
  part(view, 'rebuild-shown').hidden = false;
  const what = shown.dry_run ? 'Dry run' : 'Rebuild';
  part(view, 'rebuild-title').textContent = `${what}: ${shown.state}`;
  fillPairs(part(view, 'rebuild-figures'), [
    ['Rules', String(shown.rules)],
    ['Events folded', shownNumber(shown.events_folded)],
    ['Events waiting', shownNumber(shown.events_waiting)],
    ['Began', shownTime(shown.started_at)],
    ['Ended', shownTime(shown.finished_at)],
    ...(shown.error === null ? [] : [/** @type {[string, string]} */ (['Error', shown.error])]),
  ]);
  showChanges(view, shown.result, shown.dry_run ? 'would change' : 'changed');
}

/** @param {HTMLElement} view @param {Changes | null} result @param {string} verb */
function showChanges(view, result, verb) {
  const tables = Object.entries(result?.tables ?? {}).filter(
    ([, one]) => one.added + one.changed + one.removed > 0,
  );
  const items = tables.map(([table, { added, changed, removed, columns }]) => {
    const differing = Object.entries(columns).map(([column, rows]) => `${column} in ${shownNumber(rows)}`);
    return make(
      'li',
      {},
      make(
        'p',
        {},
        make('code', {}, table),
        `: ${counted(added, 'row')} added, ${changed} changed, ${removed} removed`,
      ),
      differing.length > 0 && make('p', { class: 'muted' }, `Columns: ${differing.join(', ')}`),
    );
  });
  const none = result === null ? [] : [make('li', {}, `Nothing ${verb}.`)];
  fill(part(view, 'rebuild-tables'), ...(items.length > 0 ? items : none));
  fill(part(view, 'rebuild-samples'), ...(result?.samples ?? []).map(sampleItem));
}

/** @param {Sample} sample */
function sampleItem({ table, key, kind, columns }) {
  const pairs = make('dl', { class: 'pairs' });
  const shown = (/** @type {unknown} */ value) =>
    value === null || value === undefined ? 'none' : String(value);
  fillPairs(
    pairs,
    Object.entries(columns).map(([column, values]) => [column, values.map(shown).join(' → ')]),
  );
  const where = Object.values(key).join(', ');
  return make(
    'li',
    {},
    make('p', {}, make('strong', {}, kind), ' ', make('code', {}, table), ` ${where}`),
    pairs,
  );
}
