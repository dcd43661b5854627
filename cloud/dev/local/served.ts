/** What the environment's `AMY_SERVE` tells `serve.ts`, as JSON: secrets never stand on a command line. */
export type Served = {
  /** Of `builtWorker`. */
  readonly built: string;
  readonly port: number;
  /** Where D1, R2, KV and queues keep their files: as `wrangler --persist-to` takes it. */
  readonly state: string;
  /** Besides those of wrangler.toml: secrets among them. */
  readonly variables: Readonly<Record<string, string>>;
  /** How long the queue gathers messages; a second where it is left out. */
  readonly queueWaitS?: number | undefined;
};

/** The line that `serve.ts` prints when the database is migrated and requests are answered. */
export const SERVING = 'the Worker serves';
