import { describe, expect, it } from 'vitest';
import type { ImportProgress } from '../../../cloud/src/contract/import.ts';
import { importDisplay, renderImport } from './import-progress.ts';
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

/** What is written when one step follows another so many seconds later. */
function shown(isTTY: boolean, secondsApart: number, ...steps: readonly Facts[]): string[] {
  const written: string[] = [];
  let now = 0;
  const screen = screenOn({ isTTY, write: (text: string) => written.push(text) });
  const display = importDisplay(
    screen,
    (iso) => iso,
    () => now,
  );
  for (const step of steps) {
    display.show(progress(step));
    now += secondsApart * 1_000;
  }
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
  it('is a bar on a terminal that never goes back, tells how long it may take, and is gone at the end', () => {
    const clear = '\r\u001b[2K';
    expect(shown(true, 120, ...steps)).toEqual([
      `${clear}[....................] 0 of 4 answers are here`,
      `${clear}[....................] 0 of 4 answers are here`,
      `${clear}[==========..........] 0 of 4 answers are here, about 4 minutes left`,
      `${clear}[==========..........] 1 of 4 answers is here, about 6 minutes left`,
      `${clear}[====================] 4 of 4 answers are here`,
      clear,
    ]);
  });

  it('is one line on a terminal however narrow: one that wraps could not be cleared', () => {
    const written: string[] = [];
    const screen = screenOn({ isTTY: true, columns: 40, write: (text: string) => written.push(text) });
    importDisplay(screen, (iso) => iso).show(progress({ complete: 1, expected: 40, received: 5 }));
    expect(written).toEqual([`\r\u001b[2K${'[=====...............] 1 of 4 answers is here'.slice(0, 39)}`]);
  });

  it('is a line every ten seconds elsewhere, and one at the end', () => {
    const first = '0 of 4 answers are here\n';
    const last = '4 of 4 answers are here\n';
    expect(shown(false, 2, ...steps)).toEqual([first, last]);
    expect(shown(false, 10, ...steps)).toEqual([
      first,
      first,
      '0 of 4 answers are here, about a minute left\n',
      '1 of 4 answers is here, about a minute left\n',
      last,
    ]);
  });

  it.each([true, false])('tells once why a request has to wait, and until when (terminal: %s)', (isTTY) => {
    const written: string[] = [];
    const now = Date.parse('2026-03-01T12:00:00.000Z');
    const screen = screenOn({ isTTY, write: (text: string) => written.push(text) });
    const display = importDisplay(
      screen,
      (iso) => iso,
      () => now,
    );
    const waiting = {
      connection_id: 'c',
      provider: 'garmin',
      resource: 'body',
      state: 'pending' as const,
      reason: 'Terra may be asked for 6,000 days of one device in an hour',
      waits_until: '2026-03-01T12:40:00.000Z',
    };
    for (const _ of [1, 2]) {
      display.show({ ...progress({ complete: 0, expected: 0, received: 0 }), connections: [waiting] });
    }
    expect(written.slice(0, 2)).toEqual([
      expect.stringMatching(
        /garmin measurements: the rest comes after 2026-03-01T12:40:00.000Z \(Terra may be asked .*\)\n$/,
      ),
      expect.stringContaining('0 of 4 answers are here, about 40 minutes left'),
    ]);
    expect(written).toHaveLength(isTTY ? 3 : 2);
  });

  it('counts no rows among the answers, which some days came without, and says that several devices measured them', () => {
    const running = progress({ complete: 0, expected: 4, received: 1 });
    const of = (connection_id: string) => ({
      connection_id,
      provider: 'oura',
      resource: 'daily',
      state: 'sent' as const,
      reason: null,
      waits_until: null,
    });
    const connections = [of('c1'), of('c2')];
    const lines = (one: ImportProgress) => renderImport(one, (iso) => iso);
    expect(lines(running)).toEqual([
      'Still importing the last 90 days: 0 of 4 answers are here.',
      '  on the server already: 1,000 days',
    ]);
    expect(lines({ ...running, connections })[1]).toBe(
      '  on the server already, of all devices together: 1,000 days',
    );
    expect(lines({ ...running, state: 'done', connections })[1]).toBe(
      '  of all devices together: 1,000 days',
    );
    expect(lines({ ...running, state: 'done' })[1]).toBe('  1,000 days');
  });
});
