import type { UnixMs } from '../clock.ts';
import type { SignatureReason } from '../contract/stats.ts';
import { COUNT_SLOT_MS, REJECTED_COUNT_SAMPLE, REJECTED_COUNTED_ALONE } from '../limits.ts';

/**
 * What an isolate remembers of the signatures it refused, so that a flood of them writes little: the first of each
 * reason in ten minutes are counted one by one, of the others one stands for as many as came since the last.
 */
export class RejectionTally {
  readonly #seen = new Map<SignatureReason, { readonly slot: number; readonly times: number }>();

  /** How many refusals this one counts for; 0 where it is not written down. */
  weightOf(reason: SignatureReason, nowMs: UnixMs): number {
    const slot = Math.floor(nowMs / COUNT_SLOT_MS);
    const before = this.#seen.get(reason);
    const times = before?.slot === slot ? before.times + 1 : 1;
    this.#seen.set(reason, { slot, times });
    if (times <= REJECTED_COUNTED_ALONE) return 1;
    return times % REJECTED_COUNT_SAMPLE === 0 ? REJECTED_COUNT_SAMPLE : 0;
  }
}
