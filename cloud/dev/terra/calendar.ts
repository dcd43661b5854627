export const SECONDS_PER_DAY = 86_400;

/** Days since 1970-01-01 of a YYYY-MM-DD. */
export function dayNumber(date: string): number {
  const ms = Date.parse(`${date}T00:00:00Z`);
  if (Number.isNaN(ms)) throw new RangeError(`not a date: ${date}`);
  return Math.round(ms / 1000 / SECONDS_PER_DAY);
}

/** YYYY-MM-DD of a day number. */
export function dateOf(day: number): string {
  return new Date(day * SECONDS_PER_DAY * 1000).toISOString().slice(0, 10);
}

/** 0 is Sunday. */
export function weekdayOf(day: number): number {
  return (((day + 4) % 7) + 7) % 7;
}

/**
 * Terra's way of writing a time: `2026-07-01T07:04:11.000000+01:00`.
 * @param wallSeconds seconds since 1970-01-01 as the person's clock on the wall shows them
 */
export function terraTime(wallSeconds: number, offsetMinutes: number): string {
  const wall = new Date(Math.round(wallSeconds) * 1000).toISOString().slice(0, 19);
  const ahead = offsetMinutes < 0 ? '-' : '+';
  const minutes = Math.abs(offsetMinutes);
  const hours = String(Math.floor(minutes / 60)).padStart(2, '0');
  return `${wall}.000000${ahead}${hours}:${String(minutes % 60).padStart(2, '0')}`;
}

/** `2026-07-01T09:12:33Z` on that day in UTC. */
export function utcTime(day: number, secondsOfDay: number): string {
  return `${new Date((day * SECONDS_PER_DAY + secondsOfDay) * 1000).toISOString().slice(0, 19)}Z`;
}

/** Whether European summer time holds: last Sunday of March to last Sunday of October. */
export function isSummerTime(day: number): boolean {
  const year = dateOf(day).slice(0, 4);
  return day >= lastSundayUpTo(`${year}-03-31`) && day < lastSundayUpTo(`${year}-10-31`);
}

function lastSundayUpTo(date: string): number {
  const day = dayNumber(date);
  return day - weekdayOf(day);
}
