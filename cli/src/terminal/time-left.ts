import { ESTIMATE_AFTER_MS, ESTIMATE_SHARE_LEAST } from '../limits.ts';
import { renderCounted } from './counts.ts';

/**
 * `, about 3 minutes left` from what a share of the whole took, and never sooner than what has to wait; nothing while
 * too little is over to tell.
 */
export function renderTimeLeft(share: number, elapsedMs: number, waitMs: number): string {
  const isKnown = share >= ESTIMATE_SHARE_LEAST && elapsedMs >= ESTIMATE_AFTER_MS;
  const estimateMs = isKnown ? (elapsedMs * (1 - share)) / share : 0;
  const leftMs = Math.max(estimateMs, waitMs);
  if (!isKnown && leftMs < ESTIMATE_AFTER_MS) return '';
  const minutes = Math.ceil(leftMs / 60_000);
  if (minutes <= 1) return ', about a minute left';
  if (minutes < 120) return `, about ${renderCounted(minutes, 'minute')} left`;
  return `, about ${renderCounted(Math.round(minutes / 60), 'hour')} left`;
}
