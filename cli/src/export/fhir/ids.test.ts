import { describe, expect, it } from 'vitest';
import { idsOf } from './ids.ts';

const OWNER = { server: 'https://amy.test', person: 'user_1' };
const NOW = new Date('2026-03-01T08:15:00Z');

const firstTwo = (owner: Parameters<typeof idsOf>[0], now: Date) => {
  const next = idsOf(owner, now);
  return [next(), next()];
};

describe('the ids of a file', () => {
  it('are the same for the same person and moment, and others for any other', () => {
    const files = [
      firstTwo(OWNER, NOW),
      firstTwo({ ...OWNER, person: 'user_2' }, NOW),
      firstTwo({ ...OWNER, server: 'https://other.test' }, NOW),
      firstTwo({ server: null, person: null }, NOW),
      firstTwo(OWNER, new Date(NOW.getTime() + 1)),
    ];
    expect(firstTwo(OWNER, NOW)).toEqual(files[0]);
    expect(new Set(files.flat()).size).toBe(2 * files.length);
  });

  it('are UUIDs that say how they were made', () => {
    const next = idsOf(OWNER, NOW);
    for (let count = 0; count < 50; count += 1)
      expect(next()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
