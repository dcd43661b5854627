/** A time of the server's, ISO 8601 UTC, as people are shown it. */
export type ShowTime = (iso: string) => string;

/** `2026-03-01 09:05` on this machine's clock; with `utc` as it came, for programs. What is no time stays as it is. */
export function timesFor(utc: boolean): ShowTime {
  return (iso) => {
    const time = new Date(iso);
    if (utc || Number.isNaN(time.getTime())) return iso;
    return `${dayOf(time)} ${[time.getHours(), time.getMinutes()].map(two).join(':')}`;
  };
}

function dayOf(time: Date): string {
  return [time.getFullYear(), time.getMonth() + 1, time.getDate()].map(two).join('-');
}

function two(part: number): string {
  return String(part).padStart(2, '0');
}
