import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/** What wrangler.toml asks of an account: everything that a deployment makes or looks for, by name. */
export type Plan = {
  readonly worker: string;
  readonly database: string;
  /** Dead letter queues among them. */
  readonly queues: readonly string[];
  readonly buckets: readonly string[];
  /** KV namespaces that are named by their binding alone, and the title that a deployment gives them. */
  readonly namespaces: readonly { readonly binding: string; readonly title: string }[];
  readonly secrets: readonly Secret[];
  /** The configuration as it stands, for a deployment that knows more than it. */
  readonly config: Readonly<Record<string, unknown>>;
};

export type Secret = {
  readonly name: string;
  /** For the operator, one sentence. */
  readonly description: string;
};

const wranglerConfig = z.object({
  name: z.string(),
  d1_databases: z.tuple([z.object({ database_name: z.string() })]),
  r2_buckets: z.array(z.object({ bucket_name: z.string() })),
  kv_namespaces: z.array(z.object({ binding: z.string(), id: z.string().optional() })),
  queues: z.object({
    producers: z.array(z.object({ queue: z.string() })),
    consumers: z.array(z.object({ queue: z.string(), dead_letter_queue: z.string().optional() })),
  }),
  secrets: z.object({ required: z.array(z.string()) }),
});

const packageFile = z.object({
  cloudflare: z.object({ bindings: z.record(z.string(), z.object({ description: z.string() })) }),
});

/** Reads wrangler.toml as wrangler does, and what package.json says of the secrets. */
export async function readPlan(root: string): Promise<Plan> {
  // Loading wrangler takes over a second of CPU: not before it is needed.
  const { experimental_readRawConfig } = await import('wrangler');
  const { rawConfig } = experimental_readRawConfig(
    { config: join(root, 'wrangler.toml') },
    { useRedirectIfAvailable: false },
  );
  const config: Readonly<Record<string, unknown>> = { ...rawConfig };
  const { name, d1_databases, r2_buckets, kv_namespaces, queues, secrets } = wranglerConfig.parse(config);
  const { bindings } = packageFile.parse(
    JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')),
  ).cloudflare;
  return {
    worker: name,
    database: d1_databases[0].database_name,
    queues: [
      ...new Set([
        ...queues.producers.map(({ queue }) => queue),
        ...queues.consumers.flatMap(({ queue, dead_letter_queue: dead }) =>
          dead === undefined ? [queue] : [queue, dead],
        ),
      ]),
    ],
    buckets: r2_buckets.map(({ bucket_name }) => bucket_name),
    namespaces: kv_namespaces
      .filter(({ id }) => id === undefined)
      .map(({ binding }) => ({ binding, title: madeName(name, binding) })),
    secrets: secrets.required.map((secret) => ({
      name: secret,
      description: bindings[secret]?.description ?? '',
    })),
    config,
  };
}

/** How wrangler names what it makes for a binding that has no name of its own. */
function madeName(worker: string, binding: string): string {
  return `${worker}-${binding.toLowerCase().replaceAll('_', '-')}`;
}
