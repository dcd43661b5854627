import type { UnixMs } from '../clock.ts';
import { DATES_AHEAD, DAY_MS, FIRST_DATE, MINUTE_MS, SECOND_MS } from '../limits.ts';

/**
 * Times as Terra sends them: ISO 8601 with microseconds and an offset (`2026-03-08T23:12:00.000000+01:00`),
 * or without one, which is then the person's wall clock and never guessed at.
 */

/** Length of `2026-03-08T22:12:00.000Z`; years before 0 or after 9999 make it longer and sort wrongly. */
const STORED_INSTANT_CHARS = 24;

const ISO_TIME =
  /^(\d{4}-\d{2}-\d{2})(?:[Tt ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,12}))?)?(Z|z|[+-]\d{2}(?::?\d{2})?)?)?$/;
/** A day's end, which is the next one's 00:00 (ISO 8601). */
const MIDNIGHT_AT_THE_END = '24:00';
/** A leap second, which is the next minute's :00 here: the seconds of stored times are 00 to 59. */
const LEAP_SECOND = '60';

type ReadTime = {
  /** YYYY-MM-DD as delivered. */
  readonly date: string;
  /** Unix ms of the written digits, as though they were UTC. */
  readonly writtenMs: number;
  /** Minutes east of UTC, null for a wall clock. */
  readonly offsetMinutes: number | null;
  /** False of a date alone. */
  readonly hasClock: boolean;
};

/**
 * The form in which an instant is stored: UTC with milliseconds and `Z` where the offset is known (microseconds are
 * cut). A wall clock keeps its digits, without `Z`, in the same one spelling (`2026-03-08T23:12:00.000`): its start is
 * the key of a session, and `23:12` and `23:12:00.000000` are one sleep. A date alone stays one. Null for anything that
 * is not an ISO date or time of a real day.
 */
export function instantText(value: unknown): string | null {
  const time = readTime(value);
  return time === null ? null : storedForm(time);
}

/** A time of a clock, and all that is kept of it, read at once: a day has thousands of them. */
export type Moment = {
  /** As `instantText` gives it. */
  readonly time: string;
  /** As `localDate` gives it. */
  readonly date: string;
  /** As `utcOffsetMinutes` gives it. */
  readonly offsetMinutes: number | null;
};

/** Null for anything that is no time, and for a date alone. */
export function readMoment(value: unknown): Moment | null {
  const read = readTime(value);
  if (read === null || !read.hasClock) return null;
  const time = storedForm(read);
  return time === null ? null : { time, date: read.date, offsetMinutes: read.offsetMinutes };
}

/** The moment half-way between two, in the offset of the first; null where they cannot be subtracted. */
export function middleMoment(start: unknown, end: unknown): Moment | null {
  const from = readTime(start);
  const to = readTime(end);
  if (from === null || to === null || !from.hasClock || !to.hasClock) return null;
  if ((from.offsetMinutes === null) !== (to.offsetMinutes === null)) return null;
  const halfMs = (instantMs(to) - instantMs(from)) / 2;
  const writtenMs = from.writtenMs + Math.floor(halfMs);
  const time = storedForm({ ...from, writtenMs });
  return time === null ? null : { time, date: utcDate(writtenMs), offsetMinutes: from.offsetMinutes };
}

/** The first ten characters as delivered, where they are a real date: the person's local date. */
export function localDate(value: unknown): string | null {
  return readTime(value)?.date ?? null;
}

/** Whether somebody can have recorded it: from 1990 to two days ahead of the receipt, whatever the zone. */
export function isBelievableDate(date: string, receivedMs: UnixMs): boolean {
  return believableDates(receivedMs)(date);
}

/** The same of one receipt, for who asks about thousands of dates. */
export function believableDates(receivedMs: UnixMs): (date: string) => boolean {
  const last = utcDate(receivedMs, -DATES_AHEAD);
  return (date) => date >= FIRST_DATE && date <= last;
}

/** The date and the clock as delivered, in unix ms as though they were UTC. Null if no time. */
export function writtenMs(value: unknown): number | null {
  return readTime(value)?.writtenMs ?? null;
}

/** Minutes east of UTC, null where the text has no offset. */
export function utcOffsetMinutes(value: unknown): number | null {
  return readTime(value)?.offsetMinutes ?? null;
}

/**
 * Seconds from one stored time to another, negative where the end is earlier. Null where they cannot be
 * subtracted: one is an instant and the other a wall clock, or either is no time.
 */
export function elapsedSeconds(start: string, end: string): number | null {
  const from = readTime(start);
  const to = readTime(end);
  if (from === null || to === null) return null;
  if ((from.offsetMinutes === null) !== (to.offsetMinutes === null)) return null;
  return (instantMs(to) - instantMs(from)) / 1_000;
}

/** Unix ms for ordering times among themselves; a wall clock is read as though it were UTC. Null if no time. */
export function sortableMs(value: unknown): number | null {
  const time = readTime(value);
  return time === null ? null : instantMs(time);
}

/** YYYY-MM-DD in UTC of a unix time in ms, some whole days earlier. */
export function utcDate(unixMs: number, daysBefore = 0): string {
  return new Date(unixMs - daysBefore * DAY_MS).toISOString().slice(0, 10);
}

function storedForm(time: ReadTime): string | null {
  if (!time.hasClock) return time.date;
  const utc = new Date(instantMs(time)).toISOString();
  if (utc.length !== STORED_INSTANT_CHARS) return null;
  return time.offsetMinutes === null ? utc.slice(0, -1) : utc;
}

function instantMs(time: ReadTime): number {
  return time.writtenMs - (time.offsetMinutes ?? 0) * MINUTE_MS;
}

function readTime(value: unknown): ReadTime | null {
  const match = typeof value === 'string' ? ISO_TIME.exec(value) : null;
  if (match === null) return null;
  const [, date = '', clock, seconds = '00', fraction = '', offset] = match;
  const writtenMs = writtenTime(date, clock ?? '00:00', seconds, fraction);
  const offsetMinutes = offset === undefined ? null : readOffset(offset);
  if (writtenMs === null || Number.isNaN(offsetMinutes)) return null;
  return { date, writtenMs, offsetMinutes, hasClock: clock !== undefined };
}

/** Unix ms of the written digits as though they were UTC, null where there is no such day or clock. */
function writtenTime(date: string, clock: string, seconds: string, fraction: string): number | null {
  const isDaysEnd = clock === MIDNIGHT_AT_THE_END;
  if (isDaysEnd && !/^0*$/.test(seconds + fraction)) return null;
  const milliseconds = fraction.slice(0, 3).padEnd(3, '0');
  const isLeapSecond = seconds === LEAP_SECOND;
  const ms = Date.parse(
    `${date}T${isDaysEnd ? '00:00' : clock}:${isLeapSecond ? '59' : seconds}.${milliseconds}Z`,
  );
  // Date.parse rolls 30 February over to March; it is no day that anybody recorded.
  if (Number.isNaN(ms) || new Date(ms).getUTCDate() !== Number(date.slice(8))) return null;
  return ms + (isDaysEnd ? DAY_MS : 0) + (isLeapSecond ? SECOND_MS : 0);
}

/** Minutes of `Z`, `+01`, `+0100` or `+01:00`; NaN for hours or minutes no clock has. */
function readOffset(offset: string): number {
  if (offset === 'Z' || offset === 'z') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(3).replace(':', ''));
  if (hours > 23 || minutes > 59) return Number.NaN;
  const total = hours * 60 + minutes;
  return offset.startsWith('-') && total > 0 ? -total : total;
}
