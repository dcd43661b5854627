import { spawnSync } from 'node:child_process';
import { writeSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';

/** What a run tells the thread that watches it. */
export type HangNews =
  | { readonly what: 'file begins'; readonly file: string }
  | { readonly what: 'file ended'; readonly file: string }
  | { readonly what: 'test begins'; readonly file: string; readonly test: string }
  | {
      readonly what: 'test ended';
      readonly file: string;
      readonly test: string;
      readonly state: 'passed' | 'failed' | 'skipped' | 'pending';
    };

type Watched = { readonly hangsAfterMs: number; readonly lookEveryMs: number; readonly pid: number };
type UnderWay = { readonly sinceMs: number; readonly tests: Map<string, number> };

const { hangsAfterMs, lookEveryMs, pid } = workerData as Watched;
const underWay = new Map<string, UnderWay>();
const counts = { passed: 0, failed: 0, skipped: 0, pending: 0 };
let lastNewsMs = Date.now();

parentPort?.on('message', (news: HangNews) => {
  lastNewsMs = Date.now();
  const { tests } = underWay.get(news.file) ?? {};
  if (news.what === 'file begins') underWay.set(news.file, { sinceMs: lastNewsMs, tests: new Map() });
  else if (news.what === 'file ended') underWay.delete(news.file);
  else if (news.what === 'test begins') tests?.set(news.test, lastNewsMs);
  else {
    tests?.delete(news.test);
    counts[news.state] += 1;
  }
});

setInterval(() => {
  if (Date.now() - lastNewsMs < hangsAfterMs) return;
  const lines = linesOf(Date.now());
  const { passed, failed, skipped } = counts;
  lines.push(`tests: ${passed} passed, ${failed + lines.length} failed, ${skipped} skipped`);
  // Not console: that is written by the thread which may stand still.
  writeSync(1, `\n${lines.join('\n')}\n`);
  for (const child of processesUnder(pid)) endAtOnce(child);
  endAtOnce(pid);
}, lookEveryMs);

function linesOf(nowMs: number): string[] {
  const lines = [...underWay].flatMap(([file, { sinceMs, tests }]) => [
    `hangs: ${file}, begun ${seconds(nowMs - sinceMs)} s ago${tests.size === 0 ? ', in none of its tests' : ''}`,
    ...[...tests].map(([test, ms]) => `hangs:   ${test}, begun ${seconds(nowMs - ms)} s ago`),
  ]);
  return lines.length === 0 ? ['hangs: the run itself, between its files'] : lines;
}

function seconds(ms: number): number {
  return Math.round(ms / 1_000);
}

/** What the process started, and what that started. Empty where the machine has no `ps` (Windows, small images). */
function processesUnder(root: number): readonly number[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid='], { encoding: 'utf8' });
  const pairs = (stdout ?? '').split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  const found: number[] = [];
  for (let next = [root]; next.length > 0; ) {
    next = pairs.flatMap(([one, parent]) =>
      one !== undefined && parent !== undefined && next.includes(parent) ? [one] : [],
    );
    found.push(...next);
  }
  return found;
}

function endAtOnce(one: number): void {
  try {
    process.kill(one, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}
