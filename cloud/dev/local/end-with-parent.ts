import { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { writeSync } from 'node:fs';
import { connect } from 'node:net';
import { isMainThread } from 'node:worker_threads';
import { WHY_MARK } from './child.ts';

/**
 * Loaded before a program (`node --import`) that runs workerd, into each Node process it consists of. Whoever started the group
 * holds the other end of stdin and never writes: when it closes, the group is to end, even where its holder
 * was killed and could tell nobody. And when a process that it started dies, the group ends: workerd is
 * not started anew without the queue that it held in memory.
 */

/** Longer than the holder of stdin waits before it kills the group itself. */
const ENDED_GRACE_MS = 6_000;
const DEATH_GRACE_MS = 1_000;
const PARENT_POLL_MS = 50;
const PORT_POLL_MS = 250;

const children = new Set<ChildProcess>();
let isEnding = false;

if (isMainThread) {
  endWithStdin();
  subscribe('child_process', (message) => {
    if (!isChildMessage(message)) return;
    const { process: child } = message;
    // Told of before it is started: it has no name and no arguments yet.
    child.once('spawn', () => watch(child));
  });
}

/** A holder that lives sends its own signals; for one that is gone this process does. */
function endWithStdin(): void {
  const parent = process.ppid;
  process.stdin.once('close', () => {
    isEnding = true;
    setTimeout(() => signalGroup('SIGKILL'), ENDED_GRACE_MS).unref();
    const poll = setInterval(() => {
      if (process.ppid === parent) return;
      clearInterval(poll);
      signalGroup('SIGTERM');
    }, PARENT_POLL_MS);
    poll.unref();
  });
  process.stdin.resume();
  if ('unref' in process.stdin) process.stdin.unref();
}

/** One that its own program ended (`killed`) is no accident; a reload of the Worker does that. */
function watch(child: ChildProcess): void {
  children.add(child);
  const isRuntime = /workerd(\.exe)?$/.test(child.spawnfile);
  const name = child.spawnfile.split(/[\\/]/).at(-1);
  const stopListening = isRuntime ? watchPort(child) : () => undefined;
  child.once('exit', (code, signal) => {
    children.delete(child);
    stopListening();
    if (child.killed || (signal === null && !isRuntime)) return;
    endGroup(`${name} (process ${child.pid}) was ended by ${signal ?? `itself, code ${code}`}`);
  });
}

/**
 * Asked to end, workerd stops listening and lives on while somebody holds a connection. Where the port is
 * known, one that refuses after it had listened is on its end. Answers how to stop looking.
 */
function watchPort(child: ChildProcess): () => void {
  const port = child.spawnargs.map((arg) => /^--socket-addr=entry=.*:(\d+)$/.exec(arg)?.[1]).find(Boolean);
  if (port === undefined || port === '0') return () => undefined;
  let hasListened = false;
  let refusals = 0;
  const poll = setInterval(() => {
    const socket = connect(Number(port), '127.0.0.1');
    socket.once('connect', () => {
      hasListened = true;
      socket.destroy();
    });
    socket.once('error', (error) => {
      const isRefused = 'code' in error && error.code === 'ECONNREFUSED';
      if (!isRefused || !hasListened || child.killed) return;
      // One that was killed refuses too; its exit is told before the next look.
      refusals += 1;
      if (refusals < 2) return;
      clearInterval(poll);
      endGroup(`workerd (process ${child.pid}) was told to end`);
    });
  }, PORT_POLL_MS);
  poll.unref();
  return () => clearInterval(poll);
}

function endGroup(why: string): void {
  // That stdin was closed may be known in this same turn.
  setImmediate(() => {
    if (isEnding) return;
    isEnding = true;
    tell(why);
    signalGroup('SIGTERM');
    setTimeout(() => signalGroup('SIGKILL'), DEATH_GRACE_MS);
  });
}

function tell(line: string): void {
  try {
    writeSync(2, `${WHY_MARK}${line}\n`);
  } catch {
    // Nobody listens any more.
  }
}

/** The group is this program's own: see `startNode`. Windows knows no groups. */
function signalGroup(signal: NodeJS.Signals): void {
  if (process.platform !== 'win32') {
    process.kill(0, signal);
    return;
  }
  for (const child of children) child.kill(signal);
  process.exit(1);
}

function isChildMessage(message: unknown): message is { process: ChildProcess } {
  return (
    typeof message === 'object' &&
    message !== null &&
    'process' in message &&
    message.process instanceof ChildProcess
  );
}
