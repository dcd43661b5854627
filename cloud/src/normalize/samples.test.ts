import { expect, it } from 'vitest';
import { fieldReader } from './field-reader.ts';
import { AMOUNT } from './ranges.ts';
import { latestFirst } from './samples.ts';

function orderOfValues(samples: readonly unknown[]): readonly (number | null)[] {
  return latestFirst(fieldReader({ samples }, 'data[0]', []), 'samples', 'timestamp').map((sample) =>
    sample.number('value', AMOUNT),
  );
}

it('puts the latest instant first, whatever its offset or place', () => {
  expect(
    orderOfValues([
      { timestamp: '2026-03-08T10:00:00+02:00', value: 1 },
      { timestamp: '2026-03-08T09:30:00Z', value: 2 },
      { timestamp: '2026-03-08T05:00:00-03:30', value: 3 },
    ]),
  ).toEqual([2, 3, 1]);
});

it('puts samples without a readable time last, and of equal times the later one first', () => {
  expect(
    orderOfValues([
      { timestamp: null, value: 1 },
      { value: 2 },
      { timestamp: '2026-03-08T10:00:00Z', value: 3 },
      { timestamp: '2026-03-08T11:00:00+01:00', value: 4 },
      { timestamp: 'soon', value: 5 },
      'no sample',
    ]),
  ).toEqual([4, 3, null, 5, 2, 1]);
});
