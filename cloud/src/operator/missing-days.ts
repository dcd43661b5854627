import type { HistoryResource } from '../contract/import.ts';
import { DAY_MS, GAP_AROUND_DAYS, GAP_DAYS_MAX, GAP_SETTLED_DAYS, GAP_SHARE_LEAST } from '../limits.ts';

/** Which days are missing in the middle of a source's history. Pure. */

/** The days, YYYY-MM-DD, that have rows of a resource. */
export type DaysByResource = ReadonlyMap<HistoryResource, readonly string[]>;

/** Days without any row between days with rows, both included, and what the source usually has of such days. */
export type Gap = {
  readonly from: string;
  readonly to: string;
  readonly resources: readonly HistoryResource[];
};

/**
 * The gaps of one source, the latest first. Only of what is used nearly every day around a gap: a scale has one from
 * weighing to weighing. The last days are not judged, for devices bring them late; a gap of months is a break.
 */
export function missingDays(days: DaysByResource, today: string): Gap[] {
  const present = [...new Set([...days.values()].flat())].map(dayNumber).toSorted((a, b) => a - b);
  const numbers = new Map([...days].map(([resource, some]) => [resource, new Set(some.map(dayNumber))]));
  const settled = dayNumber(today) - GAP_SETTLED_DAYS;
  const gaps: Gap[] = [];
  for (let i = 1; i < present.length; i += 1) {
    const [before, after] = [present[i - 1] ?? 0, present[i] ?? 0];
    const length = after - before - 1;
    if (length < 1 || length > GAP_DAYS_MAX || after - 1 > settled) continue;
    const around = [...daysUpTo(before), ...daysFrom(after)].filter(
      (day) => day >= (present[0] ?? 0) && day <= (present.at(-1) ?? 0),
    );
    const resources = [...numbers].flatMap(([resource, own]) =>
      share(around, own) >= GAP_SHARE_LEAST ? [resource] : [],
    );
    if (resources.length > 0) gaps.push({ from: dateOf(before + 1), to: dateOf(after - 1), resources });
  }
  return gaps.toReversed();
}

function daysUpTo(day: number): number[] {
  return Array.from({ length: GAP_AROUND_DAYS }, (_, n) => day - n);
}

function daysFrom(day: number): number[] {
  return Array.from({ length: GAP_AROUND_DAYS }, (_, n) => day + n);
}

function share(days: readonly number[], present: ReadonlySet<number>): number {
  return days.filter((day) => present.has(day)).length / Math.max(1, days.length);
}

/** Days since 1970. */
function dayNumber(date: string): number {
  return Math.round(Date.parse(date) / DAY_MS);
}

function dateOf(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10);
}
