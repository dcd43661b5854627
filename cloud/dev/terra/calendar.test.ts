import { expect, test } from 'vitest';
import { dateOf, dayNumber, isSummerTime, terraTime, weekdayOf } from './calendar.ts';

test('a day number and its date are one', () => {
  expect(dateOf(dayNumber('2024-02-29') + 1)).toBe('2024-03-01');
  expect(weekdayOf(dayNumber('2026-06-28'))).toBe(0);
});

test('a time carries the wall clock and the offset, east, west and in between', () => {
  const wallSeconds = dayNumber('2026-07-01') * 86_400 + 7 * 3_600 + 251;
  expect(terraTime(wallSeconds, 60)).toBe('2026-07-01T07:04:11.000000+01:00');
  expect(terraTime(wallSeconds, -570)).toBe('2026-07-01T07:04:11.000000-09:30');
});

test('summer time begins and ends on the last Sundays', () => {
  const days = ['2026-03-28', '2026-03-29', '2026-10-24', '2026-10-25'];
  expect(days.map((date) => isSummerTime(dayNumber(date)))).toEqual([false, true, true, false]);
});
