import { describe, expect, it } from 'vitest';
import { roomFrom } from './day-budget.ts';

const BUDGET = { days: 100, windowMs: 1_000 };
const ASKED = [
  { atMs: 5_300, days: 40 },
  { atMs: 5_100, days: 50 },
  { atMs: 4_000, days: 90 },
];

describe('a budget of days', () => {
  it.each([
    ['what fits, now', 10, 5_500],
    ['more, once the oldest left the window', 11, 6_100],
    ['still more, once the next one left too', 61, 6_300],
    ['what never fits, as if the window were empty', 1_000, 6_300],
  ])('has room for %s', (_, more, from) => {
    expect(roomFrom(ASKED, more, BUDGET, 5_500)).toBe(from);
  });
});
