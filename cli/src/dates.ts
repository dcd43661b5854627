const DAY_MS = 86_400_000;

/** Both ends included, YYYY-MM-DD. */
type Range = { readonly from: string; readonly to: string };

/** Days since 1970 of a date. Dates are texts, YYYY-MM-DD, as the file has them: no clock and no time zone moves them. */
export function dayNumber(date: string): number {
  return Date.parse(date) / DAY_MS;
}

/** Whether a text is a date that a calendar has: 2026-02-30 is none. */
export function isDate(text: string): boolean {
  const day = dayNumber(text);
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(day) && dateOf(day) === text;
}

export function dateOf(dayNumber: number): string {
  return new Date(dayNumber * DAY_MS).toISOString().slice(0, 10);
}

export function addDays(date: string, days: number): string {
  return dateOf(dayNumber(date) + days);
}

export function daysIn({ from, to }: Range): number {
  return dayNumber(to) - dayNumber(from) + 1;
}

/** Every date from the first to the last. */
export function datesOf(range: Range): readonly string[] {
  const first = dayNumber(range.from);
  return Array.from({ length: Math.max(daysIn(range), 0) }, (_, index) => dateOf(first + index));
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

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** As everything that knows time zones knows it: `+05:45` of 345 minutes. */
export function zoneOfOffset(minutes: number): string {
  const ahead = Math.abs(minutes);
  const two = (part: number) => String(part).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(ahead / 60))}:${two(ahead % 60)}`;
}

export function machineTimeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}
