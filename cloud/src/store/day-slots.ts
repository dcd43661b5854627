import { type IsoTime, isoTime, type UnixMs } from '../clock.ts';
import { COUNT_SLOT_MS, DAY_MS } from '../limits.ts';

/** Where something is counted: a slot of the day, used anew the day after, and when it began this time. */
export type DaySlot = { readonly slot: number; readonly startedAt: IsoTime };

export function daySlot(nowMs: UnixMs): DaySlot {
  const startedMs = nowMs - (nowMs % COUNT_SLOT_MS);
  return { slot: (startedMs % DAY_MS) / COUNT_SLOT_MS, startedAt: isoTime(startedMs) };
}
