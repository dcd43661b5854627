import { env } from 'cloudflare:test';
import { afterAll, afterEach } from 'vitest';
import { findTableWalks, notePrepared } from './query-plans.ts';

/**
 * What production refuses and the local runtime takes, refused here too: under every test of the Worker, and
 * noted, because a Worker that survives a refusal would hide it. Limits that the local runtime enforces itself
 * (parameters of a statement, its length, messages) are checked as well: it costs nothing.
 */
const PARAMETERS_MAX = 100;
const PARAMETER_BYTES_MAX = 2_000_000;
const STATEMENT_BYTES_MAX = 100_000;
const FUNCTION_ARGUMENTS_MAX = 32;
const STATEMENTS_AN_INVOCATION_MAX = 1_000;
const MESSAGES_A_BATCH_MAX = 100;
const BATCH_BYTES_MAX = 256_000;
const MESSAGE_BYTES_MAX = 128_000;
const DELAY_S_MAX = 86_400;
const R2_KEYS_A_DELETE_MAX = 1_000;
const KV_TTL_S_MIN = 60;

const violations: string[] = [];

/** Limits that were passed since the last call. */
export function takeViolations(): readonly string[] {
  return violations.splice(0);
}

function demand(isWithin: boolean, what: string): void {
  if (isWithin) return;
  violations.push(what);
  throw new Error(`production refuses ${what}`);
}

/** The env with limits on every binding; statements are counted as of one invocation. */
export function withLimits(base: Env): Env {
  return {
    ...base,
    DB: limitedDatabase(base.DB),
    TERRA_EVENTS: limitedQueue(base.TERRA_EVENTS),
    RAW_PAYLOADS: limitedBucket(base.RAW_PAYLOADS),
    LAB_REPORTS: limitedBucket(base.LAB_REPORTS),
    CACHE: limitedCache(base.CACHE),
  };
}

/** The bindings as the runtime gives them. Files share one runtime: the limits are not put around limits. */
export const bareEnv = { ...env };

/** From here on every test of the file runs with limits; one that passes a limit fails. */
export function limitEverything(): void {
  // Tests set up thousands of rows in one go: only an invocation of the Worker is counted.
  const database = limitedDatabase(bareEnv.DB, Number.POSITIVE_INFINITY);
  Object.assign(env, withLimits(bareEnv), { DB: database });
  afterEach(() => {
    const found = takeViolations();
    if (found.length > 0) throw new Error(`a limit of production was passed: ${found.join('; ')}`);
  });
  afterAll(async () => {
    const walks = await findTableWalks(bareEnv.DB);
    if (walks.length > 0) throw new Error(`statements that walk a table that grows:\n${walks.join('\n\n')}`);
  });
}

/** The binding with some methods replaced; the others keep their own `this`. */
function replaced<Binding extends object>(binding: Binding, methods: Record<string, unknown>): Binding {
  return new Proxy(binding, {
    get(target, name) {
      const own = methods[String(name)];
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

function limitedDatabase(db: D1Database, statementsMax = STATEMENTS_AN_INVOCATION_MAX): D1Database {
  const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
  let statements = 0;
  const count = (more: number) => {
    statements += more;
    demand(statements <= statementsMax, `${statements} statements in one invocation`);
  };
  const wrap = (original: D1PreparedStatement): D1PreparedStatement => {
    const run =
      (name: 'first' | 'all' | 'run' | 'raw') =>
      (...values: unknown[]) => {
        count(1);
        return (original[name] as (...values: unknown[]) => unknown).apply(original, values);
      };
    const wrapped = replaced(original, {
      bind(...values: unknown[]) {
        demand(values.length <= PARAMETERS_MAX, `${values.length} bound parameters`);
        for (const value of values) {
          const bytes = bytesOf(value);
          demand(bytes <= PARAMETER_BYTES_MAX, `a parameter of ${bytes} bytes`);
        }
        return wrap(original.bind(...values));
      },
      first: run('first'),
      all: run('all'),
      run: run('run'),
      raw: run('raw'),
    });
    originals.set(wrapped, original);
    return wrapped;
  };
  return replaced(db, {
    prepare(sql: string) {
      demand(bytesOf(sql) <= STATEMENT_BYTES_MAX, `a statement of ${bytesOf(sql)} bytes`);
      const most = mostArguments(sql);
      demand(most <= FUNCTION_ARGUMENTS_MAX, `an SQL function with ${most} arguments`);
      if (Number.isFinite(statementsMax)) notePrepared(sql);
      return wrap(db.prepare(sql));
    },
    batch(batch: readonly D1PreparedStatement[]) {
      count(batch.length);
      return db.batch(batch.map((one) => originals.get(one) ?? one));
    },
  });
}

function limitedQueue(queue: Queue): Queue {
  type Sent = { readonly body: unknown; readonly delaySeconds?: number };
  const check = ({ body, delaySeconds = 0 }: Sent) => {
    const bytes = bytesOf(JSON.stringify(body));
    demand(bytes <= MESSAGE_BYTES_MAX, `a message of ${bytes} bytes`);
    demand(delaySeconds <= DELAY_S_MAX, `a delay of ${delaySeconds} s`);
    return bytes;
  };
  return replaced(queue, {
    async send(body: unknown, options?: QueueSendOptions) {
      check({ body, ...options });
      return queue.send(body, options);
    },
    async sendBatch(batch: Iterable<MessageSendRequest>, options?: QueueSendBatchOptions) {
      const messages = [...batch];
      const bytes = messages.reduce((total, message) => total + check(message as Sent), 0);
      demand(messages.length <= MESSAGES_A_BATCH_MAX, `a sendBatch of ${messages.length} messages`);
      demand(bytes <= BATCH_BYTES_MAX, `a sendBatch of ${bytes} bytes`);
      return queue.sendBatch(messages, options);
    },
  });
}

function limitedBucket(bucket: R2Bucket): R2Bucket {
  return replaced(bucket, {
    async delete(keys: string | string[]) {
      const count = typeof keys === 'string' ? 1 : keys.length;
      demand(count <= R2_KEYS_A_DELETE_MAX, `an R2 delete of ${count} keys`);
      return bucket.delete(keys);
    },
  });
}

function limitedCache(cache: KVNamespace): KVNamespace {
  return replaced(cache, {
    async put(key: string, value: string, options: KVNamespacePutOptions = {}) {
      const ttl = options.expirationTtl ?? KV_TTL_S_MIN;
      demand(ttl >= KV_TTL_S_MIN, `a KV ttl of ${ttl} s`);
      return cache.put(key, value, options);
    },
  });
}

function bytesOf(value: unknown): number {
  if (typeof value === 'string') return new TextEncoder().encode(value).byteLength;
  return value instanceof ArrayBuffer || ArrayBuffer.isView(value) ? value.byteLength : 8;
}

const VARIADIC =
  /\b(?:coalesce|max|min|jsonb?_(?:array|object|insert|set|replace|remove|extract)|printf|format|char|concat|concat_ws|iif)\s*\(/gi;

/** The most arguments any function is given in a statement. */
export function mostArguments(sql: string): number {
  return Math.max(0, ...[...sql.matchAll(VARIADIC)].map((call) => countArguments(sql, call)));
}

function countArguments(sql: string, call: RegExpExecArray): number {
  let [depth, commas, isQuoted] = [1, 0, false];
  for (let i = call.index + call[0].length; i < sql.length && depth > 0; i += 1) {
    const character = sql[i];
    if (character === "'") isQuoted = !isQuoted;
    if (isQuoted) continue;
    if (character === '(') depth += 1;
    if (character === ')') depth -= 1;
    if (character === ',' && depth === 1) commas += 1;
  }
  return commas + 1;
}
