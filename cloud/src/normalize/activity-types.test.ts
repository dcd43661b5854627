import { expect, it } from 'vitest';
import { ACTIVITY_TYPE_TITLES } from './activity-types.ts';

it('has the 146 titles of the activity types, without the numbers Terra never gave out', () => {
  expect(ACTIVITY_TYPE_TITLES.size).toBe(146);
  for (const unused of [2, 6, 72, 107, 109, 110, 111, 112, 121])
    expect(ACTIVITY_TYPE_TITLES.has(unused)).toBe(false);
  expect([0, 1, 30, 47, 108, 114, 136, 152].map((type) => ACTIVITY_TYPE_TITLES.get(type))).toEqual([
    'In Vehicle',
    'Biking',
    'Frisbee',
    'P90X Exercises',
    'Other',
    'HIIT',
    'Off-Road Driving',
    'E-Biking',
  ]);
});
