/** Does the call itself, or something before, after or instead of it. `call` counts from 0. */
export type AroundCall = (call: number, perform: () => Promise<unknown>) => Promise<unknown>;

/**
 * An env on which something else can happen at every call to the database or to the payload bucket: the only
 * points at which the Worker waits for anybody. Everything is really done, by the real D1 and R2.
 */
export function steppedEnv(base: Env, around: AroundCall): { env: Env; calls: () => number } {
  let calls = 0;
  const step = <Answer>(perform: () => Promise<Answer>): Promise<Answer> =>
    around(calls++, perform) as Promise<Answer>;
  const originals = new WeakMap<D1PreparedStatement, D1PreparedStatement>();
  const wrap = (original: D1PreparedStatement): D1PreparedStatement => {
    const wrapped = {
      bind: (...values: unknown[]) => wrap(original.bind(...values)),
      all: () => step(() => original.all()),
      run: () => step(() => original.run()),
      raw: () => step(() => original.raw()),
      first: (column?: string) =>
        step(() => (column === undefined ? original.first() : original.first(column))),
    } as unknown as D1PreparedStatement;
    originals.set(wrapped, original);
    return wrapped;
  };
  const db = {
    prepare: (sql: string) => wrap(base.DB.prepare(sql)),
    batch: (statements: D1PreparedStatement[]) =>
      step(() => base.DB.batch(statements.map((one) => originals.get(one) ?? one))),
  } as unknown as D1Database;
  const bucket = base.RAW_PAYLOADS;
  const payloads = {
    get: (key: string) => step(() => bucket.get(key)),
    put: (key: string, value: Uint8Array) => step(() => bucket.put(key, value)),
    delete: (keys: string | string[]) => step(() => bucket.delete(keys)),
    list: (options: R2ListOptions) => step(() => bucket.list(options)),
    head: (key: string) => step(() => bucket.head(key)),
  } as unknown as R2Bucket;
  return { env: { ...base, DB: db, RAW_PAYLOADS: payloads }, calls: () => calls };
}
