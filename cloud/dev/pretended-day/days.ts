/** Days on which calendars go wrong: ends of months, the leap day, changes of the clock, a year that ends meanwhile. */
export const DAYS = [
  '2026-02-28',
  '2028-02-29',
  '2026-03-08',
  '2026-10-25',
  '2026-11-27',
  '2026-12-31T23:59:30Z',
] as const;

/** Zones far from UTC, one of them by a part of an hour; tests in Node read it, workerd is always in UTC. */
export const ZONES = ['Asia/Kathmandu', 'Pacific/Kiritimati'] as const;
