import { BACKOFF_BASE_MS, BACKOFF_MAX_MS } from '../limits.ts';

/** Wait after the n-th attempt: 30 s x 2^n, at most 6 h. */
export function backoffMs(attempts: number): number {
  return Math.min(BACKOFF_BASE_MS * 2 ** attempts, BACKOFF_MAX_MS);
}

/** The same in whole seconds, for a queue message's delay. */
export function backoffSeconds(attempts: number): number {
  return Math.round(backoffMs(attempts) / 1_000);
}
