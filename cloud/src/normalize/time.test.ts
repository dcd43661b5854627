import { describe, expect, it } from 'vitest';
import { RECEIVED_MS } from './event.fixture.ts';
import {
  elapsedSeconds,
  instantText,
  isBelievableDate,
  localDate,
  sortableMs,
  utcDate,
  utcOffsetMinutes,
} from './time.ts';

const NOT_TIMES: readonly unknown[] = [
  undefined,
  null,
  '',
  'yesterday',
  42,
  true,
  {},
  ['2026-03-08'],
  '2026-02-30',
  '2026-02-29T10:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-00-10',
  '2026-03-08T24:00:01Z',
  '2026-03-08T24:01:00Z',
  '2026-03-08T25:00:00Z',
  '2026-02-30T24:00:00Z',
  '2026-03-08T10:60:00Z',
  '2026-03-08T10:00:61Z',
  '2026-03-08T10:00:00+24:00',
  '2026-03-08T10:00:00+01:60',
  '2026-03-08T10:00:00 Europe/Berlin',
  ' 2026-03-08T10:00:00Z',
  '2026-03-08T10:00:00Z\n',
  '2026-3-8',
  '08/03/2026',
  '20260308T100000Z',
  '+012026-03-08T10:00:00Z',
];

describe('instantText', () => {
  it.each([
    ['2026-03-08T23:12:00.000000+01:00', '2026-03-08T22:12:00.000Z'],
    ['2026-03-08T23:12:00.123999+01:00', '2026-03-08T22:12:00.123Z'],
    ['2026-03-08T23:12:00.5+0100', '2026-03-08T22:12:00.500Z'],
    ['2026-03-08T23:12:00,25+01', '2026-03-08T22:12:00.250Z'],
    ['2026-03-08T20:12:00-11:00', '2026-03-09T07:12:00.000Z'],
    ['2026-03-08T05:00:00+14:00', '2026-03-07T15:00:00.000Z'],
    ['2026-03-08T05:15:00+05:45', '2026-03-07T23:30:00.000Z'],
    ['2026-03-08T05:15Z', '2026-03-08T05:15:00.000Z'],
    ['2026-03-08t05:15:00z', '2026-03-08T05:15:00.000Z'],
    ['2026-03-08 05:15:00+00:00', '2026-03-08T05:15:00.000Z'],
    ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
    ['2026-03-08T24:00:00+01:00', '2026-03-08T23:00:00.000Z'],
    ['2026-12-31T24:00Z', '2027-01-01T00:00:00.000Z'],
    ['2016-12-31T23:59:60Z', '2017-01-01T00:00:00.000Z'],
    ['2016-12-31T23:59:60.500Z', '2017-01-01T00:00:00.500Z'],
  ])('stores %s as the instant %s', (delivered, stored) => {
    expect(instantText(delivered)).toBe(stored);
  });

  it.each(['2026-03-08T23:12:00.000000', '2026-03-08T23:12', '2026-03-08 23:12:00', '2026-03-08t23:11:60'])(
    'gives the wall clock %s its one spelling',
    (delivered) => {
      expect(instantText(delivered)).toBe('2026-03-08T23:12:00.000');
    },
  );

  it('keeps a date alone, and the digits of a wall clock at the end of a day', () => {
    expect(instantText('2026-03-08')).toBe('2026-03-08');
    expect(instantText('2026-03-08T24:00:00')).toBe('2026-03-09T00:00:00.000');
  });

  it.each(NOT_TIMES)('refuses %j', (value) => {
    expect(instantText(value)).toBeNull();
  });

  it('refuses an instant outside the four-digit years, which would not sort as text', () => {
    expect(instantText('9999-12-31T23:00:00-14:00')).toBeNull();
    expect(instantText('0000-01-01T00:00:00+14:00')).toBeNull();
  });
});

describe('localDate', () => {
  it.each([
    ['2026-03-08T23:30:00.000000-08:00', '2026-03-08'],
    ['2026-03-08T00:30:00.000000+13:00', '2026-03-08'],
    ['2026-03-08T23:59:59', '2026-03-08'],
    ['2026-03-08', '2026-03-08'],
    ['2026-03-08T24:00:00+01:00', '2026-03-08'],
    ['2026-12-31T23:59:60Z', '2026-12-31'],
  ])('takes the date of %s as delivered', (delivered, date) => {
    expect(localDate(delivered)).toBe(date);
  });

  it.each(NOT_TIMES)('refuses %j', (value) => {
    expect(localDate(value)).toBeNull();
  });
});

describe('isBelievableDate', () => {
  it.each([
    ['1989-12-31', false],
    ['1990-01-01', true],
    ['2026-03-11', true],
    ['2026-03-12', false],
  ])('of %s on 9 March 2026 is %j', (date, isBelievable) => {
    expect(isBelievableDate(date, RECEIVED_MS)).toBe(isBelievable);
  });
});

describe('utcOffsetMinutes', () => {
  it.each([
    ['2026-03-08T10:00:00+01:00', 60],
    ['2026-03-08T10:00:00+0530', 330],
    ['2026-03-08T10:00:00-08', -480],
    ['2026-03-08T10:00:00-03:30', -210],
    ['2026-03-08T10:00:00Z', 0],
    ['2026-03-08T10:00:00-00:00', 0],
  ])('reads the offset of %s', (delivered, minutes) => {
    expect(utcOffsetMinutes(delivered)).toBe(minutes);
  });

  it('knows none of a wall clock, a date or anything else', () => {
    expect(utcOffsetMinutes('2026-03-08T10:00:00')).toBeNull();
    expect(utcOffsetMinutes('2026-03-08')).toBeNull();
    expect(utcOffsetMinutes(60)).toBeNull();
  });
});

describe('elapsedSeconds', () => {
  it('subtracts two instants', () => {
    expect(elapsedSeconds('2026-03-08T22:12:00.000Z', '2026-03-09T06:02:00.500Z')).toBe(28_200.5);
  });

  it('subtracts two wall clocks', () => {
    expect(elapsedSeconds('2026-03-08T22:12:00.000000', '2026-03-09T06:02:00')).toBe(28_200);
  });

  it('is negative where the end is earlier', () => {
    expect(elapsedSeconds('2026-03-08T22:12:00.000Z', '2026-03-08T22:11:00.000Z')).toBe(-60);
  });

  it('does not subtract an instant and a wall clock', () => {
    expect(elapsedSeconds('2026-03-08T22:12:00.000Z', '2026-03-09T06:02:00')).toBeNull();
    expect(elapsedSeconds('2026-03-08T22:12:00', '2026-03-09T06:02:00.000Z')).toBeNull();
  });

  it('does not subtract what is no time', () => {
    expect(elapsedSeconds('soon', '2026-03-09T06:02:00.000Z')).toBeNull();
    expect(elapsedSeconds('2026-03-09T06:02:00.000Z', 'later')).toBeNull();
  });
});

describe('sortableMs', () => {
  it('reads a wall clock as though it were UTC and an instant as it is', () => {
    expect(sortableMs('2026-03-08T10:00:00')).toBe(Date.UTC(2026, 2, 8, 10));
    expect(sortableMs('2026-03-08T10:00:00+01:00')).toBe(Date.UTC(2026, 2, 8, 9));
    expect(sortableMs('soon')).toBeNull();
  });
});

describe('utcDate', () => {
  it('counts days back across a month', () => {
    expect(utcDate(Date.UTC(2026, 2, 9, 23, 59))).toBe('2026-03-09');
    expect(utcDate(Date.UTC(2026, 2, 9, 0, 0), 90)).toBe('2025-12-09');
  });
});
