import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { comparison } from '../bench/against.ts';
import { billOf, dollarsOf, dollarsOfAll } from '../bench/prices.ts';
import { NOTHING, times } from '../bench/spent.ts';

const MAIN = fileURLToPath(new URL('../bench/main.ts', import.meta.url));

it('measures nothing and leaves the earlier figures where no scene has the name', () => {
  const folder = mkdtempSync(join(tmpdir(), 'amy-bench-test-'));
  try {
    const out = join(folder, 'bench.json');
    writeFileSync(out, 'earlier figures');
    const args = [MAIN, '--short', '--only', 'webhok', '--out', out];
    const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect(stderr).toMatch(/^No scene has "webhok" in its name\. There are:\n {2}webhook 2 KB, 16 clients\n/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(readFileSync(out, 'utf8')).toBe('earlier figures');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

it('counts no costs where somebody wants scenes to be compared', () => {
  const args = [MAIN, '--cost', '--against', 'bench.json'];
  const options = { encoding: 'utf8', timeout: 20_000 } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
  expect(stderr).toBe('--cost: holds no scenes, so --only, --rounds and --against say nothing beside it\n');
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
});

it('prices what was counted: three operations a message, a line of log a call', () => {
  const one = { ...NOTHING, invocations: 2, rowsRead: 100, rowsWritten: 10, messages: 1, logLines: 1 };
  const bill = billOf(times(one, 1_000_000), 5_000_000);
  expect(bill).toMatchObject({
    requests: 2e6,
    queueOperations: 3e6,
    logLines: 3e6,
    rowsWritten: 1e7,
    d1Gb: 0,
  });
  // 0.60 requests, 0.10 CPU, 0.10 rows read, 10 rows written, 1.20 queue, 1.80 logs.
  expect(dollarsOfAll(bill)).toBeCloseTo(13.8, 6);
  // A GB of D1 for the twelve months of a year.
  expect(dollarsOf('d1Gb', 1)).toBe(9);
});

it('tells which counts changed since an earlier run', () => {
  const report = (rows: number) => ({
    made_at: '2026-11-01',
    node: 'v24',
    figures: [],
    counts: [
      {
        what: 'a new day',
        round_trips: 3,
        queries: 12,
        rows_read: 38,
        rows_written: rows,
        rows_at_most: null,
      },
    ],
  });
  expect(comparison(report(7), report(8))).toEqual(['a new day: 7 -> 8 rows written']);
  expect(comparison(report(7), report(7))).toEqual(['nothing changed beyond the spread since 2026-11-01']);
});
