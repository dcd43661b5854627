import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { startNode } from './child.ts';
import { lockState } from './state-lock.ts';

const folders: string[] = [];

function newState(): string {
  const folder = mkdtempSync(join(tmpdir(), 'amy-lock-'));
  folders.push(folder);
  return folder;
}

function readLock(state: string): unknown {
  return JSON.parse(readFileSync(join(state, 'stack.lock'), 'utf8'));
}

/** A process of its own that takes the lock, says so, and lives until it is ended. */
function lockElsewhere(state: string) {
  const script = `
    const { lockState } = await import(${JSON.stringify(new URL('./state-lock.ts', import.meta.url).href)});
    lockState(${JSON.stringify(state)}).tellUrl('http://127.0.0.1:4711');
    console.log('locked');
    setInterval(() => {}, 1000);`;
  return startNode(['--input-type=module', '--eval', script], { cwd: state, env: process.env });
}

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

it('refuses a second stack with the process and the address of the first, and what to do', async () => {
  const state = newState();
  const other = lockElsewhere(state);
  try {
    await expect.poll(() => other.output(), { timeout: 20_000 }).toContain('locked');
    const { pid } = other.process;
    expect(() => lockState(state)).toThrow(`process ${pid}, at http://127.0.0.1:4711`);
    expect(() => lockState(state)).toThrow(`kill ${pid}`);
    expect(() => lockState(state)).toThrow('AMY_STATE');
    expect(readLock(state)).toMatchObject({ pid });
  } finally {
    await other.stop('SIGKILL');
  }
  const lock = lockState(state);
  expect(readLock(state)).toMatchObject({ pid: process.pid, url: null });
  lock.release();
  expect(readdirSync(state)).toEqual([]);
});

it('is no second time for the process that holds it, until it is released', () => {
  const state = newState();
  const first = lockState(state);
  expect(() => lockState(state)).toThrow(`process ${process.pid}, that is still starting`);
  first.release();
  lockState(state).release();
  expect(readdirSync(state)).toEqual([]);
});

it.runIf(process.platform === 'linux')('takes over from a process whose id another one has now', () => {
  const state = newState();
  const stale = { pid: process.ppid, started: 'another boot 1', url: 'http://127.0.0.1:1' };
  writeFileSync(join(state, 'stack.lock'), JSON.stringify(stale));
  const lock = lockState(state);
  expect(readLock(state)).toMatchObject({ pid: process.pid });
  lock.release();
});

it('takes over what is no lock, and leaves a lock alone that is not its own any more', () => {
  const state = newState();
  writeFileSync(join(state, 'stack.lock'), '{"pid":');
  const lock = lockState(state);
  const another = JSON.stringify({ pid: process.ppid, started: null, url: null });
  writeFileSync(join(state, 'stack.lock'), another);
  lock.release();
  expect(readdirSync(state)).toEqual(['stack.lock']);
});
