import { writeFileSync } from 'node:fs';
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from 'wrangler';

/**
 * Writes what wrangler.toml says of the Worker, in the form that Miniflare takes, as JSON: `worker-options.ts
 * <wrangler.toml> <file>`. Its variables are those of the file alone, no secret of this machine among them.
 */
const [config = '', file = ''] = process.argv.slice(2);
const { workerOptions } = unstable_getMiniflareWorkerOptions(config);
const { vars } = unstable_readConfig({ config });
writeFileSync(file, JSON.stringify({ ...workerOptions, bindings: vars }));
