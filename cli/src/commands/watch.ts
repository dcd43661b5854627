import { AmyError } from '../errors.ts';
import { WATCH_AWAY_MAX_MS } from '../limits.ts';

export type Watch<Look> = {
  readonly everyMs: number;
  /** Looks once. */
  readonly look: () => Promise<Look>;
  /** Waits until the next look; false where there is to be none. */
  readonly pause: (waitMs: number) => Promise<boolean>;
  readonly onLook: (look: Look, waitMs: number) => void;
  /** Told of a look that failed and is tried again. */
  readonly onAway: (error: AmyError, waitMs: number) => void;
};

/**
 * Looks again and again. A server that is away, or a file that another process is using, is waited for, longer each time;
 * whatever the person has to do something about is thrown.
 */
export async function watch<Look>({ everyMs, look, pause, onLook, onAway }: Watch<Look>): Promise<void> {
  let failures = 0;
  let goesOn = true;
  while (goesOn) {
    let waitMs = everyMs;
    try {
      const found = await look();
      failures = 0;
      onLook(found, waitMs);
    } catch (error) {
      if (!(error instanceof AmyError && isPassing(error))) throw error;
      failures += 1;
      waitMs = awayWaitMs(everyMs, failures, error.retryAfterSeconds);
      onAway(error, waitMs);
    }
    goesOn = await pause(waitMs);
  }
}

function isPassing({ code, status }: AmyError): boolean {
  const isBusyOrAway = ['network_failed', 'server_busy', 'database_busy'].includes(code);
  return isBusyOrAway || (status !== undefined && status >= 500);
}

/** Twice as long each time, no longer than a quarter of an hour unless the looks are further apart, and as the server asks. */
function awayWaitMs(everyMs: number, failures: number, retryAfterSeconds = 0): number {
  const doubled = everyMs * 2 ** Math.min(failures - 1, 20);
  return Math.max(everyMs, Math.min(doubled, WATCH_AWAY_MAX_MS), retryAfterSeconds * 1_000);
}
