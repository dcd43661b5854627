import type { ShowTime } from '../../../cli/src/terminal/times.ts';
import type { StackStats } from './settle.ts';

/**
 * What became of everything that the state holds, earlier starts included, and how many deliveries of it came in this
 * one where that is not all.
 */
export function deliveriesInWords(
  stats: StackStats,
  parked: number,
  acknowledged: number,
): readonly string[] {
  const now = acknowledged < stats.events ? `  (${acknowledged} came in this start)` : '';
  return [
    `deliveries of Terra    ${stats.events}${now}`,
    `  became rows          ${stats.normalized}`,
    `  had nothing to keep  ${stats.skipped}  (such as "the answer is on its way")`,
    `  could not be used    ${parked}`,
  ];
}

/** Requests that are not sent yet: no failure, they are sent when their time comes and Amy runs. */
export function waitingInWords(stats: StackStats, time: ShowTime): readonly string[] {
  const { outbox_pending: pending, outbox_waiting: putOff } = stats;
  if (pending === 0) return [];
  const count = (requests: number) => `${requests} ${requests === 1 ? 'request' : 'requests'}`;
  return [
    ...stats.outbox_waiting_reasons.map(
      ({ requests, next_attempt_at, reason }) =>
        `waiting for Terra      ${count(requests)}, the first until ${time(next_attempt_at)}: ${reason}`,
    ),
    ...(pending === putOff ? [] : [`still to be sent       ${count(pending - putOff)}, within minutes`]),
    '                       (no failure: sent then, or by the next npm start)',
  ];
}
