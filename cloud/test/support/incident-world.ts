import { createScheduledController, env } from 'cloudflare:test';
import { vi } from 'vitest';
import worker from '../../src/index.ts';
import type { QueueMessage } from '../../src/queue/messages.ts';
import { TABLE_COLUMNS } from '../../src/store/columns.ts';
import { withLimits } from './limits-everywhere.ts';
import { runAmy } from './operator-cli.ts';
import { wordsOf } from './recipes.ts';
import { asOperator, consume, type DeliverOptions, deliver } from './stack.ts';
import { type FarTerra, newTerra } from './terra.ts';

/** What can be away. */
export type Away = 'DB' | 'RAW_PAYLOADS' | 'TERRA_EVENTS';

/** As wrangler.toml says: a message comes six times, then it is dead-lettered. */
const MAX_RETRIES = 5;

type Waiting = { readonly body: QueueMessage; readonly deliveries: number };

type Delivery = { readonly body: unknown; readonly options: DeliverOptions };

/**
 * The Worker and what surrounds it, one incident long: bindings that can be away, the queue, the crons, Terra, which
 * delivers again what was not answered 200, the log, and an operator at a terminal.
 */
export class IncidentWorld {
  readonly away = new Set<Away>();
  /** Settings and bindings that are others than they should be. */
  readonly changed: Partial<Env> = {};
  /** Whether the platform leaves the crons out. */
  isCronLost = false;
  readonly terra: FarTerra = newTerra();
  /** What the variables of the page stand for here. */
  readonly variables: Record<string, string> = { URL: 'http://amy.test', AMY_ADMIN_KEY: 'the key' };
  /** What a command does that works on Cloudflare, not on the Worker. */
  readonly outside = new Map<string, () => Promise<void>>();
  readonly #queue: Waiting[] = [];
  readonly #deadLetters: Waiting[] = [];
  readonly #undelivered: Delivery[] = [];
  readonly #log: string[] = [];

  constructor() {
    for (const name of ['log', 'warn', 'error'] as const)
      vi.spyOn(console, name).mockImplementation((line: unknown) => void this.#log.push(`(${name}) ${line}`));
  }

  /** The bindings as they are now. */
  get env(): Env {
    const { away } = this;
    const queue = {
      sendBatch: async (batch: Iterable<{ body: QueueMessage }>) => {
        if (away.has('TERRA_EVENTS')) throw gone('TERRA_EVENTS');
        for (const { body } of batch) this.#queue.push({ body, deliveries: 0 });
      },
    };
    return {
      ...this.terra.env,
      TERRA_EVENTS: queue as unknown as Queue,
      ...(away.has('DB') ? { DB: databaseThatIsAway() } : {}),
      ...(away.has('RAW_PAYLOADS') ? { RAW_PAYLOADS: bucketThatIsAway() } : {}),
      ...this.changed,
    };
  }

  /** Terra delivers. Answers the number of the event, null where the delivery is not taken: it comes again. */
  async deliver(body: unknown, options: DeliverOptions = {}): Promise<number | null> {
    const answer = await deliver(body, { ...options, env: this.env });
    if (answer.status !== 200) {
      this.#undelivered.push({ body, options });
      return null;
    }
    return (await answer.json<{ raw_event_id?: number }>()).raw_event_id ?? null;
  }

  /** Terra delivers again what was not taken. Answers how much is still not. */
  async deliverAgain(): Promise<number> {
    for (const { body, options } of this.#undelivered.splice(0)) await this.deliver(body, options);
    return this.#undelivered.length;
  }

  /** The queue gives its messages, those that are to come again too, until each is done or a dead letter. */
  async work(): Promise<void> {
    if (this.away.has('TERRA_EVENTS')) return;
    while (this.#queue.length > 0) {
      for (const message of await hand(this.#queue.splice(0), this.env, 'terra-events'))
        (message.deliveries > MAX_RETRIES ? this.#deadLetters : this.#queue).push(message);
    }
    this.#deadLetters.push(...(await hand(this.#deadLetters.splice(0), this.env, 'terra-events-dlq')));
  }

  /** Takes the messages of the queue away. */
  takeMessages(): readonly QueueMessage[] {
    return this.#queue.splice(0).map(({ body }) => body);
  }

  /** Time passes; at its end the cron of every five minutes comes, and the queue works. */
  async wait(ms: number): Promise<void> {
    vi.setSystemTime(Date.now() + ms);
    await this.cron('*/5 * * * *');
  }

  async cron(cron: string): Promise<void> {
    if (this.isCronLost) return;
    try {
      await worker.scheduled(createScheduledController({ cron }), withLimits(this.env));
    } catch (error) {
      // The platform shows a cron as failed, and the next one comes.
      this.#log.push(String(error));
    }
    await this.work();
  }

  /** Runs one command of the page. Answers what it prints. */
  async run(line: string): Promise<string> {
    const words = wordsOf(line, this.variables);
    const act = this.outside.get(line);
    if (act !== undefined) {
      await act();
      return '';
    }
    const [program, ...rest] = words;
    if (program === 'amy')
      return runAmy(
        rest,
        () => this.env,
        () => this.work(),
      );
    if (program === 'curl') return this.#curl(rest);
    if (program === 'sleep') {
      await this.wait(Number(rest[0]) * 1_000);
      return '';
    }
    if (line.startsWith('npm run wrangler -- tail --search ')) {
      return this.#log.filter((logged) => logged.includes(words.at(-1) ?? '')).join('\n');
    }
    throw new Error(`nobody knows what this does here: ${line}`);
  }

  async #curl(words: readonly string[]): Promise<string> {
    const url = words.find((word) => word.startsWith('http')) ?? '';
    const hasKey = words.includes(`x-admin-key: ${this.variables.AMY_ADMIN_KEY}`);
    const path = new URL(url).pathname;
    if (hasKey !== path.startsWith('/admin/')) throw new Error(`what ${path} is asked with the key of`);
    const answer = await asOperator(path, { env: this.env });
    await this.work();
    return answer.text();
  }
}

async function hand(messages: readonly Waiting[], used: Env, queue: string): Promise<readonly Waiting[]> {
  if (messages.length === 0) return [];
  const { retried } = await consume(
    messages.map(({ body }) => body),
    used,
    queue,
  );
  return messages
    .map(({ body, deliveries }) => ({ body, deliveries: deliveries + 1 }))
    .filter((_, at) => retried.includes(at));
}

function gone(service: Away): Error {
  return new Error(`${service}_ERROR: Network connection lost.`);
}

function databaseThatIsAway(): D1Database {
  const fail = () => Promise.reject(gone('DB'));
  const sentence = { bind: () => sentence, first: fail, all: fail, run: fail, raw: fail };
  return { prepare: () => sentence, batch: fail } as unknown as D1Database;
}

function bucketThatIsAway(): R2Bucket {
  const fail = () => Promise.reject(gone('RAW_PAYLOADS'));
  return {
    ...Object.fromEntries(
      ['put', 'get', 'head', 'delete', 'list', 'createMultipartUpload'].map((name) => [name, fail]),
    ),
  } as unknown as R2Bucket;
}

const TABLES = Object.keys(TABLE_COLUMNS).filter((table) => table !== 'commit_guard');

/** Nobody and nothing, as before the first delivery. */
export async function forgetEverything(): Promise<void> {
  await env.DB.batch([
    env.DB.prepare('pragma defer_foreign_keys = on'),
    ...TABLES.map((table) => env.DB.prepare(`delete from ${table}`)),
  ]);
}
