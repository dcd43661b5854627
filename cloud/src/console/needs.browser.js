// @ts-check
import { addressOf } from './address.browser.js';
import { waitsForItsOwner } from './codes.browser.js';
import { counted, fill, instantOf, make, shownLength } from './dom.browser.js';

/**
 * @typedef {import('../contract/stats.ts').IngestStats} IngestStats
 * @typedef {import('./dom.browser.js').Piece} Piece
 */

/**
 * What is out of order, causes before what comes of them.
 * @param {Element} list
 * @param {IngestStats} stats
 * @param {{ nowMs: number, backlogAgeMs: number }} limits
 */
export function showNeeds(list, stats, { nowMs, backlogAgeMs }) {
  const { mismatch, stale, future } = stats.rejected_signatures.last_hour;
  const backlogMs = stats.oldest_backlog === null ? 0 : nowMs - instantOf(stats.oldest_backlog);
  const failed = stats.crons.filter(({ outcome }) => outcome === 'failed');
  const kept = Object.entries(stats.errors)
    .filter(([code]) => !waitsForItsOwner(code))
    .reduce((sum, [, events]) => sum + events, 0);
  const silences = stats.silences.connections + stats.silences.gaps;
  const open = make('a', { href: addressOf('open') }, 'look at them');
  /** @type {[boolean, ...Piece[]][]} */
  const all = [
    [
      mismatch > 0,
      `${counted(mismatch, 'delivery', 'deliveries')} of the last hour had the signature of another secret: is TERRA_SIGNING_SECRET the one that Terra signs with?`,
    ],
    [
      stale + future > 0,
      `${counted(stale + future, 'delivery', 'deliveries')} of the last hour were refused for their time: a clock is wrong, or somebody repeats old ones.`,
    ],
    [
      backlogMs > backlogAgeMs,
      `The oldest event on its way is ${shownLength(backlogMs)} old: does the queue have its consumer?`,
    ],
    [stats.dead_lettered > 0, `${counted(stats.dead_lettered, 'dead letter')}: `, open],
    [kept > 0, `${counted(kept, 'event')} did not become rows: `, open.cloneNode(true)],
    [silences > 0, `${counted(silences, 'silence')}: something is overdue or missing; see below.`],
    [
      failed.length > 0,
      `Failed at its last run: ${failed.map(({ cron }) => cron).join(', ')}. The log says why.`,
    ],
    [
      stats.outbound_paused_since !== null,
      'Calls to Terra are paused by an operator: requests for history wait.',
    ],
    [stats.rebuilds_failed > 0, `${counted(stats.rebuilds_failed, 'rebuild')} given up: traces tell why.`],
  ];
  const some = all.filter(([is]) => is).map(([, ...pieces]) => make('li', {}, ...pieces));
  fill(list, ...(some.length > 0 ? some : [make('li', { class: 'good' }, 'Nothing needs you.')]));
}
