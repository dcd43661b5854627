import type { DateRange } from '../mirror/days-read.ts';

const DAY_MS = 86_400_000;

/** Dates are texts, YYYY-MM-DD, as the file has them: no clock and no time zone moves them. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Every date from the first to the last, both included. */
export function datesOf({ from, to }: DateRange): readonly string[] {
  const count = Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS) + 1;
  return Array.from({ length: Math.max(count, 0) }, (_, index) => addDays(from, index));
}

/** The date that a calendar on a wall of this time zone shows. */
export function dateIn(timeZone: string, now: Date): string {
  const parts = new Intl.DateTimeFormat('en', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(now);
  const part = (type: string) => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** The time zone of a profile; this machine's where the profile has none, or one that nobody knows. */
export function zoneOfPerson(profile: string | null, machine: string): string {
  return profile !== null && isTimeZone(profile) ? profile : machine;
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** `28 Nov 2026` of 2026-11-28. */
export function renderDate(date: string): string {
  return `${renderDayOfYear(date)} ${date.slice(0, 4)}`;
}

/** `28 Nov` of 2026-11-28. */
export function renderDayOfYear(date: string): string {
  return `${Number(date.slice(8, 10))} ${renderMonth(date)}`;
}

export function renderMonth(date: string): string {
  return MONTHS[Number(date.slice(5, 7)) - 1] ?? '';
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'] as const;
