import { ABOUT_A_DAY_MAX_MS, ABOUT_A_DAY_MIN_MS, SLEEP_MAX_S } from '../limits.ts';
import type { DataItem } from './data-event.ts';
import { valueAt } from './json-path.ts';
import {
  believableDates,
  elapsedSeconds,
  instantText,
  isBelievableDate,
  localDate,
  type Moment,
  utcDate,
  utcOffsetMinutes,
  writtenMs,
} from './time.ts';

/** Terra's `TimestampLocalization` of an item whose times are UTC and not the person's own. */
const IN_UTC = 0;
/** A stored time of a clock, without an offset. */
const WALL_CLOCK = /T[\d:.]+$/;

/**
 * The person's date of a daily or body item: that of its start as delivered. An item that says that its times are UTC
 * and that spans about a day from another time than 00:00 is a day of the person's own: the date of its middle is
 * theirs (15:00Z to 15:00Z is Tokyo's next day), within twelve hours of UTC.
 */
export function localDay(delivered: DataItem): { readonly date: string } | { readonly refused: string } {
  const start = valueAt(delivered.item, 'metadata.start_time');
  const date = middleOfDay(delivered) ?? localDate(start);
  if (date === null || !isBelievableDate(date, delivered.event.receivedMs)) {
    return { refused: `${delivered.path}.metadata.start_time` };
  }
  return { date };
}

/** The offset of a time of the item in minutes east of UTC, null where it has none or is not the person's own. */
export function ownOffsetMinutes(delivered: DataItem, time: unknown): number | null {
  return isInUtc(delivered) ? null : utcOffsetMinutes(time);
}

/** A time of the item as it is stored, null where it is none or nobody can have recorded it. */
export function believableTime(delivered: DataItem, time: unknown): string | null {
  const date = localDate(time);
  return date !== null && isBelievableDate(date, delivered.event.receivedMs)
    ? itemInstant(delivered, instantText(time))
    : null;
}

/**
 * A stored time of the item. One that names no offset is the person's wall clock, unless the item says that its times
 * are UTC: read as a wall clock, it would give their nights the hours of Greenwich.
 */
export function itemInstant(delivered: DataItem, stored: string | null): string | null {
  return stored !== null && isInUtc(delivered) ? utcText(stored) : stored;
}

function utcText(stored: string): string {
  return WALL_CLOCK.test(stored) ? `${stored}Z` : stored;
}

/**
 * Says of moments of the item what is kept: the time as it is stored, and the offset, null where it is not the person's
 * own. Null where nobody can have recorded it.
 */
export function momentReader(
  delivered: DataItem,
): (moment: Moment) => { readonly time: string; readonly offsetMinutes: number | null } | null {
  const isBelievable = believableDates(delivered.event.receivedMs);
  const isOwn = !isInUtc(delivered);
  return ({ time, date, offsetMinutes }) => {
    if (!isBelievable(date)) return null;
    return isOwn ? { time, offsetMinutes } : { time: utcText(time), offsetMinutes: null };
  };
}

/** Whether a sleep can have lasted so: its end is not before its start, and not more than 36 h after it. */
export function isSleepLong(startTime: string, endTime: string): boolean {
  const seconds = elapsedSeconds(startTime, endTime);
  return seconds === null || (seconds >= 0 && seconds <= SLEEP_MAX_S);
}

/** Of a day that begins at 00:00 this is the date of its start. */
function middleOfDay(delivered: DataItem): string | null {
  const startMs = writtenMs(valueAt(delivered.item, 'metadata.start_time'));
  const endMs = writtenMs(valueAt(delivered.item, 'metadata.end_time'));
  if (!isInUtc(delivered) || startMs === null || endMs === null) return null;
  const spanMs = endMs - startMs;
  if (spanMs < ABOUT_A_DAY_MIN_MS || spanMs > ABOUT_A_DAY_MAX_MS) return null;
  return utcDate(startMs + spanMs / 2);
}

function isInUtc(delivered: DataItem): boolean {
  return valueAt(delivered.item, 'metadata.timestamp_localization') === IN_UTC;
}
