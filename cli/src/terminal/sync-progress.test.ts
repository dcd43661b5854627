import { expect, it } from 'vitest';
import { screenOn } from './screen.ts';
import { renderSilence } from './silence.ts';
import { renderSyncBar, syncDisplay } from './sync-progress.ts';

function screen(isTTY: boolean) {
  const written: string[] = [];
  return { ...screenOn({ isTTY, write: (text: string) => written.push(text) }), written };
}

it('says why it waits longer than usual', () => {
  expect(renderSilence('http://far.end/v1/connect', 30)).toBe(
    'waiting for http://far.end/v1/connect, which asks Terra first, 30 s at most',
  );
});

it('moves a bar to and fro where nobody knows how much is to come, and fills one where the server told', () => {
  const bar = (pages: number, rows: number, total: number | null, elapsedMs = 0) =>
    renderSyncBar({ step: 'page', pages, rows, total }, elapsedMs);
  expect([0, 1, 16, 17, 32].map((pages) => bar(pages, 12_345, null))).toEqual([
    '[====................] 12,345 rows received',
    '[.====...............] 12,345 rows received',
    '[................====] 12,345 rows received',
    '[...............====.] 12,345 rows received',
    '[====................] 12,345 rows received',
  ]);
  expect([bar(1, 5_000, 38_800, 999), bar(2, 10_000, 38_800, 4_000), bar(8, 38_801, 38_800, 9_000)]).toEqual([
    '[==..................] 5,000 of 38,800 rows received',
    '[=====...............] 10,000 of 38,800 rows received, 2,500 a second',
    '[====================] 38,801 of 38,801 rows received, 4,311 a second',
  ]);
});

it('draws one line over and over on a terminal, and leaves nothing of it', () => {
  const terminal = screen(true);
  const display = syncDisplay(terminal);
  display.show({ step: 'page', pages: 1, rows: 1, total: null });
  display.show({ step: 'restored' });
  display.end();
  expect(terminal.written).toEqual([
    '\r\u001b[2K[.====...............] 1 row received',
    '\r\u001b[2Kthe server was restored to an earlier time; syncing in full\n',
    '\r\u001b[2K',
  ]);
});

it('writes plain lines where there is no terminal', () => {
  const file = screen(false);
  const display = syncDisplay(file, () => 0);
  display.show({ step: 'page', pages: 1, rows: 0, total: null });
  display.show({ step: 'page', pages: 2, rows: 5000, total: null });
  display.show({ step: 'page', pages: 3, rows: 6000, total: 8000 });
  display.show({ step: 'silent', address: 'http://far.end/v1/sync', seconds: 10 });
  display.show({ step: 'waiting', seconds: 3 });
  display.show({ step: 'rebuilt' });
  display.show({ step: 'upgraded' });
  display.show({ step: 'left_out', name: 'mine', why: 'no such column: more' });
  display.show({ step: 'set_aside', path: '/old' });
  display.end();
  expect(file.written).toEqual([
    '5,000 rows received so far\n',
    '6,000 of 8,000 rows received\n',
    'waiting for http://far.end/v1/sync, 10 s at most\n',
    'the server is busy; waiting 3 s\n',
    'the file has the layout of another version of amy; syncing in full\n',
    'the file has the layout of this amy now\n',
    'mine, which you added to the file, could not stay as it was: no such column: more\n',
    'the file of an earlier amy is kept as /old\n',
  ]);
});
