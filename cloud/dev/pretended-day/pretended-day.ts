import { DAYS } from './days.ts';

/**
 * What AMY_TODAY says: a date (`2028-02-29`), an instant (`2026-12-31T23:59:30Z`), or `real` for no pretending. It
 * is read here and nowhere else; it becomes an offset of the clock, which all processes that belong together share.
 */
export const TODAY_VARIABLE = 'AMY_TODAY';
/** Milliseconds that the pretended clock is ahead of the real one; negative where it is behind. */
export const OFFSET_VARIABLE = 'AMY_CLOCK_OFFSET_MS';

const REAL = 'real';
const DATE = /^\d{4}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?Z$/;

type Environment = Readonly<Record<string, string | undefined>>;

/** The day that tests with a calendar run on: the one AMY_TODAY names, otherwise one of the list by chance. */
export function dayOfTests(environment: Environment, chance: number): string {
  const asked = environment[TODAY_VARIABLE];
  if (asked !== undefined && asked !== '') {
    clockOffsetMs(asked, 0);
    return asked;
  }
  return DAYS[Math.floor(chance * DAYS.length)] ?? REAL;
}

/**
 * How far a clock that shows the day is ahead of the real one. A date is that date at the time of day that `nowMs`
 * has in UTC; an instant is what the clock shows at `nowMs`. Throws where the day is none.
 */
export function clockOffsetMs(day: string, nowMs: number): number {
  if (day === REAL) return 0;
  const now = new Date(nowMs).toISOString();
  const instant = Date.parse(DATE.test(day) ? day + now.slice('2026-01-01'.length) : day);
  const isKnown = DATE.test(day) || INSTANT.test(day);
  // Date.parse takes 30 February for 2 March.
  if (!isKnown || Number.isNaN(instant) || !new Date(instant).toISOString().startsWith(day.slice(0, 10)))
    throw new Error(`${TODAY_VARIABLE} is a date, an instant in UTC or "${REAL}", and not "${day}"`);
  return instant - nowMs;
}

/** The offset that a process inherited; 0 where nobody pretends. */
export function inheritedOffsetMs(environment: Environment): number {
  const offsetMs = Number(environment[OFFSET_VARIABLE] ?? 0);
  return Number.isFinite(offsetMs) ? offsetMs : 0;
}
