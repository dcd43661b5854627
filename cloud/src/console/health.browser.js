// @ts-check
import { drainedText, onClick } from './acts.browser.js';
import { addressOf } from './address.browser.js';
import { ask } from './api.browser.js';
import {
  button,
  counted,
  fill,
  fillFigures,
  fillPairs,
  instantOf,
  make,
  part,
  shownLength,
  shownNumber,
  shownTime,
} from './dom.browser.js';
import { showNeeds } from './needs.browser.js';
import { askSilences, showSilences } from './silences.browser.js';
import { say } from './told.browser.js';

/**
 * @typedef {import('../contract/stats.ts').IngestStats} IngestStats
 * @typedef {import('./dom.browser.js').Piece} Piece
 */

/** @param {HTMLElement} view @param {HTMLTemplateElement} template */
export async function openHealth(view, template) {
  const load = async () => {
    const [stats, silences] = await Promise.all([ask('/admin/stats'), askSilences({})]);
    showHealth(view, stats, Number(template.dataset.backlogAgeMs));
    showSilences(view, {}, silences);
  };
  onClick(view, part(view, 'again'), async () => {
    await load();
    say('These are the figures of now.');
  });
  onClick(view, part(view, 'drain'), async () => {
    const { enqueued } = await ask('/admin/drain', {});
    say(drainedText(enqueued));
  });
  onClick(view, part(view, 'outbound'), async () => {
    const { paused } = await ask('/admin/outbound', {
      paused: part(view, 'outbound').dataset.paused !== 'true',
    });
    await load();
    say(paused ? 'Nothing is asked of Terra from now on.' : 'Terra is asked again.');
  });
  await load();
}

/** @param {HTMLElement} view @param {IngestStats} stats @param {number} backlogAgeMs */
function showHealth(view, stats, backlogAgeMs) {
  const nowMs = Date.now();
  showNeeds(part(view, 'needs'), stats, { nowMs, backlogAgeMs });
  showFigures(view, stats, nowMs);
  showSeries(view, stats.received_by_hour);
  showCodes(view, stats.errors);
  for (const cell of view.querySelectorAll('#signatures td')) {
    const reason = cell.closest('tr')?.dataset.reason ?? '';
    const of = cell.getAttribute('data-of') === 'last_hour' ? 'last_hour' : 'last_day';
    cell.textContent = shownNumber(
      Object.entries(stats.rejected_signatures[of]).find(([name]) => name === reason)?.[1] ?? 0,
    );
  }
  fill(part(view, 'crons'), ...stats.crons.map(cronItem));
  if (stats.crons.length === 0) fill(part(view, 'crons'), make('li', {}, 'None ever ran.'));
  showTerra(view, stats);
  fillPairs(part(view, 'rebuilds'), [
    ['Still to come', shownNumber(stats.rebuilds_left)],
    ['Under way', shownNumber(stats.rebuilds_running)],
    ['Given up', shownNumber(stats.rebuilds_failed)],
    ['The last ended', shownTime(stats.rebuilds_last_finished_at)],
  ]);
}

/** @param {HTMLElement} view @param {IngestStats} stats @param {number} nowMs */
function showFigures(view, stats, nowMs) {
  /** @param {string | null} time @returns {Piece[]} */
  const age = (time) =>
    time === null ? [] : [make('br'), `oldest ${shownLength(nowMs - instantOf(time))} old`];
  /** @param {string} state @param {number} number */
  const found = (state, number) =>
    make('a', { href: addressOf('search', '', { state }) }, make('strong', {}, shownNumber(number)));
  const last = stats.last_received_at;
  const ago = last === null ? 'never' : `${shownLength(nowMs - instantOf(last))} ago`;
  const lastHour = stats.received_by_hour.at(-1) ?? 0;
  fillFigures(part(view, 'figures'), [
    ['On their way', found('backlog', stats.backlog), ...age(stats.oldest_backlog)],
    ['Parked', found('parked', stats.parked), ...age(stats.oldest_parked)],
    ['Dead letters', found('dead_lettered', stats.dead_lettered)],
    ['Last received', make('strong', {}, ago)],
    ['Received in the last hour', make('strong', {}, shownNumber(lastHour))],
    ['Stored', make('strong', {}, shownNumber(stats.events))],
    ['Became rows', make('strong', {}, shownNumber(stats.normalized))],
    ['Skipped', make('strong', {}, shownNumber(stats.skipped))],
    ['Database', make('strong', {}, `${shownNumber(Math.ceil(stats.database_bytes / 1e6))} MB`)],
  ]);
}

/** One bar an hour. @param {HTMLElement} view @param {readonly number[]} hours */
function showSeries(view, hours) {
  const most = Math.max(1, ...hours);
  const bars = hours.map((events, i) => {
    const bar = document.createElementNS('http://www.w3.org/2000/svg', 'rect');
    const height = (38 * events) / most;
    const box = { x: i * 10 + 1, y: 39 - height, width: 8, height: height + 1 };
    for (const [name, value] of Object.entries(box)) bar.setAttribute(name, String(value));
    return bar;
  });
  view.querySelector('#series')?.replaceChildren(...bars);
  const sum = hours.reduce((all, events) => all + events, 0);
  part(view, 'series-text').textContent =
    `Received in the last 24 hours: ${counted(sum, 'event')}, at most ${shownNumber(Math.max(0, ...hours))} in an hour. The newest hour is on the right.`;
}

/** @param {HTMLElement} view @param {Readonly<Record<string, number>>} errors */
function showCodes(view, errors) {
  const known = [...view.querySelectorAll('[data-code]')];
  for (const row of known) {
    if (!(row instanceof HTMLElement)) continue;
    const events = errors[row.dataset.code ?? ''] ?? 0;
    row.hidden = events === 0;
    const number = row.querySelector('strong');
    if (number !== null) number.textContent = counted(events, 'event');
  }
  part(view, 'no-errors').hidden = Object.values(errors).some((events) => events > 0);
}

/** @param {IngestStats['crons'][number]} run */
function cronItem({ cron, started_at, finished_at, outcome }) {
  const word = outcome ?? 'not ended yet';
  const took =
    finished_at === null ? '' : `took ${shownLength(instantOf(finished_at) - instantOf(started_at))}`;
  return make(
    'li',
    {},
    make(
      'p',
      { class: 'head' },
      make('code', {}, cron),
      make('span', { class: outcome === 'failed' ? 'bad' : outcome === 'ok' ? 'good' : '' }, word),
      shownTime(started_at),
      make('span', { class: 'muted' }, took),
    ),
  );
}

/** @param {HTMLElement} view @param {IngestStats} stats */
function showTerra(view, stats) {
  const paused = stats.outbound_paused_since !== null;
  fillPairs(part(view, 'outbox'), [
    ['State', ...(paused ? ['paused since ', shownTime(stats.outbound_paused_since)] : ['open'])],
    ['To be sent', counted(stats.outbox_pending, 'request')],
    ['Of them put off', shownNumber(stats.outbox_waiting)],
  ]);
  fill(
    part(view, 'outbox-reasons'),
    ...stats.outbox_waiting_reasons.map(({ reason, requests, next_attempt_at }) =>
      make(
        'li',
        {},
        `${counted(requests, 'request')}: ${reason}. Sent again at `,
        shownTime(next_attempt_at),
      ),
    ),
  );
  const outbound = button(view, 'outbound');
  outbound.hidden = false;
  outbound.dataset.paused = String(paused);
  outbound.textContent = paused ? 'Go on asking Terra' : 'Pause all calls to Terra';
}
