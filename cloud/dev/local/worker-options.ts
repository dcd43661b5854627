import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  unstable_splitSqlQuery as statementsOf,
  unstable_getMiniflareWorkerOptions,
  unstable_readConfig,
} from 'wrangler';
import { MIGRATIONS_FILE, OPTIONS_FILE } from './built-worker.ts';
import type { Migration } from './migrations.ts';

/**
 * Writes what wrangler.toml says of the Worker, in the form that Miniflare takes, and the statements of the migrations
 * beside it, as two files of JSON: `worker-options.ts <wrangler.toml> <folder>`. Its variables are those of the file
 * alone, no secret of this machine among them.
 */
const [config = '', folder = ''] = process.argv.slice(2);
const { workerOptions } = unstable_getMiniflareWorkerOptions(config);
const { vars } = unstable_readConfig({ config });
writeFileSync(join(folder, OPTIONS_FILE), JSON.stringify({ ...workerOptions, bindings: vars }));

const migrations = join(dirname(config), 'migrations');
const listed: Migration[] = readdirSync(migrations)
  .filter((name) => name.endsWith('.sql'))
  .toSorted()
  .map((name) => ({ name, statements: statementsOf(readFileSync(join(migrations, name), 'utf8')) }));
writeFileSync(join(folder, MIGRATIONS_FILE), JSON.stringify(listed));
