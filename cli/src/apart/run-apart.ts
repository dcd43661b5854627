import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { AmyError, type EndingSignal, EXIT_BY_SIGNAL, EXIT_FAILED } from '../errors.ts';
import { INTERRUPT_GRACE_MS } from '../limits.ts';
import { isFields, isText } from '../shape.ts';
import { onEndingSignals, sayEnded } from '../terminal/interrupts.ts';
import { showError } from '../terminal/output.ts';
import { clear, type Left } from '../under-way.ts';
import { APART } from './apart.ts';

type Closed = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/**
 * Runs the command line of this process in another one, and gives its exit code. JavaScript hears of Ctrl-C only between two
 * pieces of work, and one question to SQLite or one import can take seconds: this process works on nothing, so it hears at
 * once. The other one is given a moment to end by itself, which lets SQLite tidy up; then it is killed, and what it would
 * have left is removed here.
 */
export async function runApart(json: boolean): Promise<number> {
  const child = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], {
    env: { ...process.env, [APART]: '1' },
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  let left: Left = { message: 'interrupted', rooms: [] };
  child.on('message', (told) => {
    if (isLeft(told)) left = told;
  });
  const { closed, endedBy } = await untilClosed(child);
  clear(left);
  if (closed.code === 0) return closed.code;
  if (endedBy !== null) {
    sayEnded(json, endedBy, left);
    return EXIT_BY_SIGNAL[endedBy];
  }
  if (closed.code !== null) return closed.code;
  return sayKilled(json, closed.signal);
}

async function untilClosed(child: ChildProcess) {
  let endedBy: EndingSignal | null = null;
  let overtime: NodeJS.Timeout | undefined;
  const unwatch = onEndingSignals((signal) => {
    endedBy ??= signal;
    child.kill(signal);
    overtime ??= setTimeout(() => child.kill('SIGKILL'), INTERRUPT_GRACE_MS);
  });
  try {
    const closed = await new Promise<Closed>((resolve, reject) => {
      child.once('error', reject);
      // All that it told has come by then.
      child.once('close', (code, signal) => resolve({ code, signal }));
    });
    return { closed, endedBy: endedBy as EndingSignal | null };
  } finally {
    clearTimeout(overtime);
    unwatch();
  }
}

/** By somebody else, such as a system that is short of memory. */
function sayKilled(json: boolean, signal: NodeJS.Signals | null): number {
  showError(json, new AmyError('killed', `the work was ended from outside (${signal ?? 'no signal told'})`));
  return signal === null ? EXIT_FAILED : 128 + constants.signals[signal];
}

function isLeft(told: unknown): told is Left {
  return isFields(told) && isText(told.message) && Array.isArray(told.rooms) && told.rooms.every(isText);
}
