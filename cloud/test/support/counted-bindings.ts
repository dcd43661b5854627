import { NOTHING, type Spent } from '../../bench/spent.ts';
import { countingDatabase } from './counting-database.ts';

export type Counted = {
  readonly env: Env;
  /** What was spent since the last call, and which messages were given to the queue. */
  readonly take: () => { readonly spent: Spent; readonly messages: readonly unknown[] };
  /** A call of the Worker begins. */
  readonly begin: () => void;
};

type Counts = { -readonly [Name in keyof Spent]: Spent[Name] };

/** The bindings, each doing its real work, and counted by what Cloudflare bills. */
export function countedBindings(env: Env): Counted {
  const counts: Counts = { ...NOTHING };
  const messages: unknown[] = [];
  const { db, cost, reset } = countingDatabase(env.DB);
  const counted = {
    ...env,
    DB: db,
    RAW_PAYLOADS: countedBucket(env.RAW_PAYLOADS, counts),
    LAB_REPORTS: countedBucket(env.LAB_REPORTS, counts),
    CACHE: countedCache(env.CACHE, counts),
    TERRA_EVENTS: countedQueue(env.TERRA_EVENTS, (body) => {
      counts.messages += 1;
      messages.push(body);
    }),
  };
  countGlobals(counts);
  return {
    env: counted,
    begin: () => {
      counts.invocations += 1;
    },
    take: () => {
      const { roundTrips, statements, rowsRead, rowsWritten } = cost;
      const spent = { ...counts, roundTrips, statements, rowsRead, rowsWritten };
      Object.assign(counts, NOTHING);
      reset();
      return { spent, messages: messages.splice(0) };
    },
  };
}

/** A binding with some methods replaced; the others keep their own `this`. */
function withMethods<Binding extends object>(binding: Binding, methods: Partial<Binding>): Binding {
  return new Proxy(binding, {
    get(target, name) {
      const own: unknown = Reflect.get(methods, name);
      if (own !== undefined) return own;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** Deleting and aborting are free. */
function countedBucket(bucket: R2Bucket, counts: Counts): R2Bucket {
  const classA = (bytes = 0) => {
    counts.classA += 1;
    counts.bytesPut += bytes;
  };
  const upload = (one: R2MultipartUpload): R2MultipartUpload =>
    withMethods(one, {
      uploadPart: (part, value, options) => {
        classA(sizeOf(value));
        return one.uploadPart(part, value, options);
      },
      complete: (parts) => {
        classA();
        return one.complete(parts);
      },
    });
  return withMethods(bucket, {
    get: ((key: string, options?: R2GetOptions) => {
      counts.classB += 1;
      return bucket.get(key, options);
    }) as R2Bucket['get'],
    head: (key) => {
      counts.classB += 1;
      return bucket.head(key);
    },
    put: ((key: string, value: Parameters<R2Bucket['put']>[1], options?: R2PutOptions) => {
      classA(sizeOf(value));
      return bucket.put(key, value, options);
    }) as R2Bucket['put'],
    list: (options) => {
      classA();
      return bucket.list(options);
    },
    createMultipartUpload: async (key, options) => {
      classA();
      return upload(await bucket.createMultipartUpload(key, options));
    },
    resumeMultipartUpload: (key, id) => upload(bucket.resumeMultipartUpload(key, id)),
  });
}

function sizeOf(value: unknown): number {
  if (typeof value === 'string') return new TextEncoder().encode(value).byteLength;
  if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) return value.byteLength;
  return value instanceof Blob ? value.size : 0;
}

function countedCache(cache: KVNamespace, counts: Counts): KVNamespace {
  return new Proxy(cache, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...given: unknown[]): unknown => {
        if (name === 'get' || name === 'getWithMetadata') counts.kvReads += 1;
        else counts.kvWrites += 1;
        return Reflect.apply(value, target, given);
      };
    },
  });
}

function countedQueue(queue: Queue, onSent: (body: unknown) => void): Queue {
  return withMethods(queue, {
    send: (body, options) => {
      onSent(body);
      return queue.send(body, options);
    },
    sendBatch: (batch, options) => {
      const all = [...batch];
      for (const { body } of all) onSent(body);
      return queue.sendBatch(all, options);
    },
  });
}

let countNow: Counts | null = null;

/** Requests to others and lines of the log have no binding: they count for the bindings that were made last. */
function countGlobals(counts: Counts): void {
  const isFirst = countNow === null;
  countNow = counts;
  if (!isFirst) return;
  const send = globalThis.fetch;
  globalThis.fetch = (...given: Parameters<typeof fetch>) => {
    if (countNow !== null) countNow.fetches += 1;
    return send(...given);
  };
  for (const name of ['log', 'warn', 'error'] as const) {
    const write = console[name].bind(console);
    console[name] = (...given: unknown[]) => {
      if (countNow !== null) countNow.logLines += 1;
      write(...given);
    };
  }
}
