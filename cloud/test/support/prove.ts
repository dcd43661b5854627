import { createScheduledController, env } from 'cloudflare:test';
import { vi } from 'vitest';
import { isoTime } from '../../src/clock.ts';
import { asRawEventId, asTerraUploadId, asUserId, type RawEventId } from '../../src/ids.ts';
import worker from '../../src/index.ts';
import { HOUR_MS } from '../../src/limits.ts';
import { startRebuilds } from '../../src/operator/rebuilds.ts';
import type { EventMessage, RebuildMessage } from '../../src/queue/messages.ts';
import { storeUploadAnswerStatements } from '../../src/store/lab-upload-answers.ts';
import { storeNewLabUploadStatements } from '../../src/store/lab-uploads.ts';
import { releaseForLabUploadsStatements } from '../../src/store/releases.ts';
import { runAll } from '../../src/store/statements.ts';
import { admitPerson } from '../../src/store/users.ts';
import type { Consume, History, Step, Telling } from './histories.ts';
import { bodyOf, uploadId, userId } from './history-bodies.ts';
import {
  checkPeople,
  checkQuiet,
  checkRebuilt,
  checkRemade,
  readStored,
  type Stored,
} from './prove-checks.ts';
import { consume, deliver, envWithOutbox } from './stack.ts';
import { steppedEnv } from './stepped-env.ts';
import { erase } from './whole-person.ts';
import { shuffled } from './year.ts';

const START_MS = Date.UTC(2026, 2, 5, 12);
/** Histories come to rest in fewer than twenty rounds. */
const ROUNDS_MAX = 200;
/** The drain's own window: what has not come to rest by then never does. */
const REST_MS = 23 * HOUR_MS;
const BATCH_MAX = 20;

/**
 * Lives through a history on the Worker's own entry points, lets everything come to rest, and checks what is
 * stored: against the reference, against a replay of everything, and against a rebuild. Throws what differs.
 */
export async function prove(history: History): Promise<void> {
  vi.useFakeTimers({ toFake: ['Date'], now: START_MS });
  const { log, warn, error } = console;
  Object.assign(console, { log: () => {}, warn: () => {}, error: () => {} });
  try {
    await emptyEverything();
    const world = new World(history);
    for (const step of history.steps) await world.live(step);
    await world.comeToRest();
    const rested = await readStored();
    await checkPeople(rested, world.wiped);
    await world.replayAll(rested, 1);
    const replayed = await readStored();
    checkQuiet(rested, replayed);
    await world.rebuildAll(rested);
    const remade = await readStored();
    checkRemade(rested, remade);
    await checkPeople(remade, world.wiped);
    await forgetRows();
    await world.replayAll(rested, 2);
    checkRebuilt(rested, await readStored());
  } finally {
    Object.assign(console, { log, warn, error });
    vi.useRealTimers();
  }
}

/** Messages that this proof is about. */
type Waiting = EventMessage | RebuildMessage;

class World {
  readonly wiped = new Set<string>();
  private readonly told: Telling[] = [];
  private readonly history: History;
  private readonly base: Env;
  private readonly outbox: ReturnType<typeof envWithOutbox>['outbox'];
  private queue: Waiting[] = [];

  constructor(history: History) {
    this.history = history;
    const used = envWithOutbox({ ...env, INLINE_PAYLOAD_BYTES: String(history.inlineBytes) });
    this.base = used.env;
    this.outbox = used.outbox;
  }

  async live(step: Step): Promise<void> {
    switch (step.do) {
      case 'tell':
        wait(step.waitMs);
        this.told.push(step.telling);
        return this.deliver(step.telling, step.at);
      case 'repeat': {
        const telling = this.told[step.of % Math.max(1, this.told.length)];
        return telling === undefined ? undefined : this.deliver(telling, step.at);
      }
      case 'consume':
        return this.consume(step);
      case 'lose':
        this.take(step.size, step.from);
        return;
      case 'cron':
        wait(step.waitMs);
        return this.cron();
      case 'replay': {
        const row = await env.DB.prepare(
          'select id from raw_events order by id limit 1 offset ?1 % max(1, (select count(*) from raw_events))',
        )
          .bind(step.row)
          .first<{ id: RawEventId }>();
        if (row !== null) this.queue.push({ rawEventId: row.id, force: true });
        return;
      }
      case 'upload':
        return this.upload(step.user);
      case 'rebuild':
        return this.rebuild(step);
      case 'wipe':
        return this.wipe(step.user);
    }
  }

  private async deliver(telling: Telling, at: number | null): Promise<void> {
    const order = at === null ? {} : { orderingMs: START_MS + at * 1_000 };
    const response = await deliver(bodyOf(this.history, telling), { env: this.base, ...order });
    if (response.status !== 200) throw new Error(`the webhook answered ${response.status}`);
    this.collect();
  }

  /** Everything outstanding, then the cron, until a round changes nothing. */
  async comeToRest(): Promise<void> {
    const last = Date.now() + REST_MS;
    let before = '';
    for (let round = 0; ; round += 1) {
      if (round > ROUNDS_MAX) throw new Error(`it does not come to rest: ${before}`);
      for (let n = 0; this.queue.length > 0; n += 1) {
        if (n > 100) throw new Error('the queue does not run dry');
        await this.consumeAs(this.base, this.take(BATCH_MAX, n));
      }
      const { waiting, rows } = await progress();
      if (rows === before) return;
      before = rows;
      vi.setSystemTime(Math.min(last, Math.max(Date.now(), waiting + 1)));
      await this.cron();
    }
  }

  /** Every stored event once more, in an order of its own. */
  async replayAll({ events }: Stored, seed: number): Promise<void> {
    wait(1_000);
    const messages = shuffled(events, seed).map(({ id }) => ({
      rawEventId: asRawEventId(Number(id)),
      force: true,
    }));
    for (let start = 0; start < messages.length; start += BATCH_MAX) {
      await this.consumeAs(this.base, messages.slice(start, start + BATCH_MAX));
    }
    await this.comeToRest();
  }

  private async consume({ size, from, again, meanwhile }: Consume): Promise<void> {
    // Another consumer needs something to consume.
    const most = meanwhile === null ? size : Math.ceil(this.queue.length / 2);
    const batch = this.take(Math.min(size, most), from);
    if (batch.length === 0) return;
    if (again) this.queue.push(...batch);
    if (meanwhile === null) return this.consumeAs(this.base, batch);
    const stepped = steppedEnv(this.base, async (call, perform) => {
      if (call !== meanwhile.call) return perform();
      switch (meanwhile.happens) {
        case 'consumer':
          await this.consumeAs(this.base, this.take(meanwhile.size, 0));
          break;
        case 'twin':
          await this.consumeAs(this.base, batch.slice(0, meanwhile.size));
          break;
        case 'cron':
          wait(31_000);
          await this.cron();
          break;
        case 'wipe':
          await this.wipe(meanwhile.user);
          break;
        case 'fails':
          throw new Error('the network failed before the call');
        case 'answer_lost':
          await perform();
          throw new Error('the network failed after the call');
      }
      return perform();
    });
    return this.consumeAs(stepped.env, batch);
  }

  private async consumeAs(used: Env, batch: readonly Waiting[]): Promise<void> {
    if (batch.length === 0) return;
    const { acked, retried } = await consume(batch, used);
    if (acked.length + retried.length !== batch.length) throw new Error('a message was not answered');
    for (const position of retried) this.queue.push(...batch.slice(position, position + 1));
    this.collect();
  }

  private async cron(): Promise<void> {
    await worker.scheduled(createScheduledController({ cron: '*/5 * * * *' }), this.base);
    this.collect();
  }

  /** Terra has taken a lab report of the person. */
  private async upload(user: number): Promise<void> {
    const person = { userId: asUserId(userId(user)), id: `report-${user}` };
    const claims = { userId: person.userId, issuedAtMs: 0, sessionId: null, email: null };
    if ((await admitPerson(env.DB, claims, 0)).state === 'refused') return;
    const now = isoTime(Date.now());
    const answer = {
      terraStatus: 'submitted',
      terraUploadId: asTerraUploadId(uploadId(user)),
      terraResponse: '{}',
    };
    const known = await env.DB.prepare('select 1 from lab_uploads where id = ?').bind(person.id).first();
    if (known !== null) return;
    await runAll(env.DB, [
      ...storeNewLabUploadStatements(
        { ...person, storageKey: person.id, originalName: null, sha256: '' },
        now,
      ),
      ...storeUploadAnswerStatements({ ...person, ...answer }, now),
      ...releaseForLabUploadsStatements([asTerraUploadId(uploadId(user))], now, now),
    ]);
  }

  private async rebuild({ user, by }: Extract<Step, { do: 'rebuild' }>): Promise<void> {
    const person = asUserId(userId(user));
    if (by !== 'cron') await startRebuilds(this.base, [person], by === 'dry_run', Date.now());
    else {
      await env.DB.prepare('update users set rules = null where id = ?').bind(person).run();
      await this.cron();
    }
    this.collect();
  }

  /** Everybody's rows, made anew. */
  async rebuildAll({ tables }: Stored): Promise<void> {
    const people = tables.users.map(({ id }) => asUserId(String(id)));
    await startRebuilds(this.base, people, false, Date.now());
    this.collect();
    await this.comeToRest();
  }

  private async wipe(user: number): Promise<void> {
    await erase(userId(user));
    this.wiped.add(userId(user));
  }

  /** Takes messages out of the queue, from anywhere in it. */
  private take(size: number, from: number): Waiting[] {
    const start = from % Math.max(1, this.queue.length);
    const taken = [...this.queue.slice(start), ...this.queue.slice(0, start)].slice(0, size);
    this.queue = this.queue.filter((message) => !taken.includes(message));
    return taken;
  }

  /** What the Worker has sent. Requests for history are none of this proof's business. */
  private collect(): void {
    for (const message of this.outbox.messages.splice(0)) {
      if ('rawEventId' in message || 'rebuildId' in message) this.queue.push(message);
    }
  }
}

/** Where every event stands, and until when the drain leaves one alone. */
async function progress(): Promise<{ rows: string; waiting: number }> {
  const { results } = await env.DB.prepare(
    `select id, processed_at, process_error, next_attempt_at from raw_events
union all
select id, finished_at, state, next_attempt_at from rebuilds
order by id`,
  ).all<Record<string, string | null>>();
  const waiting = results
    .filter((row) => row.processed_at === null)
    .map((row) => Date.parse(row.next_attempt_at ?? '') || 0);
  const rows = results.map((row) => [row.id, row.processed_at === null, row.process_error]);
  return { rows: JSON.stringify(rows), waiting: Math.max(0, ...waiting) };
}

const ROW_TABLES = [
  'daily_summary',
  'sleep_sessions',
  'activities',
  'biomarkers_raw',
  'biomarker_days',
  'item_homes',
  'lab_sessions',
  'tombstones',
];

/** Typed rows and all that is remembered about them; the events stay. */
async function forgetRows(): Promise<void> {
  await env.DB.batch(ROW_TABLES.map((table) => env.DB.prepare(`delete from ${table}`)));
}

/** No person, event or payload is left. */
export async function emptyEverything(): Promise<void> {
  const tables = [
    ...ROW_TABLES,
    ...['lab_reports', 'lab_uploads', 'terra_connections', 'backfills', 'large_requests', 'users'],
    ...['raw_events', 'trace_events', 'erased_subjects', 'rebuilds', 'rebuild_events'],
  ];
  await env.DB.batch(tables.map((table) => env.DB.prepare(`delete from ${table}`)));
  const { objects } = await env.RAW_PAYLOADS.list();
  if (objects.length > 0) await env.RAW_PAYLOADS.delete(objects.map(({ key }) => key));
}

function wait(ms: number): void {
  vi.setSystemTime(Date.now() + ms);
}
