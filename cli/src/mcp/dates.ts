import type { DateRange } from '../mirror/days-read.ts';

const DAY_MS = 86_400_000;

/** Days since 1970 of a date. */
export function dayNumber(date: string): number {
  return Date.parse(date) / DAY_MS;
}

export function dateOf(dayNumber: number): string {
  return new Date(dayNumber * DAY_MS).toISOString().slice(0, 10);
}

/** Both ends included. */
export function daysIn({ from, to }: DateRange): number {
  return dayNumber(to) - dayNumber(from) + 1;
}

/** The date that a wall clock shows at an instant, where it is so many minutes ahead of UTC. */
export function localDate(instantMs: number, utcOffsetMinutes: number | null): string {
  return new Date(instantMs + (utcOffsetMinutes ?? 0) * 60_000).toISOString().slice(0, 10);
}
