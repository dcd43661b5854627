import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { withoutPretence } from '../pretended-day/node-clock.ts';
import { pretendedWorker } from '../pretended-day/pretended-main.ts';
import { builtWorker } from './built-worker.ts';
import { type Child, startNode } from './child.ts';
import { SERVING, type Served } from './served.ts';

export type LocalWorkerOptions = {
  /** The repository. */
  readonly root: string;
  /** Where D1, R2, KV and queues keep their files. */
  readonly state: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Besides those of wrangler.toml: secrets among them. */
  readonly variables: Readonly<Record<string, string>>;
  /** Of the runtime's process, besides this one's: where temporary files go. */
  readonly environment?: Readonly<Record<string, string>>;
  /** What is served, of `builtWorker`; the repository's Worker as it is now, where it is left out. */
  readonly built?: string | undefined;
  /** How long the queue gathers messages; a second where it is left out. */
  readonly queueWaitS?: number;
  /** Ends the Worker, and a start that is under way: it throws then. */
  readonly signal?: AbortSignal | undefined;
};

/** The Worker in workerd on this machine, with its own D1, R2, KV and queues. */
export type LocalWorker = {
  readonly url: string;
  readonly child: Child;
  /** Fires a cron, which nothing else does here. */
  readonly tick: (cron: string) => Promise<void>;
  readonly stop: (signal?: NodeJS.Signals) => Promise<void>;
};

/** The cron that drains and sweeps. */
export const DRAIN_CRON = '*/5 * * * *';

const SERVE = fileURLToPath(new URL('./serve.ts', import.meta.url));
const READY_TIMEOUT_MS = 180_000;
const READY_POLL_MS = 20;

/**
 * Builds the Worker where it is not built, and starts it on a database with all migrations; answers when it serves.
 * Throws with the words of what failed.
 */
export async function startLocalWorker(options: LocalWorkerOptions): Promise<LocalWorker> {
  const { root, state, environment, signal } = options;
  const pretended = pretendedWorker(process.env);
  const built = options.built ?? (await builtWorker(root, pretended.main, signal));
  const port = options.port === 0 ? await freePort() : options.port;
  const variables = { ...options.variables, ...pretended.variables };
  const served: Served = { built, port, state, variables, queueWaitS: options.queueWaitS };
  const child = startNode([SERVE], {
    cwd: root,
    env: { ...withoutPretence({ ...process.env, ...environment }), AMY_SERVE: JSON.stringify(served) },
    isTied: true,
    signal,
  });
  const url = `http://127.0.0.1:${port}`;
  try {
    await serving(child);
  } catch (error) {
    await child.stop('SIGKILL');
    throw error;
  }
  return {
    url,
    child,
    tick: async (cron) => {
      const response = await fetch(`${url}/cdn-cgi/local/scheduled?cron=${encodeURIComponent(cron)}`);
      if (!response.ok) throw new Error(`the cron ${cron} answered ${response.status}`);
    },
    stop: (wish) => child.stop(wish),
  };
}

async function serving(child: Child): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let hasEnded = false;
  void child.ended.then(() => {
    hasEnded = true;
  });
  while (Date.now() < deadline) {
    if (hasEnded) throw new Error(`the Worker did not start:\n${child.output()}`);
    if (child.output().includes(SERVING)) return;
    await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
  }
  throw new Error(`the Worker was not ready within ${READY_TIMEOUT_MS / 1_000} s:\n${child.output()}`);
}

/** A port nobody listens on right now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port is free');
  return address.port;
}
