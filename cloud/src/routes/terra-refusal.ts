import { ApiError } from '../errors.ts';
import { TERRA_BUSY_RETRY_AFTER_S } from '../limits.ts';
import { log } from '../log.ts';
import type { TerraAnswer } from '../terra/client.ts';

/**
 * What a person is told where Terra did not do what they asked for: 503 with Retry-After where it has too
 * much to do, else 502. Terra's own words stay with us: they may name ids. `action` is what was tried
 * ("open the connect page"), `remedy` what to do about a refusal.
 */
export function terraRefusal(
  { status, retryAfterSeconds }: Extract<TerraAnswer<unknown>, { state: 'failed' }>,
  action: string,
  remedy: string,
): ApiError {
  log('warn', 'terra_refused', { action, status });
  if (status === 429) {
    const seconds = retryAfterSeconds ?? TERRA_BUSY_RETRY_AFTER_S;
    return new ApiError('unavailable', `Terra is busy and did not ${action}; try again in ${seconds} s`, {
      retryAfterSeconds: seconds,
    });
  }
  if (status === null || status >= 500) {
    return new ApiError('terra_failed', `Terra could not be reached to ${action}; try again in a minute`);
  }
  return new ApiError('terra_failed', `Terra did not ${action} (HTTP ${status}): ${remedy}`);
}
