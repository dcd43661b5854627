export const PAYLOADS_PREFIX = '/payloads/';

type Kept = {
  readonly signature: string;
  /** Null once its time is over. */
  readonly body: Buffer | null;
  readonly diesMs: number;
};

export type PayloadReading =
  | { readonly state: 'served'; readonly body: Buffer }
  | { readonly state: 'unknown' | 'unsigned' | 'expired' };

/** What pings point at, as a bucket of Terra's serves it: to whoever has the signed URL, while that lives. */
export class PingPayloads {
  readonly #clock: () => number;
  readonly #kept = new Map<string, Kept>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /**
   * @returns the path and query of its URL. It tells its end, as a signed URL does, so that a later run of the same
   * seed makes other pings: a receiver knows an event by its bytes.
   */
  keep(name: string, signature: string, body: Buffer, lifeSeconds: number): string {
    this.#letGoOfDead();
    const diesMs = this.#clock() + lifeSeconds * 1_000;
    this.#kept.set(name, { signature, body, diesMs });
    return `${PAYLOADS_PREFIX}${name}?expires=${diesMs}&signature=${signature}`;
  }

  read(name: string, signature: string | null): PayloadReading {
    this.#letGoOfDead();
    const kept = this.#kept.get(name);
    if (kept === undefined) return { state: 'unknown' };
    if (kept.signature !== signature) return { state: 'unsigned' };
    return kept.body === null ? { state: 'expired' } : { state: 'served', body: kept.body };
  }

  #letGoOfDead(): void {
    const now = this.#clock();
    for (const [name, kept] of this.#kept) {
      if (kept.diesMs <= now) this.#kept.set(name, { ...kept, body: null });
    }
  }
}
