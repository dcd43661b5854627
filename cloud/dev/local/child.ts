import { type ChildProcess, spawn } from 'node:child_process';

const STOP_GRACE_MS = 5_000;
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

/** Starts a Node program in a process group of its own, so that it can be ended with all its children. */
export function startNode(args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }): Child {
  const isGroup = process.platform !== 'win32';
  const started = spawn(process.execPath, args, {
    ...options,
    detached: isGroup,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let kept = '';
  const keep = (chunk: Buffer) => {
    kept = `${kept}${chunk.toString('utf8')}`.slice(-OUTPUT_KEPT_CHARS);
  };
  started.stdout.on('data', keep);
  started.stderr.on('data', keep);
  const { promise: ended, resolve } = Promise.withResolvers<number | NodeJS.Signals | null>();
  started.once('exit', (code, signal) => resolve(code ?? signal));
  started.once('error', () => resolve(null));
  const kill = (signal: NodeJS.Signals) => {
    if (started.pid === undefined) return;
    try {
      process.kill(isGroup ? -started.pid : started.pid, signal);
    } catch {
      // Nobody left to signal.
    }
  };
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    kill(signal);
    const timer = setTimeout(() => kill('SIGKILL'), STOP_GRACE_MS);
    await ended;
    clearTimeout(timer);
    kill('SIGKILL');
  };
  return { process: started, output: () => kept, stop, ended };
}
