import { describe, expect, it } from 'vitest';
import { QUIET_STATS } from '../../../cli/test/support/operator-commands.ts';
import { deliveriesInWords, waitingInWords } from './counted.ts';

describe('what npm start counted', () => {
  it('adds up where earlier starts left deliveries: the first line is the sum of the others', () => {
    const stats = { ...QUIET_STATS, events: 336, normalized: 266, skipped: 70 };
    const [all, ...parts] = deliveriesInWords(stats, 0, 116);
    expect(all).toBe('deliveries of Terra    336  (116 came in this start)');
    const counted = parts.map((line) => Number(/\d+/.exec(line)?.[0]));
    expect(counted.reduce((sum, count) => sum + count)).toBe(336);
    expect(deliveriesInWords(stats, 0, 336)[0]).toBe('deliveries of Terra    336');
  });

  it('tells until when requests wait as the clock of the reader has it', () => {
    expect(waitingInWords(QUIET_STATS, (time) => `[${time}]`)).toEqual([
      'waiting for Terra      2 requests, the first until [2026-03-01T12:40:00.000Z]: Terra answered 429',
      'still to be sent       1 request, within minutes',
      '                       (no failure: sent then, or by the next npm start)',
    ]);
    expect(waitingInWords({ ...QUIET_STATS, outbox_pending: 0 }, String)).toEqual([]);
  });
});
