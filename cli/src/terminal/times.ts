/** A time of the server's, in UTC, as people are shown it. */
export type ShowTime = (time: string) => string;

/**
 * `2026-03-01 09:05` on this machine's clock; with `utc` in full, for programs. What is no time stays as it is.
 */
export function timesFor(utc: boolean): ShowTime {
  return (told) => {
    const iso = isoOf(told);
    const time = new Date(iso);
    if (utc || Number.isNaN(time.getTime())) return iso;
    return `${dayOf(time)} ${[time.getHours(), time.getMinutes()].map(two).join(':')}`;
  };
}

/** `2026-03-01T09:05:00.123Z` of `2026-03-01 09:05:00.123`, as the database has some times: UTC without saying so. */
export function isoOf(told: string): string {
  return /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?$/.test(told) ? `${told.replace(' ', 'T')}Z` : told;
}

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** `24h`, `90m` or `7d` before now as an ISO time; anything else as it was typed. */
export function sinceOf(typed: string, nowMs: number): string {
  const [, count, unit] = /^(\d{1,6})([mhd])$/.exec(typed) ?? [];
  if (unit !== 'm' && unit !== 'h' && unit !== 'd') return typed;
  return new Date(nowMs - Number(count) * UNIT_MS[unit]).toISOString();
}

function dayOf(time: Date): string {
  return [time.getFullYear(), time.getMonth() + 1, time.getDate()].map(two).join('-');
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}
