import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { convertV4MiniflareOptions, Miniflare, type V4WorkerOptions } from 'miniflare';
import { MIGRATIONS_FILE, OPTIONS_FILE } from './built-worker.ts';
import { modulesOf } from './bundle-modules.ts';
import { applyMigrations, isMigrated, type Migration } from './migrations.ts';
import { SERVING, type Served } from './served.ts';

/**
 * Serves a built Worker in workerd, with its own D1, R2, KV and queues, until it is ended: what `wrangler dev` does,
 * without a second workerd in front and a bundler beside, which together cost as much CPU as the Worker itself.
 */

const { built, port, state, variables, queueWaitS } = JSON.parse(process.env.AMY_SERVE ?? '') as Served;
const options = JSON.parse(readFileSync(join(built, OPTIONS_FILE), 'utf8')) as V4WorkerOptions;

/** A stack on which somebody waits for one person's events gathers them for a moment, not for a thousand people's 5 s. */
const QUEUE_WAIT_S = 1;

/** Of any runtime here: its state is this one, and nothing asks a public host for a request's data, or is told of this one. */
const LOCAL = {
  host: '127.0.0.1',
  resourcePersistencePath: join(state, 'v3'),
  cf: false,
  telemetry: { enabled: false },
  logRequests: false,
} as const;

/**
 * Miniflare's database of Node's side answers while the whole process stands still, and meanwhile nobody reads what
 * workerd writes. A Worker that already has traffic fills that pipe with its log, and both wait for each other for ever.
 * So the database is migrated by a runtime without a Worker, and only where something is to be migrated.
 */
async function migrate(): Promise<void> {
  const migrations = JSON.parse(readFileSync(join(built, MIGRATIONS_FILE), 'utf8')) as Migration[];
  if (isMigrated(state, migrations)) return;
  const stores = new Miniflare(
    convertV4MiniflareOptions({
      ...LOCAL,
      name: 'stores',
      modules: true,
      script: 'export default {}',
      compatibilityDate: options.compatibilityDate ?? '',
      d1Databases: options.d1Databases ?? {},
    }),
  );
  try {
    await applyMigrations(await stores.getD1Database('DB'), migrations);
  } finally {
    await stores.dispose();
  }
}

await migrate();
const runtime = new Miniflare(
  convertV4MiniflareOptions({
    ...options,
    queueConsumers: Object.fromEntries(
      Object.entries(options.queueConsumers ?? {}).map(([queue, consumer]) => [
        queue,
        { ...consumer, maxBatchTimeout: queueWaitS ?? QUEUE_WAIT_S },
      ]),
    ),
    name: 'amy',
    bindings: { ...options.bindings, ...variables },
    rootPath: built,
    modulesRoot: built,
    modules: modulesOf(built),
    ...LOCAL,
    port,
    unsafeTriggerHandlers: true,
    handleStructuredLogs: ({ level, message }) => {
      if (level === 'warn' || level === 'error') process.stderr.write(`${message}\n`);
    },
  }),
);
await runtime.ready;
console.log(SERVING);

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void runtime.dispose().finally(() => process.exit(0)));
