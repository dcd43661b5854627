const DAY_MS = 86_400_000;

/** The date on the calendar of a time zone; of this machine's where nobody knows that zone. */
export function dateIn(timeZone: string | null, now: Date): string {
  const options = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
  try {
    return now.toLocaleDateString('sv', { ...options, ...(timeZone === null ? {} : { timeZone }) });
  } catch {
    return now.toLocaleDateString('sv', options);
  }
}

/** The first of so many days of which the last is a date. */
export function firstOfDays(last: string, days: number): string {
  return new Date(Date.parse(`${last}T00:00:00Z`) - (days - 1) * DAY_MS).toISOString().slice(0, 10);
}
