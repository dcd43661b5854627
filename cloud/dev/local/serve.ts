import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Miniflare, type V4WorkerOptions } from 'miniflare';
import { MIGRATIONS_FILE, OPTIONS_FILE } from './built-worker.ts';
import { modulesOf } from './bundle-modules.ts';
import { applyMigrations, type Migration } from './migrations.ts';
import { SERVING, type Served } from './served.ts';

/**
 * Serves a built Worker in workerd, with its own D1, R2, KV and queues, until it is ended: what `wrangler dev` does,
 * without a second workerd in front and a bundler beside, which together cost as much CPU as the Worker itself.
 */

const { built, port, state, variables } = JSON.parse(process.env.AMY_SERVE ?? '') as Served;
const options = JSON.parse(readFileSync(join(built, OPTIONS_FILE), 'utf8')) as V4WorkerOptions;

/** A stack on which somebody waits for one person's events gathers them for a moment, not for a thousand people's 5 s. */
const QUEUE_WAIT_S = 1;

const runtime = new Miniflare(
  convertV4MiniflareOptions({
    ...options,
    queueConsumers: Object.fromEntries(
      Object.entries(options.queueConsumers ?? {}).map(([queue, consumer]) => [
        queue,
        { ...consumer, maxBatchTimeout: QUEUE_WAIT_S },
      ]),
    ),
    name: 'amy',
    bindings: { ...options.bindings, ...variables },
    rootPath: built,
    modulesRoot: built,
    modules: modulesOf(built),
    host: '127.0.0.1',
    port,
    resourcePersistencePath: join(state, 'v3'),
    unsafeTriggerHandlers: true,
    // Nothing asks a public host for the data of a request, or is told of this one.
    cf: false,
    telemetry: { enabled: false },
    logRequests: false,
    handleStructuredLogs: ({ level, message }) => {
      if (level === 'warn' || level === 'error') process.stderr.write(`${message}\n`);
    },
  }),
);
await runtime.ready;
const migrations = JSON.parse(readFileSync(join(built, MIGRATIONS_FILE), 'utf8')) as Migration[];
await applyMigrations(await runtime.getD1Database('DB'), migrations);
console.log(SERVING);

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void runtime.dispose().finally(() => process.exit(0)));
