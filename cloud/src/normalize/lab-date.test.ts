import { describe, expect, it } from 'vitest';
import { chooseDate, isDayFirst, readLabDate } from './lab-date.ts';

const RECEIVED_MS = Date.UTC(2026, 7, 1, 12);
const BY_NOTHING = { dayFirst: null, receivedMs: RECEIVED_MS };

describe('a date of a report', () => {
  it.each([
    ['2026-06-29'],
    ['2026-06-29T08:30:00+02:00'],
    ['20260629'],
    [20260629],
    ['202606290830'],
    ['2026/06/29'],
    ['2026.6.29'],
    ['29/06/2026'],
    ['06/29/2026'],
    ['29.06.2026'],
    ['29-06-2026 08:30'],
    ['29 Jun 2026'],
    ['29-Jun-2026'],
    ['29. Juni 2026'],
    ['29 juin 2026'],
    ['29 de junho de 2026'],
    ['June 29, 2026'],
    ['Jun 29 2026'],
  ])('is understood: %j', (value) => {
    expect(readLabDate(value, BY_NOTHING)).toEqual({ state: 'known', date: '2026-06-29' });
  });

  it.each([
    ['January', 'enero', 'gennaio', 'janvier', 'Januar', 'Jänner'],
    ['February', 'fevereiro', 'février', 'febrero'],
    ['March', 'März', 'mrz', 'mars', 'marzo'],
    ['April', 'avril', 'abril', 'aprile'],
    ['May', 'Mai', 'maggio', 'mayo'],
    ['June', 'Juni', 'juin', 'giugno', 'junio'],
    ['July', 'Juli', 'juillet', 'luglio', 'julio'],
    ['August', 'août', 'agosto'],
    ['September', 'septembre', 'setembro', 'settembre'],
    ['October', 'Oktober', 'outubro', 'ottobre', 'octubre'],
    ['November', 'novembre'],
    ['December', 'Dezember', 'dicembre', 'diciembre', 'décembre'],
  ])('is of the month %s in any of six languages', (...names) => {
    const months = names.map((name) => readLabDate(`${name} 2025`, BY_NOTHING));
    const [first] = months;
    expect(new Set(months.map((month) => JSON.stringify(month))).size).toBe(1);
    expect(first).toEqual({
      state: 'month',
      month: new Date(`${names[0]} 1, 2025 12:00Z`).toISOString().slice(0, 7),
    });
  });

  it('of two small numbers goes by points, by the place, or is not read', () => {
    const read = (value: string, dayFirst: boolean | null = null) =>
      readLabDate(value, { ...BY_NOTHING, dayFirst });
    expect(read('03.04.2026')).toEqual({ state: 'known', date: '2026-04-03' });
    expect(read('03/04/2026', true)).toEqual({ state: 'known', date: '2026-04-03' });
    expect(read('03/04/2026', false)).toEqual({ state: 'known', date: '2026-03-04' });
    expect(read('03/04/2026')).toEqual({ state: 'unreadable' });
    expect(read('03-04-2026')).toEqual({ state: 'unreadable' });
    expect(read('04/04/2026')).toEqual({ state: 'known', date: '2026-04-04' });
  });

  it.each(['2026-06', '06/2026', 'June 2026', '2026/6'])('may be a month alone: %j', (value) => {
    expect(readLabDate(value, BY_NOTHING)).toEqual({ state: 'month', month: '2026-06' });
  });

  it.each([
    '2026-02-31',
    '31/02/2026',
    '13/13/2026',
    '29/06/26',
    '29062026',
    '1989-12-31',
    '2026-08-04',
    '29 Foo 2026',
    '2026-13',
    'week 12',
    {},
    true,
    `2026-06-29${' '.repeat(100)}`,
  ])('is not read: %j', (value) => {
    expect(readLabDate(value, BY_NOTHING)).toEqual({ state: 'unreadable' });
  });

  it.each([undefined, null, '', ' ', 'n/a', 'unknown'])('is not there: %j', (value) => {
    expect(readLabDate(value, BY_NOTHING)).toEqual({ state: 'absent' });
  });

  it('may be two days after the receipt', () => {
    expect(readLabDate('2026-08-03', BY_NOTHING)).toEqual({ state: 'known', date: '2026-08-03' });
  });
});

describe('the date that is chosen', () => {
  const fields = (...values: readonly unknown[]) => values.map((value, i) => ({ value, path: `p${i}` }));

  it('is the first that is there', () => {
    expect(chooseDate(fields(null, '2026-06-29', '2026-06-30'), BY_NOTHING)).toMatchObject({
      date: '2026-06-29',
      field: { path: 'p1' },
    });
    expect(chooseDate(fields(null, 'n/a'), BY_NOTHING)).toBeNull();
  });

  it('is never a later one where the first cannot be read', () => {
    expect(chooseDate(fields('03/04/2026', '2026-06-29'), BY_NOTHING)).toEqual({ refused: 'p0' });
  });

  it('of a month is the day of that month that a later field names', () => {
    expect(chooseDate(fields('2026-06', null, '2026-06-30'), BY_NOTHING)).toMatchObject({
      date: '2026-06-30',
    });
    expect(chooseDate(fields('2026-06', '2026-07-01'), BY_NOTHING)).toEqual({ refused: 'p0' });
    expect(chooseDate(fields('2026-06'), BY_NOTHING)).toEqual({ refused: 'p0' });
  });
});

it('knows which places write the day first', () => {
  const told = ['en-US', 'en-GB', 'en-IN', 'en', 'de', 'pt-BR', 'fr_FR', 'ja-JP', 7].map(isDayFirst);
  expect(told).toEqual([false, true, true, null, true, true, true, null, null]);
  expect(['es-US', 'fr-CA', 'es-MX'].map(isDayFirst)).toEqual([null, null, true]);
});
