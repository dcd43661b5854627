import { describe, expect, it } from 'vitest';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../limits.ts';
import { overdue, type Receipts, withReceipt } from './habit.ts';

/** A Monday, 00:00 UTC. */
const MONDAY = Date.UTC(2026, 1, 2);

/** Deliveries of so many days from Monday on: at which hours of a day, by its number; Saturday is 5. */
function lived(days: number, hoursOf: (day: number) => readonly number[]): Receipts {
  let receipts: Receipts | undefined;
  for (let day = 0; day < days; day += 1)
    for (const hour of hoursOf(day)) receipts = withReceipt(receipts, MONDAY + day * DAY_MS + hour * HOUR_MS);
  if (receipts === undefined) throw new Error('nothing came');
  return receipts;
}

const OFTEN = [7, 10, 13, 16, 19, 22];
const isWeekend = (day: number) => day % 7 >= 5;

const often = lived(28, () => OFTEN);
const onWeekdays = lived(26, (day) => (isWeekend(day) ? [] : OFTEN));
const onceADay = lived(28, (day) => [7 + (day % 3)]);
const weekly = lived(50, (day) => (day % 7 === 0 ? [8] : []));

describe('a connection is overdue', () => {
  it.each<[string, Receipts, hours: number, expected: boolean]>([
    ['by what it is used to', often, 26, true],
    ['not after a flight and the night around it', often, 22, false],
    ['not over a weekend that it never sends at', onWeekdays, 62, false],
    ['after that weekend and two days more', onWeekdays, 115, true],
    ['not where a daily one leaves a day out', onceADay, 50, false],
    ['where a daily one leaves out two', onceADay, 66, true],
    ['not in the week between two deliveries of a scale', weekly, 7 * 24 + 20, false],
    ['a while after that week', weekly, 9 * 24 + 2, true],
    ['no more when it ended long ago', often, 91 * 24, false],
  ])('%s', (_, receipts, hours, expected) => {
    expect(overdue(receipts, receipts.last + hours * HOUR_MS) !== null).toBe(expected);
  });

  it.each<[string, Receipts]>([
    ['a single delivery', lived(1, () => [7])],
    ['two weeks of it', lived(14, () => OFTEN)],
    ['too few deliveries, however long ago the first', lived(40, (day) => (day % 10 === 0 ? [8] : []))],
    // An import of years: thousands of deliveries in a minute.
    [
      'a burst',
      Array.from({ length: 1_000 }, (_, n) => MONDAY + n).reduce(
        withReceipt,
        lived(1, () => [0]),
      ),
    ],
  ])('never by %s', (_, receipts) => {
    expect(overdue(receipts, receipts.last + 30 * DAY_MS)).toBeNull();
  });

  it('from the second weekend on not over a weekend', () => {
    for (let weeks = 2; weeks < 6; weeks += 1) {
      const receipts = lived(weeks * 7 + 5, (day) => (isWeekend(day) ? [] : OFTEN));
      expect(overdue(receipts, receipts.last + 62 * HOUR_MS), `after ${weeks} weekends`).toBeNull();
    }
  });

  it('says since when, and what it is used to', () => {
    expect(overdue(often, often.last + 26 * HOUR_MS)).toEqual({ sinceMs: often.last, usualMs: 9 * HOUR_MS });
    expect(overdue(onWeekdays, onWeekdays.last + 115 * HOUR_MS)?.usualMs).toBe(9 * HOUR_MS);
  });
});

describe('what is kept of deliveries', () => {
  it('is bounded, and takes what comes at once for one', () => {
    expect(lived(400, () => OFTEN).waits).toHaveLength(28);
    const more = [1, 20, 59].map((minutes) => withReceipt(often, often.last + minutes * MINUTE_MS));
    for (const one of more) expect(one).toBe(often);
    expect(withReceipt(often, often.last - DAY_MS)).toBe(often);
  });

  it('learns no habit from one silence, but a new one from many', () => {
    const later = (receipts: Receipts, days: number) => withReceipt(receipts, receipts.last + days * DAY_MS);
    const once = later(often, 20);
    expect(overdue(once, once.last + 26 * HOUR_MS)).not.toBeNull();
    // Of few days even the longest wait counts.
    const young = later(
      lived(16, () => OFTEN),
      20,
    );
    expect(overdue(young, young.last + 4 * DAY_MS)).not.toBeNull();
    let changed = often;
    for (let times = 0; times < 12; times += 1) changed = later(changed, 7);
    expect(overdue(changed, changed.last + 7 * DAY_MS)).toBeNull();
  });
});
