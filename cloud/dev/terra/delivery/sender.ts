import { createHash } from 'node:crypto';
import { Agent } from 'node:http';
import { IDLE_SOCKET_MS } from '../limits.ts';
import { type Random, randomFrom, seedOf, uuidFrom } from '../random.ts';
import type { Chaos } from './chaos.ts';
import type { Delivery, Emission } from './delivery.ts';
import { type Headers, post, postHalf } from './post.ts';
import { signatureOf } from './signature.ts';

export type SenderOptions = {
  readonly seed: number;
  readonly secret: string;
  readonly retryDelaysMs: readonly number[];
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly keepBodies: boolean;
  /** Unix ms, for signatures and ordering timestamps; never for content. */
  readonly clock: () => number;
};

/** A delivery while it is being sent. */
type Sending = { record: Delivery; emission: Emission; signedSeconds: number | null };

const NO_BODY = Buffer.alloc(0);

/** Sends events to the webhook until each is acknowledged or given up. */
export class Sender {
  readonly #options: SenderOptions;
  readonly #agent: Agent;
  readonly #draw: Random;
  readonly #all: Sending[] = [];
  readonly #queue: Sending[] = [];
  readonly #retryTimers = new Set<NodeJS.Timeout>();
  #idleWaiters: (() => void)[] = [];
  #webhook: URL | null = null;
  #underway = 0;
  #unsettled = 0;
  #emitted = 0;
  #attempted = 0;
  #lastEmittedMs = 0;
  #held = false;
  #closed = false;
  chaos: Chaos;

  constructor(options: SenderOptions, chaos: Chaos) {
    this.#options = options;
    this.chaos = chaos;
    this.#agent = new Agent({ keepAlive: true, maxSockets: options.concurrency, timeout: IDLE_SOCKET_MS });
    this.#draw = randomFrom(seedOf(options.seed, 'reorder'));
  }

  /** Queues an event; it leaves with the next turn of the event loop, so that a burst can be shuffled. */
  emit(emission: Emission): Delivery {
    const record = this.#begin(emission);
    this.#enqueue({ record, emission, signedSeconds: null });
    const every = this.chaos.duplicateEvery;
    if (every > 0 && this.#emitted % every === 0) {
      this.#enqueue({ record: { ...record, duplicate: true }, emission, signedSeconds: null });
    }
    return record;
  }

  /** An event that never leaves: nobody hears of it, but for who asks for the deliveries. */
  lose(emission: Emission): Delivery {
    const record: Delivery = { ...this.#begin(emission), state: 'lost' };
    this.#all.push({ record, emission, signedSeconds: null });
    return record;
  }

  /** Keeps everything back until `release`, so that a whole history can be shuffled. */
  hold(): void {
    this.#held = true;
  }

  release(): void {
    this.#held = false;
    this.#pump();
  }

  pointAt(webhook: URL): void {
    this.#webhook = webhook;
    this.#pump();
  }

  deliveries(): readonly Delivery[] {
    return this.#all.map((sending) => sending.record);
  }

  /** Announces an event that is about to be emitted, so that `idle` waits for it. Call the result once. */
  expect(): () => void {
    this.#unsettled += 1;
    return () => this.#settleOne();
  }

  /** Resolves when every delivery was acknowledged or given up, and none is expected. */
  idle(): Promise<void> {
    if (this.#closed || this.#unsettled === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push(resolve));
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#retryTimers) clearTimeout(timer);
    this.#agent.destroy();
    this.#tellIdle();
  }

  #begin(emission: Emission): Delivery {
    this.#emitted += 1;
    // Strictly increasing: Terra's order of emission is what the receiver goes by.
    this.#lastEmittedMs = Math.max(this.#lastEmittedMs + 1, this.#options.clock());
    return {
      traceId: uuidFrom(this.#options.seed, 'trace', this.#emitted),
      type: emission.type,
      bytes: emission.body.byteLength,
      sha256: createHash('sha256').update(emission.body).digest('hex'),
      body: this.#isKept(emission) ? emission.body : NO_BODY,
      emittedMs: this.#lastEmittedMs,
      reference: emission.reference,
      duplicate: false,
      state: 'waiting',
      acknowledged: false,
      status: null,
      attempts: 0,
    };
  }

  #enqueue(sending: Sending): void {
    this.#unsettled += 1;
    this.#all.push(sending);
    this.#queue.push(sending);
    setImmediate(() => this.#pump());
  }

  #pump(): void {
    while (
      !this.#closed &&
      !this.#held &&
      this.#webhook !== null &&
      this.#underway < this.#options.concurrency
    ) {
      const window = Math.min(this.chaos.reorderWindow, this.#queue.length);
      const [next] = this.#queue.splice(window > 1 ? Math.floor(this.#draw() * window) : 0, 1);
      if (next === undefined) return;
      this.#underway += 1;
      void this.#attempt(next, this.#webhook).then(() => {
        this.#underway -= 1;
        this.#pump();
      });
    }
  }

  async #attempt(sending: Sending, webhook: URL): Promise<void> {
    const { record } = sending;
    const attempts = record.attempts + 1;
    sending.record = { ...record, attempts };
    const status = await this.#post(sending, webhook);
    const acknowledged = status !== null && status < 300;
    const delayMs = this.#options.retryDelaysMs[attempts - 1];
    const state = acknowledged ? 'acknowledged' : delayMs === undefined ? 'lost' : 'waiting';
    sending.record = { ...sending.record, status, acknowledged, state };
    if (state === 'waiting' && !this.#closed) this.#retryIn(delayMs ?? 0, sending);
    if (state === 'waiting') return;
    if (!this.#isKept(sending.emission)) sending.emission = { ...sending.emission, body: NO_BODY };
    this.#settleOne();
  }

  #isKept({ keepBody = true }: Emission): boolean {
    return this.#options.keepBodies && keepBody;
  }

  #post(sending: Sending, webhook: URL): Promise<number | null> {
    const { body } = sending.emission;
    const headers = this.#headers(sending);
    this.#attempted += 1;
    const every = this.chaos.disconnectEvery;
    if (every > 0 && this.#attempted % every === 0) return postHalf(webhook, headers, body);
    return post(webhook, headers, body, this.#options.timeoutMs, this.#agent);
  }

  #settleOne(): void {
    this.#unsettled -= 1;
    if (this.#unsettled === 0) this.#tellIdle();
  }

  #retryIn(delayMs: number, sending: Sending): void {
    const timer = setTimeout(() => {
      this.#retryTimers.delete(timer);
      this.#queue.push(sending);
      this.#pump();
    }, delayMs);
    this.#retryTimers.add(timer);
  }

  #headers(sending: Sending): Headers {
    const { emission, record } = sending;
    const nowSeconds = Math.floor(this.#options.clock() / 1_000);
    const stamp = this.chaos.staleRetries ? (sending.signedSeconds ?? nowSeconds) : nowSeconds;
    sending.signedSeconds = stamp;
    return {
      'content-type': 'application/json',
      'user-agent': 'terra-simulator',
      'terra-signature': signatureOf(this.#options.secret, emission.body, stamp),
      'x-terra-trace-id': record.traceId,
      'x-terra-ordering-timestamp': String(record.emittedMs),
      ...(emission.reference === null ? {} : { 'terra-reference': emission.reference }),
      ...emission.headers,
    };
  }

  #tellIdle(): void {
    const waiters = this.#idleWaiters;
    this.#idleWaiters = [];
    for (const resolve of waiters) resolve();
  }
}
