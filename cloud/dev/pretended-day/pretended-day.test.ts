import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { CALENDAR_TESTS, isCalendarTest } from './calendar-tests.ts';
import { DAYS } from './days.ts';
import { shiftClock } from './node-clock.ts';
import { clockOffsetMs, dayOfTests } from './pretended-day.ts';
import { pretendedWorker } from './pretended-main.ts';
import { shiftDate } from './shifted-date.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const RealDate = Date;
const NOW = RealDate.UTC(2026, 10, 27, 20, 15, 7, 123);
const DAY_MS = 86_400_000;

afterEach(() => shiftClock(0));

const dateOf = (ms: number) => new RealDate(ms).toISOString();

describe('a pretended day', () => {
  it.each([
    ['2028-02-29', '2028-02-29T20:15:07.123Z'],
    ['2026-02-28', '2026-02-28T20:15:07.123Z'],
    ['2026-12-31T23:59:30Z', '2026-12-31T23:59:30.000Z'],
    ['real', '2026-11-27T20:15:07.123Z'],
  ])('%s is, at a quarter past eight in the evening, %s', (day, shown) => {
    expect(dateOf(NOW + clockOffsetMs(day, NOW))).toBe(shown);
  });

  it.each(['2026-02-30', '2026-13-01', '2026-12-31T23:59:30', '2026-12-31T24:00:00Z', 'today', '1'])(
    'is not %s',
    (day) => {
      expect(() => dayOfTests({ AMY_TODAY: day }, 0)).toThrow(`not "${day}"`);
    },
  );

  it('is the one asked for, otherwise one of the list', () => {
    expect(dayOfTests({ AMY_TODAY: '2030-01-01' }, 0.5)).toBe('2030-01-01');
    expect(dayOfTests({ AMY_TODAY: '' }, 0)).toBe(DAYS[0]);
    expect(dayOfTests({}, 0.999)).toBe(DAYS.at(-1));
  });

  it('is for tests that exist', () => {
    expect(CALENDAR_TESTS.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    expect(isCalendarTest('C:\\amy\\cloud\\test\\import.test.ts')).toBe(true);
    expect(isCalendarTest(fileURLToPath(import.meta.url))).toBe(false);
  });
});

describe('a shifted clock', () => {
  it('is ahead by its offset, ticks, and is given back', () => {
    const before = RealDate.now();
    for (const days of [1, 400]) {
      shiftDate(days * DAY_MS);
      for (const ms of [Date.now(), Date.parse(new Date().toISOString()), Date.parse(Date())]) {
        expect(ms - days * DAY_MS - before).toBeGreaterThan(-1_000);
        expect(ms - days * DAY_MS - before).toBeLessThan(60_000);
      }
    }
    shiftDate(0);
    expect(Date).toBe(RealDate);
  });

  it('leaves every other date as it is, also those that others made', () => {
    shiftDate(DAY_MS);
    expect(new Date(0).toISOString()).toBe('1970-01-01T00:00:00.000Z');
    expect(new Date(2026, 1, 28)).toEqual(new RealDate(2026, 1, 28));
    expect(statSync(root).mtime).toBeInstanceOf(Date);
    expect(new Date()).toBeInstanceOf(RealDate);
  });

  it('is that of every process started then, and of the Worker', () => {
    const aheadDays = () => {
      const { stdout } = spawnSync(process.execPath, ['-p', 'Date.now()'], { encoding: 'utf8' });
      return Math.round((Number(stdout) - RealDate.now()) / DAY_MS);
    };
    shiftClock(-400 * DAY_MS);
    expect(aheadDays()).toBe(-400);
    expect(pretendedWorker(process.env)).toEqual({
      main: 'cloud/dev/pretended-day/worker.ts',
      variables: { AMY_CLOCK_OFFSET_MS: String(-400 * DAY_MS) },
    });
    shiftClock(0);
    expect(aheadDays()).toBeCloseTo(0);
    expect(pretendedWorker(process.env)).toEqual({ main: 'cloud/src/index.ts', variables: {} });
  });
});
