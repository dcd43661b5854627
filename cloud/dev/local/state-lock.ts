import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * One stack a state folder: two would share a database and not their queues. A file in the folder names the
 * process that holds it: `{"pid": 4711, "started": "<boot id> 123456", "url": "http://127.0.0.1:8787"}`.
 */
const holder = z.object({
  pid: z.int().positive(),
  /** When the process started, where the system tells: a pid may be used again. */
  started: z.string().nullable(),
  /** Null until the Worker serves. */
  url: z.string().nullable(),
});

type Holder = z.infer<typeof holder>;

export type StateLock = {
  /** Where the stack serves, for whoever is refused. */
  readonly tellUrl: (url: string) => void;
  readonly release: () => void;
};

/** More rounds than processes that start at the same moment. */
const TRIES_MAX = 20;

/**
 * Takes an existing state folder for this process. A lock whose process is gone is taken over. Throws, with
 * the holder's process id and address and what to do, where another stack runs on the folder.
 */
export function lockState(state: string): StateLock {
  const path = join(state, 'stack.lock');
  const mine = { pid: process.pid, started: startOf(process.pid) };
  for (let tries = 0; !create(path, { ...mine, url: null }); tries += 1) {
    const text = readText(path);
    const other = text === null ? null : parseHolder(text);
    if (other !== null && isRunning(other)) throw new Error(refusal(state, path, other));
    if (tries > TRIES_MAX) throw new Error(`${path} can be neither taken nor read: delete it`);
    if (text !== null) removeStale(path, text);
  }
  const release = () => {
    process.off('exit', release);
    const text = readText(path);
    const owner = text === null ? null : parseHolder(text);
    if (owner?.pid === mine.pid && owner.started === mine.started) rmSync(path, { force: true });
  };
  process.once('exit', release);
  const tellUrl = (url: string) => {
    const next = draft(path);
    writeFileSync(next, JSON.stringify({ ...mine, url }));
    renameSync(next, path);
  };
  return { tellUrl, release };
}

/** A link is made whole or not at all, so nobody reads a lock that is half written. False where there is one. */
function create(path: string, content: Holder): boolean {
  const made = draft(path);
  writeFileSync(made, JSON.stringify(content));
  try {
    linkSync(made, path);
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    if (!isCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS')) throw error;
    return createWithoutLinks(path, content);
  } finally {
    rmSync(made, { force: true });
  }
}

/** For file systems that know no links. */
function createWithoutLinks(path: string, content: Holder): boolean {
  try {
    writeFileSync(path, JSON.stringify(content), { flag: 'wx' });
    return true;
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false;
    throw error;
  }
}

/** Only one process can move the file away; one that moved a newer lock than it had read puts it back. */
function removeStale(path: string, text: string): void {
  const moved = `${draft(path)}.stale`;
  try {
    renameSync(path, moved);
  } catch (error) {
    if (isCode(error, 'ENOENT')) return;
    throw error;
  }
  if (readText(moved) === text) rmSync(moved, { force: true });
  else renameSync(moved, path);
}

function draft(path: string): string {
  return `${path}.${process.pid}`;
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null;
    throw error;
  }
}

/** Null for what is no lock of ours. */
function parseHolder(text: string): Holder | null {
  try {
    return holder.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function isRunning({ pid, started }: Holder): boolean {
  if (!isProcess(pid)) return false;
  const now = startOf(pid);
  return started === null || now === started;
}

function isProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one too.
    return isCode(error, 'EPERM');
  }
}

/**
 * The boot and the clock ticks after it at which a process started; null where `/proc` does not tell, and for
 * one that has ended and only waits to be reaped. `/proc/<pid>/stat` is `pid (name) state ...`, its 22nd
 * field the start; the name may hold anything.
 */
function startOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [state] = fields;
    if (state === 'Z' || state === 'X') return null;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${fields[19]}`;
  } catch {
    return null;
  }
}

function refusal(state: string, path: string, { pid, url }: Holder): string {
  const where = url === null ? 'that is still starting' : `at ${url}`;
  return [
    `Amy runs on ${state} already: process ${pid}, ${where}.`,
    `Use that one, stop it with \`kill ${pid}\`, or name another folder with AMY_STATE.`,
    `(If process ${pid} is no Amy, delete ${path}.)`,
  ].join('\n');
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.some((code) => code === error.code);
}
