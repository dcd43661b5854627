import { createServer } from 'node:net';
import { join } from 'node:path';
import { withoutPretence } from '../pretended-day/node-clock.ts';
import { pretendedWorker } from '../pretended-day/wrangler-arguments.ts';
import { type Child, startNode } from './child.ts';

export type LocalWorkerOptions = {
  /** The repository. */
  readonly root: string;
  /** Where D1, R2, KV and queues keep their files. */
  readonly state: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly variables: Readonly<Record<string, string>>;
  /** Besides this process's own: secrets, or where temporary files go. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The state is known to be migrated, so the start need not look. */
  readonly isMigrated?: boolean;
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

const READY_TIMEOUT_MS = 180_000;
const READY_POLL_MS = 100;

/** Applies the migrations unless told otherwise, and starts the Worker; answers when it serves. Throws with wrangler's own words. */
export async function startLocalWorker(options: LocalWorkerOptions): Promise<LocalWorker> {
  if (options.isMigrated !== true) await applyMigrations(options);
  const port = options.port === 0 ? await freePort() : options.port;
  const variables = Object.entries(options.variables).flatMap(([name, value]) => [
    '--var',
    `${name}:${value}`,
  ]);
  const child = startNode(
    [
      wrangler(options.root),
      'dev',
      ...pretendedWorker(process.env),
      '--ip=127.0.0.1',
      `--port=${port}`,
      '--inspector-port=0',
      '--test-scheduled',
      '--show-interactive-dev-session=false',
      '--log-level=warn',
      `--persist-to=${options.state}`,
      ...variables,
    ],
    { cwd: options.root, env: wranglerEnvironment(options), isTied: true, signal: options.signal },
  );
  const url = `http://127.0.0.1:${port}`;
  try {
    await serving(url, child);
  } catch (error) {
    await child.stop('SIGKILL');
    throw error;
  }
  return {
    url,
    child,
    tick: async (cron) => {
      const response = await fetch(`${url}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent(cron)}`);
      if (!response.ok) throw new Error(`the cron ${cron} answered ${response.status}`);
    },
    stop: (signal) => child.stop(signal),
  };
}

async function applyMigrations(options: LocalWorkerOptions): Promise<void> {
  const { root, state } = options;
  const child = startNode(
    [wrangler(root), 'd1', 'migrations', 'apply', 'amy-db', '--local', `--persist-to=${state}`],
    { cwd: root, env: wranglerEnvironment(options), isTied: true, signal: options.signal },
  );
  const code = await child.ended;
  if (code !== 0) throw new Error(`the migrations could not be applied:\n${child.output()}`);
}

function wrangler(root: string): string {
  return join(root, 'node_modules', 'wrangler', 'bin', 'wrangler.js');
}

/** Nothing asks a public host: no metrics, no look for updates, no sample request data. CI: no questions. */
function wranglerEnvironment({ environment }: LocalWorkerOptions): NodeJS.ProcessEnv {
  return {
    ...withoutPretence({ ...process.env, ...environment }),
    CI: 'true',
    NO_COLOR: '1',
    WRANGLER_SEND_METRICS: 'false',
    WRANGLER_HIDE_BANNER: 'true',
    CLOUDFLARE_CF_FETCH_ENABLED: 'false',
  };
}

async function serving(url: string, child: Child): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS;
  let hasEnded = false;
  void child.ended.then(() => {
    hasEnded = true;
  });
  while (Date.now() < deadline) {
    if (hasEnded) throw new Error(`the Worker did not start:\n${child.output()}`);
    const isServing = await fetch(`${url}/healthz`).then(
      (response) => response.ok,
      () => false,
    );
    if (isServing) return;
    await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
  }
  throw new Error(`the Worker did not answer within ${READY_TIMEOUT_MS / 1_000} s:\n${child.output()}`);
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
