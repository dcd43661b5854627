import { type ChildProcess, spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const END_WITH_PARENT = new URL('./end-with-parent.ts', import.meta.url).href;

/** What opens the line in which a tied group tells why it ends. */
export const WHY_MARK = 'Amy: ';

const STOP_GRACE_MS = 5_000;
const GROUP_GONE_TIMEOUT_MS = 5_000;
const GROUP_POLL_MS = 5;
const LAST_WORDS_TIMEOUT_MS = 1_000;
const OUTPUT_KEPT_CHARS = 20_000;

/** A process of the local stack: its last output is kept, for the error when it dies. */
export type Child = {
  readonly process: ChildProcess;
  readonly output: () => string;
  /** Ends it and everything it started. */
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
};

export type NodeOptions = {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** It and all it started end when this process is gone, and when one of them dies: see `end-with-parent.ts`. */
  readonly isTied?: boolean;
  /** `process.send` reaches this process, and back. */
  readonly isTalking?: boolean;
  /** Stops it. */
  readonly signal?: AbortSignal | undefined;
};

/** Starts a Node program in a process group of its own, so that it can be ended with all its children. */
export function startNode(
  args: readonly string[],
  { cwd, env, isTied = false, isTalking = false, signal: wish }: NodeOptions,
): Child {
  wish?.throwIfAborted();
  const isGroup = process.platform !== 'win32';
  const started = spawn(process.execPath, isTied ? ['--import', END_WITH_PARENT, ...args] : args, {
    cwd,
    env,
    detached: isGroup,
    stdio: [isTied ? 'pipe' : 'ignore', 'pipe', 'pipe', ...(isTalking ? (['ipc'] as const) : [])],
  });
  let kept = '';
  const keep = (chunk: Buffer) => {
    kept = `${kept}${chunk.toString('utf8')}`.slice(-OUTPUT_KEPT_CHARS);
  };
  started.stdout?.on('data', keep);
  started.stderr?.on('data', keep);
  const { promise: ended, resolve } = Promise.withResolvers<number | NodeJS.Signals | null>();
  started.once('exit', (code, signal) => resolve(code ?? signal));
  started.once('error', () => resolve(null));
  const closed = new Promise((close) => started.once('close', close));
  const kill = (signal: NodeJS.Signals) => {
    if (started.pid === undefined) return;
    try {
      process.kill(isGroup ? -started.pid : started.pid, signal);
    } catch {
      // Nobody left to signal.
    }
  };
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    started.stdin?.destroy();
    kill(signal);
    const timer = setTimeout(() => kill('SIGKILL'), STOP_GRACE_MS);
    await ended;
    clearTimeout(timer);
    kill('SIGKILL');
    // A killed process is not gone yet: it may still hold its files and its port.
    const deadline = Date.now() + GROUP_GONE_TIMEOUT_MS;
    while (isGroup && started.pid !== undefined && isGroupAlive(started.pid) && Date.now() < deadline)
      await new Promise((resume) => setTimeout(resume, GROUP_POLL_MS));
    // Its last words are read then.
    await Promise.race([closed, new Promise((resume) => setTimeout(resume, LAST_WORDS_TIMEOUT_MS).unref())]);
  };
  const onWish = () => void stop();
  wish?.addEventListener('abort', onWish, { once: true });
  void ended.then(() => wish?.removeEventListener('abort', onWish));
  return { process: started, output: () => kept, stop, ended };
}

/** Whether any process of a group still runs. One that only waits to be reaped, which in a container may be never, does not. */
function isGroupAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
  } catch {
    return false;
  }
  if (process.platform !== 'linux') return true;
  return readdirSync('/proc').some((name) => /^\d+$/.test(name) && isRunningIn(group, name));
}

/** `/proc/<pid>/stat` is `pid (name) state parent group ...`; the name may hold anything. */
function isRunningIn(group: number, pid: string): boolean {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const [state, , itsGroup] = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return Number(itsGroup) === group && state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}
