import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Miniflare, type V4WorkerOptions } from 'miniflare';
import { MIGRATIONS_FILE, OPTIONS_FILE } from '../dev/local/built-worker.ts';
import { modulesOf } from '../dev/local/bundle-modules.ts';
import { FIXED_SECRETS } from '../dev/local/fixed-secrets.ts';
import { applyMigrations, type Migration } from '../dev/local/migrations.ts';
import { processesBelow, type WorkerProcess } from '../dev/size/process-memory.ts';

/** A built Worker in a workerd of its own, on an empty database with all migrations. */
export type Runtime = {
  readonly url: string;
  readonly process: WorkerProcess;
  /** Gives the Worker a batch of messages, as the queue would. Throws where it did not take all of them. */
  readonly consume: (queue: string, messages: readonly unknown[]) => Promise<void>;
  /** Fires a cron. Throws where it failed. */
  readonly tick: (cron: string) => Promise<void>;
  readonly database: Awaited<ReturnType<Miniflare['getD1Database']>>;
  /** Where V8's inspector of the Worker is; of a runtime that was started with one. */
  readonly inspector: () => Promise<URL>;
  /** Events that were given so. */
  readonly consumed: () => number;
  readonly stop: () => Promise<void>;
};

/**
 * Starts it without consumers: what a delivery leaves on the queue stays there, and a batch comes when the bench gives
 * it. Nothing is between the client and the runtime, as in `wrangler dev` its proxy is.
 */
export async function startRuntime(
  built: string,
  variables: Readonly<Record<string, string>> = {},
  hasInspector = false,
): Promise<Runtime> {
  const state = mkdtempSync(join(tmpdir(), 'amy-bench-'));
  const known = new Set(processesBelow(process.pid).map(({ pid }) => pid));
  const runtime = new Miniflare(
    convertV4MiniflareOptions({
      ...optionsOf(built, state, variables),
      ...(hasInspector ? { inspectorPort: 0 } : {}),
    }),
  );
  const url = (await runtime.ready).origin;
  const migrations = JSON.parse(readFileSync(join(built, MIGRATIONS_FILE), 'utf8')) as Migration[];
  const database = await runtime.getD1Database('DB');
  await applyMigrations(database, migrations);
  const own = processesBelow(process.pid).find(({ pid }) => !known.has(pid));
  if (own === undefined) throw new Error('the process of the runtime was not found');
  const consumed = new Set<number>();
  return {
    url,
    process: own,
    database,
    inspector: async () => new URL('/core:user:amy', await runtime.getInspectorURL()),
    consumed: () => consumed.size,
    tick: async (cron) => {
      const worker = await runtime.getWorker('amy');
      const { outcome } = await worker.scheduled({ cron });
      if (outcome !== 'ok') throw new Error(`the cron ${cron} ended with ${outcome}`);
    },
    consume: async (queue, messages) => {
      const worker = await runtime.getWorker('amy');
      const batch = messages.map((body) => ({
        id: crypto.randomUUID(),
        timestamp: new Date(),
        attempts: 1,
        body,
      }));
      const { outcome, ackAll, retryBatch, retryMessages, explicitAcks } = await worker.queue(queue, batch);
      const isTaken = ackAll || explicitAcks.length === batch.length || retryMessages.length === 0;
      if (outcome !== 'ok' || retryBatch.retry || !isTaken)
        throw new Error(
          `a batch of ${queue} was not taken: ${outcome}, ${retryMessages.length} to be retried`,
        );
      for (const message of messages) if (isEvent(message)) consumed.add(message.rawEventId);
    },
    stop: async () => {
      await runtime.dispose();
      rmSync(state, { recursive: true, force: true });
    },
  };
}

function isEvent(message: unknown): message is { readonly rawEventId: number } {
  return typeof message === 'object' && message !== null && 'rawEventId' in message;
}

/** As Miniflare takes them. */
export function optionsOf(built: string, state: string, variables: Readonly<Record<string, string>> = {}) {
  const options = JSON.parse(readFileSync(join(built, OPTIONS_FILE), 'utf8')) as V4WorkerOptions;
  return {
    ...options,
    queueConsumers: {},
    name: 'amy',
    bindings: { ...options.bindings, ...FIXED_SECRETS, TERRA_API_URL: 'http://127.0.0.1:9/v2', ...variables },
    rootPath: built,
    modulesRoot: built,
    modules: modulesOf(built),
    host: '127.0.0.1',
    port: 0,
    resourcePersistencePath: state,
    cf: false as const,
    telemetry: { enabled: false },
    logRequests: false,
    handleStructuredLogs: () => undefined,
  };
}
