import { describe, expect, it } from 'vitest';
import operating from '../../../docs/operating.md?raw';
import wrangler from '../../../wrangler.toml?raw';
import { SCHEDULES, type Schedule, waitMs, waitSeconds } from './retry-policy.ts';

const HOUR_MS = 3_600_000;
const FAILURES = Array.from({ length: 12 }, (_, i) => i + 1);
const nominalSeconds = (schedule: keyof typeof SCHEDULES, failures: readonly number[]) =>
  failures.map((n) => waitSeconds(schedule, n, null));

describe('each schedule', () => {
  it('of a row is 30 s x 2^failures, at most 6 h', () => {
    for (const n of FAILURES) expect(waitMs('row', n, null)).toBe(Math.min(30_000 * 2 ** n, 6 * HOUR_MS));
  });

  it('of a message is half of its row’s, for as many retries as the queue makes', () => {
    const { length } = SCHEDULES.message.waitsMs;
    const retries = FAILURES.slice(0, length);
    expect(nominalSeconds('message', retries)).toEqual([30, 60, 120, 240, 480]);
    for (const n of retries) expect(waitMs('message', n, null)).toBe(waitMs('row', n, null) / 2);
    const [, consumer = ''] = wrangler.split('queue = "terra-events"\nmax_batch_size');
    expect(/max_retries = (\d+)/.exec(consumer)?.[1]).toBe(String(length));
  });

  it('of the outbox, of a lab report, of a ping and of a removal', () => {
    const outbox = FAILURES.slice(0, 7);
    expect(nominalSeconds('outbox', outbox)).toEqual([60, 120, 240, 480, 960, 1_920, 3_840]);
    expect(SCHEDULES.outbox.waitsMs).toHaveLength(outbox.length);
    expect(SCHEDULES.lab_forward.waitsMs).toEqual([100, 400]);
    expect(SCHEDULES.ping.waitsMs).toEqual([1_000, 3_000]);
    expect(nominalSeconds('removal', [1, 2, 3, 4, 5, 6])).toEqual([
      300, 1_800, 14_400, 57_600, 86_400, 86_400,
    ]);
    // The queue makes no more retries of one message than of another.
    expect(SCHEDULES.removal.waitsMs).toHaveLength(SCHEDULES.message.waitsMs.length);
  });
});

describe('the spread', () => {
  const names = Array.from({ length: 200 }, (_, i) => `name-${i}`);

  it('only shortens, by its share at most, and always alike', () => {
    for (const schedule of ['row', 'message', 'removal'] as const) {
      const nominal = waitMs(schedule, 3, null);
      const waits = names.map((name) => waitMs(schedule, 3, name));
      expect(names.map((name) => waitMs(schedule, 3, name))).toEqual(waits);
      const shares = waits.map((wait) => 1 - wait / nominal);
      const { spread } = SCHEDULES[schedule];
      expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
      expect(Math.max(...shares)).toBeLessThanOrEqual(spread);
      expect(Math.max(...shares) - Math.min(...shares)).toBeGreaterThan(spread * 0.9);
    }
  });

  it('never lets a message come after its row is due', () => {
    for (const n of FAILURES.slice(0, 5)) {
      const latestMessage = waitMs('message', n, null);
      const earliestRow = Math.min(...names.map((name) => waitMs('row', n, name)));
      expect(latestMessage).toBeLessThan(earliestRow);
    }
  });

  it('is none where somebody waits, or where the sweep sends one by one', () => {
    for (const schedule of ['outbox', 'lab_forward', 'ping'] as const) {
      expect(waitMs(schedule, 2, 'any')).toBe(SCHEDULES[schedule].waitsMs[1]);
    }
  });
});

describe('docs/operating.md', () => {
  const inWords = (ms: number) => {
    const [size, unit] = [
      [HOUR_MS, 'h'] as const,
      [60_000, 'min'] as const,
      [1_000, 's'] as const,
      [1, 'ms'] as const,
    ].find(([size]) => ms % size === 0) ?? [1, 'ms'];
    return `${ms / size} ${unit}`;
  };

  it('has every schedule', () => {
    const lines = Object.values(SCHEDULES).map(({ what, waitsMs, spread, atTheEnd }: Schedule) => {
      const shorter = spread === 0 ? '' : `up to ${spread * 100} % shorter`;
      return `| ${what} | ${waitsMs.map(inWords).join(', ')} | ${shorter} | ${atTheEnd} |`;
    });
    const [, section = ''] = operating.split('\n## When it is tried again\n');
    const table = section.split('\n## ')[0]?.split('\n') ?? [];
    expect(table.filter((line) => line.startsWith('|')).slice(2)).toEqual(lines);
  });
});
