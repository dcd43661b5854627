import { readFileSync } from 'node:fs';

const PARENT_POLL_MS = 500;
/** `run.js` sets it for what it starts beside itself; a script that an old Node reads cannot be imported here. */
const RUN_BESIDE = 'AMY_RUN_BESIDE';

/**
 * Calls once when one of the processes is gone that stand between npm and this one, npm included. npm hands on two
 * signals and dies of the others without a word. A shell may stand below it, and `run.js` below that.
 */
export function onStartersGone(call: () => void): void {
  const before = starters();
  const poll = setInterval(() => {
    if (starters() === before) return;
    clearInterval(poll);
    call();
  }, PARENT_POLL_MS);
  poll.unref();
}

/** Their ids, from this process's parent up to npm, as far as the system tells. */
function starters(): string {
  const parent = process.ppid;
  const isRunBeside = process.env[RUN_BESIDE] !== undefined;
  const shell = isRunBeside ? parentOf(parent, /.*/) : String(parent);
  return [parent, shell, shell === null ? null : parentOf(Number(shell), /^(sh|dash|bash)$/)].join(' ');
}

/** Null of a process that is gone or has another name. `/proc/<pid>/stat` is `pid (name) state parent ...`. */
function parentOf(pid: number, name: RegExp): string | null {
  try {
    const stat = /^\d+ \((.*)\) \S (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'));
    return stat !== null && name.test(stat[1] ?? '') ? (stat[2] ?? null) : null;
  } catch {
    return null;
  }
}
