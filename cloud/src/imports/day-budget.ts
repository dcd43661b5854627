import type { UnixMs } from '../clock.ts';

/** Days of history that were asked for at once, and when. */
export type DaysAsked = { readonly atMs: UnixMs; readonly days: number };

/** So many days may be asked for within a time. */
export type DayBudget = { readonly days: number; readonly windowMs: number };

/**
 * From when on so many more days fit the budget: `nowMs` where they fit now. What does not even fit an empty window
 * counts as fitting it, for the caller to refuse beforehand.
 */
export function roomFrom(
  asked: readonly DaysAsked[],
  more: number,
  { days, windowMs }: DayBudget,
  nowMs: UnixMs,
): UnixMs {
  const counted = asked.filter(({ atMs }) => atMs > nowMs - windowMs).toSorted((a, b) => a.atMs - b.atMs);
  let used = counted.reduce((total, one) => total + one.days, 0);
  let fromMs = nowMs;
  for (const one of counted) {
    if (used + more <= days) break;
    used -= one.days;
    fromMs = one.atMs + windowMs;
  }
  return fromMs;
}
