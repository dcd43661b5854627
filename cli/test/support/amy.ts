import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import { afterEachTest } from '../../../cloud/dev/after-each-test.ts';
import { clockEnvironment } from '../../../cloud/dev/pretended-day/node-clock.ts';
import { tokenOf } from './pages.ts';
import { temporaryFolder } from './temporary.ts';

const BUNDLED = inject('bundledAmy');

/** The command line as it lies in the repository, file by file. */
export const SOURCE_ENTRY = fileURLToPath(new URL('../../bin/amy.js', import.meta.url));

const alive = new Set<ChildProcess>();

afterEachTest(() => {
  for (const child of alive) child.kill('SIGKILL');
});

export type Ended = {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type Started = { readonly child: ChildProcess; readonly ended: Promise<Ended> };

type Surroundings = {
  readonly env?: Readonly<Record<string, string>>;
  readonly nodeOptions?: readonly string[];
  readonly cwd?: string;
  /** Which program: the bundled one, unless SOURCE_ENTRY is given. */
  readonly entry?: string;
  /** Run by a shell that then becomes the command line: `ulimit -f 0`. */
  readonly shell?: string;
};

/** Starts the command line in a process of its own, with no settings but the given. */
export function startAmy(
  argv: readonly string[],
  { env = {}, nodeOptions = [], cwd, entry = BUNDLED, shell }: Surroundings = {},
): Started {
  const node = [process.execPath, ...nodeOptions, entry, ...argv] as const;
  const [file, ...args] =
    shell === undefined ? node : (['sh', '-c', `${shell}; exec "$@"`, 'sh', ...node] as const);
  const child = spawn(file, args, {
    env: { PATH: process.env.PATH, HOME: '/nonexistent', ...clockEnvironment(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd,
  });
  alive.add(child);
  const closed = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (code, signal) => resolve({ code, signal }));
  });
  const ended = Promise.all([closed, text(child.stdout), text(child.stderr)]).then(
    ([exit, stdout, stderr]) => {
      alive.delete(child);
      return { ...exit, stdout, stderr };
    },
  );
  return { child, ended };
}

export function amy(argv: readonly string[], surroundings: Surroundings = {}): Promise<Ended> {
  return startAmy(argv, surroundings).ended;
}

/** Settings of one person against one server, in a home of their own. */
export function settingsFor(url: string) {
  const home = temporaryFolder();
  const env = { AMY_TOKEN: tokenOf('user_1'), AMY_HOME: home, AMY_API_URL: url, AMY_ADMIN_KEY: 'the-key' };
  return { env, path: join(home, 'data/local/persona.sqlite') };
}
