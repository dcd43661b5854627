import { describe, expect, it } from 'vitest';
import type { ImportProgress } from '../../../cloud/src/contract/import.ts';
import { importDisplay } from './import-progress.ts';
import { screenOn } from './screen.ts';

type Facts = { readonly complete: number; readonly expected: number; readonly received: number };

function progress({ complete, expected, received }: Facts): ImportProgress {
  return {
    import_id: 'i',
    days: 90,
    created_at: '2026-03-01T00:00:00.000Z',
    state: complete === 4 ? 'done' : 'running',
    requests: { total: 4, pending: 0, sent: 4, complete, silent: 0, failed: 0 },
    chunks: { expected, received },
    rows: { daily_summary: received * 1_000, activities: 0, sleep_sessions: 0, biomarkers_raw: 0 },
    connections: [],
  };
}

function shown(isTTY: boolean, ...steps: readonly Facts[]): string[] {
  const written: string[] = [];
  const display = importDisplay(screenOn({ isTTY, write: (text: string) => written.push(text) }));
  for (const step of steps) display.show(progress(step));
  display.end();
  return written;
}

const steps = [
  { complete: 0, expected: 0, received: 0 },
  { complete: 0, expected: 0, received: 0 },
  { complete: 0, expected: 4, received: 4 },
  { complete: 1, expected: 40, received: 5 },
  { complete: 4, expected: 40, received: 40 },
];

describe('the progress of an import', () => {
  it('is a bar on a terminal that never goes back, and is gone at the end', () => {
    const clear = '\r\u001b[2K';
    expect(shown(true, ...steps)).toEqual([
      `${clear}[....................] 0 of 4 requests, 0 rows`,
      `${clear}[==========..........] 0 of 4 requests, 4 of 4 parts, 4,000 rows`,
      `${clear}[==========..........] 1 of 4 requests, 5 of 40 parts, 5,000 rows`,
      `${clear}[====================] 4 of 4 requests, 40 of 40 parts, 40,000 rows`,
      clear,
    ]);
  });

  it('is a line elsewhere whenever something has changed', () => {
    expect(shown(false, ...steps)).toEqual([
      '0 of 4 requests, 0 rows\n',
      '0 of 4 requests, 4 of 4 parts, 4,000 rows\n',
      '1 of 4 requests, 5 of 40 parts, 5,000 rows\n',
      '4 of 4 requests, 40 of 40 parts, 40,000 rows\n',
    ]);
  });

  it.each([true, false])('tells once why a request has to wait (terminal: %s)', (isTTY) => {
    const written: string[] = [];
    const display = importDisplay(screenOn({ isTTY, write: (text: string) => written.push(text) }));
    const waiting = {
      connection_id: 'c',
      provider: 'garmin',
      resource: 'body',
      state: 'pending' as const,
      reason: 'Terra answered 429: a limit is reached, ask again later',
    };
    const [first] = steps;
    for (const _ of [1, 2]) {
      display.show({
        ...progress(first ?? { complete: 0, expected: 0, received: 0 }),
        connections: [waiting],
      });
    }
    expect(written).toEqual([
      expect.stringMatching(/garmin body waits: Terra answered 429: a limit is reached, ask again later\n$/),
      expect.stringContaining('0 of 4 requests, 0 rows'),
    ]);
  });
});
