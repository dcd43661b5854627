import { expect, it } from 'vitest';
import { onlyRange } from './lab-range.ts';

function rangeOf(...ranges: readonly unknown[]): readonly [number | null, number | null] {
  const only = onlyRange(
    ranges.map((range, i) => ({ range, path: `ranges[${i}]` })),
    null,
    [],
  );
  return [only?.bounds.low ?? null, only?.bounds.high ?? null];
}

it.each([
  [{ lower: 70, upper: 99 }, 70, 99],
  [{ lower: 70, upper: 99, type: null }, 70, 99],
  [{ lower: 70, upper: 99, type: 'normal' }, 70, 99],
  [{ lower: 70, upper: 99, type: 'Reference Range' }, 70, 99],
  [{ upper: 200, type: 'desirable' }, null, 200],
  [{ lower_bound: '3,5', upper_bound: '5,1', classification: 'optimal' }, 3.5, 5.1],
  [{ low: 1, high: 2, context: {} }, 1, 2],
  [{ low: 1, high: 2, context: { sex: null, age_lower: null, modifiers: [] } }, 1, 2],
  [{ low: 1, high: 2, context: { sex: 'All', cycle_phase: 'any', modifiers: 'none' } }, 1, 2],
  [{ low: 1, high: 2, context: { sex: 'both', pregnancy_status: 'unspecified' } }, 1, 2],
  [{ low: 1, high: 2, context: 'General' }, 1, 2],
])('is a range for everybody: %j', (range, low, high) => {
  expect(rangeOf(range)).toEqual([low, high]);
});

it.each([
  [{ lower: 240, type: 'high' }],
  [{ upper: 20, type: 'deficient' }],
  [{ lower: 200, upper: 239, type: 'borderline' }],
  [{ lower: 400, type: 'critical' }],
  [{ lower_bound: 240, classification: 'very_high' }],
  [{ upper: 5, context: { sex: 'female' } }],
  [{ upper: 5, context: { age_lower: 18 } }],
  [{ upper: 5, context: { pregnancy_status: 'pregnant' } }],
  [{ upper: 5, context: { cycle_phase: 'luteal' } }],
  [{ upper: 5, context: 'male' }],
  [{}],
  [null],
  ['70-99'],
])("is none, or somebody else's: %j", (range) => {
  expect(rangeOf(range)).toEqual([null, null]);
});

it('is the only one that is left of several, and none of two', () => {
  const normal = { lower: 70, upper: 99, type: 'normal' };
  expect(rangeOf({ lower: 126, type: 'high' }, normal, { upper: 5, context: { sex: 'male' } })).toEqual([
    70, 99,
  ]);
  expect(rangeOf(normal, { lower: 75, upper: 90, type: 'optimal' })).toEqual([null, null]);
});
