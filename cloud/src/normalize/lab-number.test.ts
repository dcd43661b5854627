import { describe, expect, it } from 'vitest';
import { decimalMarkOf, decimalMarkOfLocale, operatorOf, printedNumber } from './lab-number.ts';

describe('a printed number', () => {
  it.each([
    ['5', 5],
    ['-1.5', -1.5],
    ['.5', 0.5],
    ['1.5e-3', 0.0015],
    ['5,4', 5.4],
    ['0,123', 0.123],
    ['12,3456', 12.3456],
    ['1,234.5', 1_234.5],
    ['1.234,5', 1_234.5],
    ['1,234,567', 1_234_567],
    ['1.234.567', 1_234_567],
    ['2,50,000', 250_000],
    ['2,50,000.5', 250_000.5],
    ['12 500', 12_500],
    ["12'500.5", 12_500.5],
    ['12\u202f500,5', 12_500.5],
    ['1,234', 1_234],
    ['1.234', 1.234],
    ['99*', 99],
    ['*99', 99],
    ['99 H', 99],
    ['99H', 99],
    ['99 (L)', 99],
    ['5,4 *', 5.4],
    ['99 ↑', 99],
    [' \u22125 ', -5],
  ])('reads %j', (text, value) => {
    expect(printedNumber(text, null)).toEqual({ value, operator: null });
  });

  it.each([
    ['<0.3', 0.3, '<'],
    ['< 0,3', 0.3, '<'],
    ['\uff1c0.3', 0.3, '<'],
    ['\uff1e60', 60, '>'],
    ['<=5', 5, '<='],
    ['≤ 5', 5, '<='],
    ['>60', 60, '>'],
    ['>=60', 60, '>='],
    ['≥60*', 60, '>='],
    ['=<5', 5, '<='],
    ['=>60', 60, '>='],
    ['more than 60', 60, '>'],
    ['less than 5', 5, '<'],
    ['Greater than 1,500.0', 1_500, '>'],
  ])('reads the bound %j', (text, value, operator) => {
    expect(printedNumber(text, null)).toEqual({ value, operator });
  });

  it.each([
    '',
    'negative',
    '3-5',
    '1:80',
    '1+',
    '+++',
    '12/5',
    '5,4,3',
    '1.2.3',
    '0x10',
    '<',
    '<>5',
    'H',
    '5 mg',
  ])('does not read %j', (text) => {
    expect(printedNumber(text, null)).toBeNull();
  });

  it('of one mark and three digits goes by the decimals of its report', () => {
    expect(['1,234', '1.234', '250.000'].map((text) => printedNumber(text, ',')?.value)).toEqual([
      1.234, 1_234, 250_000,
    ]);
    expect(['1,234', '1.234'].map((text) => printedNumber(text, '.')?.value)).toEqual([1_234, 1.234]);
  });
});

describe('the decimal mark of a report', () => {
  it('is told by numbers that read in one way only', () => {
    expect(decimalMarkOf(['1,234', '5,4', 'negative'])).toBe(',');
    expect(decimalMarkOf(['1,234', '<5.4'])).toBe('.');
    expect(decimalMarkOf(['1.234,5'])).toBe(',');
    expect(decimalMarkOf(['1,234', '250'])).toBeNull();
    expect(decimalMarkOf(['5,4', '5.4'])).toBeNull();
  });

  it('else by its language', () => {
    const marks = ['de-DE', 'fr_FR', 'pt-BR', 'en-GB', 'de-CH', 'es-MX', 'ja', 7, undefined].map((locale) =>
      decimalMarkOfLocale(locale),
    );
    expect(marks).toEqual([',', ',', ',', '.', null, null, null, null, null]);
  });
});

it('knows the words of an operator, in any case', () => {
  const told = ['lt', 'LTE', 'le', 'gt', 'gte', 'Ge', ' < ', 'eq', 'constructor', null].map((word) =>
    operatorOf(word),
  );
  expect(told).toEqual(['<', '<=', '<=', '>', '>=', '>=', '<', null, null, null]);
});
