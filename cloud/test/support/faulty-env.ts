/** The services a Worker calls, each of which fails by itself. */
export type Service = 'DB' | 'RAW_PAYLOADS' | 'LAB_REPORTS' | 'TERRA_EVENTS' | 'CACHE' | 'TERRA' | 'BUCKET';

/** Where pings lead. What is asked for there is answered by the test's own Terra. */
export const BUCKET_URL = 'https://payloads.s3.amazonaws.com';

/** One call that crossed the Worker's border. */
export type Call = { readonly service: Service; readonly what: string };

export type Fault = {
  /** Which call fails, counted from 1. */
  readonly nth: number;
  /** Without its effect, or with it: the answer alone is lost. */
  readonly when: 'before' | 'after';
  /**
   * `once`: that call alone. `outage`: from then on every call of the same service, in the same way, until it
   * is cleared. `crash`: nothing works any more until it is cleared, as if the isolate were gone.
   */
  readonly lasts: 'once' | 'outage' | 'crash';
};

export type FaultyEnv = {
  readonly env: Env;
  readonly calls: readonly Call[];
  /** What the fault hit, in order. */
  readonly hits: readonly Call[];
  /** Counts anew, and fails as told. */
  readonly inject: (fault: Fault | null) => void;
  readonly clear: () => void;
  /**
   * Has somebody else act right before the nth call reaches its service, or right after it had its effect. Their own
   * calls are not counted, and none of them fails.
   */
  readonly interrupt: (nth: number, when: Fault['when'], act: () => Promise<unknown>) => void;
  /** Whether the isolate is gone: nobody hears what it says. */
  readonly isCrashed: () => boolean;
  /** Runs something with the Worker's outbound calls to Terra counted and failing too. */
  readonly during: <Value>(work: () => Promise<Value>) => Promise<Value>;
};

/** An env that does the real work through one seam, where calls are counted and fail when they are told to. */
export function faultyEnv(base: Env): FaultyEnv {
  const calls: Call[] = [];
  const hits: Call[] = [];
  let fault: Fault | null = null;
  let down: Service | 'all' | null = null;
  let interruption: { nth: number; when: Fault['when']; act: () => Promise<unknown> } | null = null;
  let isAside = false;
  const letOthersAct = async (when: Fault['when'], nth: number) => {
    if (interruption?.nth !== nth || interruption.when !== when) return;
    const { act } = interruption;
    interruption = null;
    isAside = true;
    await act();
    isAside = false;
  };
  const through = async <Value>(service: Service, what: string, effect: () => Promise<Value>) => {
    if (isAside) return effect();
    const call = { service, what };
    const nth = calls.push(call);
    await letOthersAct('before', nth);
    const isHit = fault !== null && nth === fault.nth;
    if (isHit && fault?.lasts === 'outage') down = service;
    if (isHit && fault?.lasts === 'crash') down = 'all';
    const current = isHit || down === 'all' || down === service ? fault : null;
    if (current !== null) hits.push(call);
    // What comes after the end of an isolate has no effect; what comes late from a slow service may.
    const isGone = current?.lasts === 'crash' && !isHit;
    const error = new Error(`${service}_ERROR: injected ${current?.when} ${what}: Network connection lost.`);
    if (isGone || current?.when === 'before') throw error;
    const value = await effect();
    await letOthersAct('after', nth);
    if (current !== null) throw error;
    return value;
  };
  const methods = <Binding extends object>(service: Service, binding: Binding, names: readonly string[]) =>
    new Proxy(binding, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== 'function') return value;
        const method = value.bind(target) as (...values: unknown[]) => Promise<unknown>;
        return names.includes(String(name))
          ? (...values: unknown[]) => through(service, String(name), () => method(...values))
          : method;
      },
    });
  const env: Env = {
    ...base,
    DB: faultyDatabase(base.DB, (what, effect) => through('DB', what, effect)),
    RAW_PAYLOADS: methods('RAW_PAYLOADS', base.RAW_PAYLOADS, ['put', 'get', 'head', 'delete', 'list']),
    LAB_REPORTS: methods('LAB_REPORTS', base.LAB_REPORTS, ['put', 'get', 'head', 'delete', 'list']),
    TERRA_EVENTS: methods('TERRA_EVENTS', base.TERRA_EVENTS, ['send', 'sendBatch']),
    CACHE: methods('CACHE', base.CACHE, ['get', 'put', 'delete', 'list']),
  };
  return {
    env,
    calls,
    hits,
    inject(next) {
      calls.length = 0;
      hits.length = 0;
      down = null;
      fault = next;
    },
    interrupt(nth, when, act) {
      interruption = { nth, when, act };
    },
    clear() {
      interruption = null;
      down = null;
      fault = null;
    },
    isCrashed: () => down === 'all',
    async during(work) {
      const original = globalThis.fetch;
      globalThis.fetch = ((input: RequestInfo, init?: RequestInit) => {
        const address = typeof input === 'string' ? input : input.url;
        if (address.startsWith(BUCKET_URL)) {
          const there = `${base.TERRA_API_URL}${new URL(address).pathname}`;
          return through('BUCKET', 'GET', () => original(there, init));
        }
        const ask = () => original(input, init);
        return address.startsWith(base.TERRA_API_URL) ? through('TERRA', init?.method ?? 'GET', ask) : ask();
      }) as typeof fetch;
      try {
        return await work();
      } finally {
        globalThis.fetch = original;
      }
    },
  };
}

function faultyDatabase(
  db: D1Database,
  through: <Value>(what: string, effect: () => Promise<Value>) => Promise<Value>,
): D1Database {
  const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
  const wrap = (original: D1PreparedStatement): D1PreparedStatement => {
    const wrapped = {
      bind: (...values: unknown[]) => wrap(original.bind(...values)),
      first: (column?: string) =>
        through('first', () => (column === undefined ? original.first() : original.first(column))),
      all: () => through('all', () => original.all()),
      run: () => through('run', () => original.run()),
      raw: () => through('raw', () => original.raw()),
    } as unknown as D1PreparedStatement;
    originals.set(wrapped, original);
    return wrapped;
  };
  const faulty = {
    prepare: (sql: string) => wrap(db.prepare(sql)),
    batch: (statements: readonly D1PreparedStatement[]) =>
      through('batch', () => db.batch(statements.map((one) => originals.get(one) ?? one))),
  };
  return faulty as unknown as D1Database;
}
