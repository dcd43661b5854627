/** `UTC+05:45` of +05:45; any other time zone has a name. */
export function renderZone(timeZone: string): string {
  return /^[+-]/.test(timeZone) ? `UTC${timeZone}` : timeZone;
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

export const MONTHS = [
  'Jan',
  'Feb',
  'Mar',
  'Apr',
  'May',
  'Jun',
  'Jul',
  'Aug',
  'Sep',
  'Oct',
  'Nov',
  'Dec',
] as const;
