/** YYYY-MM-DD in UTC as it is now: what every program and test here that wants a "today" is given. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}
