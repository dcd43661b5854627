import { describe, expect, it } from 'vitest';
import { flaggedStatus, rangeStatus } from './lab-status.ts';

describe('flaggedStatus', () => {
  it.each([
    ['normal', 'optimal'],
    [' Normal ', 'optimal'],
    ['Optimal', 'optimal'],
    ['in range', 'optimal'],
    ['within_range', 'optimal'],
    ['Out of range', 'out_of_range'],
    ['critical', 'out_of_range'],
    ['borderline', 'borderline'],
    ['borderline_high', 'borderline'],
    ['Borderline Low', 'borderline'],
    ['low', 'out_of_range'],
    ['HIGH', 'out_of_range'],
    ['critical_high', 'out_of_range'],
    ['critical_low', 'out_of_range'],
    ['abnormal', 'out_of_range'],
    ['toxic', 'out_of_range'],
    ['subtherapeutic', 'out_of_range'],
    ['very_high', 'out_of_range'],
    ['Very low', 'out_of_range'],
    ['elevated', 'out_of_range'],
    ['deficient', 'out_of_range'],
    ['insufficient', 'out_of_range'],
    ['H', 'out_of_range'],
    ['l', 'out_of_range'],
    ['HH', 'out_of_range'],
    ['LL', 'out_of_range'],
    ['A', 'out_of_range'],
    ['(H)', 'out_of_range'],
    ['L*', 'out_of_range'],
    ['very borderline', 'borderline'],
    ['pending', null],
    ['highly unusual', null],
    ['critically acclaimed', null],
    ['', null],
    [null, null],
    [7, null],
  ])('reads the flag %j as %s', (flag, status) => {
    expect(flaggedStatus(flag)).toBe(status);
  });
});

describe('rangeStatus', () => {
  const value = (number: number): { value: number; operator: null } => ({ value: number, operator: null });
  const below = (number: number): { value: number; operator: '<' } => ({ value: number, operator: '<' });
  const above = (number: number): { value: number; operator: '>' } => ({ value: number, operator: '>' });

  it.each([
    [70, 'optimal'],
    [99, 'optimal'],
    [69.9, 'out_of_range'],
    [99.1, 'out_of_range'],
  ])('judges %d against 70..99', (number, status) => {
    expect(rangeStatus(value(number), { low: 70, high: 99 })).toBe(status);
  });

  it('counts a bound that is included as inside', () => {
    const most = (number: number) => ({ value: number, operator: '<=' }) as const;
    const least = (number: number) => ({ value: number, operator: '>=' }) as const;
    expect(rangeStatus(most(10), { low: 10, high: 20 })).toBeNull();
    expect(rangeStatus(most(9), { low: 10, high: 20 })).toBe('out_of_range');
    expect(rangeStatus(least(90), { low: null, high: 90 })).toBeNull();
    expect(rangeStatus(least(91), { low: null, high: 90 })).toBe('out_of_range');
    expect(rangeStatus(least(60), { low: 60, high: null })).toBe('optimal');
  });

  it('judges against a range that is open on one side', () => {
    expect(rangeStatus(value(4.9), { low: null, high: 5 })).toBe('optimal');
    expect(rangeStatus(value(5.1), { low: null, high: 5 })).toBe('out_of_range');
    expect(rangeStatus(value(61), { low: 60, high: null })).toBe('optimal');
    expect(rangeStatus(value(59), { low: 60, high: null })).toBe('out_of_range');
  });

  it('says nothing without a value or without a range', () => {
    expect(rangeStatus(null, { low: 1, high: 2 })).toBeNull();
    expect(rangeStatus(value(1), { low: null, high: null })).toBeNull();
  });

  it.each([
    [below(0.5), { low: null, high: 3 }, 'optimal'],
    [below(0.5), { low: 0, high: 3 }, 'optimal'],
    [below(0.5), { low: 0, high: null }, 'optimal'],
    [below(5), { low: null, high: 3 }, null],
    [below(5), { low: 10, high: 20 }, 'out_of_range'],
    [below(10), { low: 10, high: 20 }, 'out_of_range'],
    [below(15), { low: 10, high: 20 }, null],
    [above(90), { low: 60, high: null }, 'optimal'],
    [above(60), { low: 60, high: null }, 'optimal'],
    [above(50), { low: 60, high: null }, null],
    [above(100), { low: 60, high: 90 }, 'out_of_range'],
    [above(90), { low: null, high: 90 }, 'out_of_range'],
    [above(70), { low: 60, high: 90 }, null],
  ])('judges the bound %j against %j only where it is certain', (result, range, status) => {
    expect(rangeStatus(result, range)).toBe(status);
  });
});
