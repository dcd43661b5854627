import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FIXED_SECRETS } from '../local/fixed-secrets.ts';
import { readStats } from '../local/settle.ts';
import { DRAIN_CRON, type LocalWorker, startLocalWorker } from '../local/worker.ts';
import { deliverSigned } from '../terra/delivery/deliver-signed.ts';
import { tableBytes } from './table-bytes.ts';
import { bodiesOf, type Case } from './year.ts';

const NIGHT_CRON = '30 3 * * *';
const DELIVERIES_AT_ONCE = 8;
const PROCESSED_TIMEOUT_MS = 600_000;
const POLL_MS = 250;
/** A run makes 50 objects, of 1,000 events each: more than a year of one person. */
const MOVES = 2;

export type Measured = {
  readonly events: number;
  readonly bodyBytes: number;
  /** Bytes by table, of what was added to an empty database. */
  readonly before: ReadonlyMap<string, number>;
  readonly after: ReadonlyMap<string, number>;
};

export type StorageOptions = {
  /** The repository. */
  readonly root: string;
  /** YYYY-MM-DD, the last date. */
  readonly until: string;
  readonly days: number;
  readonly onProgress: (line: string) => void;
};

/** Sends days of one person to the Worker in workerd, and reads the pages of its database before and after the move. */
export async function storageRun(one: Case, options: StorageOptions): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'amy-storage-'));
  try {
    return await measure(one, options, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(one: Case, options: StorageOptions, folder: string): Promise<Measured> {
  const [state, scratch, temporary] = ['state', 'scratch', 'tmp'].map((name) => join(folder, name));
  if (state === undefined || scratch === undefined || temporary === undefined) throw new Error('no folder');
  mkdirSync(temporary);
  // What is processed is old at once, so that a year need not pass.
  const during = async (work: (worker: LocalWorker) => Promise<void>) => {
    const worker = await startLocalWorker({
      root: options.root,
      state,
      port: 0,
      variables: { ...FIXED_SECRETS, TERRA_API_URL: 'http://127.0.0.1:9/v2', PAYLOAD_RETENTION_DAYS: '0' },
      environment: { TMPDIR: temporary },
    });
    try {
      await work(worker);
    } finally {
      await worker.stop();
    }
  };
  await during(async () => undefined);
  const empty = tableBytes(state, scratch);
  const sent = { events: 0, bodyBytes: 0 };
  await during(async (worker) => {
    await deliverAll(worker, bodiesOf(one, options.until, options.days), (body) => {
      sent.events += 1;
      sent.bodyBytes += body.byteLength;
      if (sent.events % 500 === 0) options.onProgress(`${sent.events} events`);
    });
    await processed(worker, sent.events);
  });
  const before = tableBytes(state, scratch);
  await during(async (worker) => {
    await worker.tick(NIGHT_CRON);
    for (let turn = 0; turn < MOVES; turn += 1) await worker.tick(DRAIN_CRON);
  });
  return {
    ...sent,
    before: less(before, empty),
    after: less(tableBytes(state, scratch), empty),
  };
}

async function deliverAll(
  worker: LocalWorker,
  bodies: Iterator<string>,
  onSent: (body: Uint8Array) => void,
): Promise<void> {
  let orderingMs = Date.now() - 3_600_000;
  const deliverInTurn = async () => {
    for (let next = bodies.next(); next.done !== true; next = bodies.next()) {
      const body = new TextEncoder().encode(next.value);
      orderingMs += 1;
      const response = await deliverSigned(worker.url, FIXED_SECRETS.TERRA_SIGNING_SECRET, body, {
        'x-terra-ordering-timestamp': String(orderingMs),
        'x-terra-trace-id': crypto.randomUUID(),
      });
      if (response.status !== 200) throw new Error(`a delivery was answered ${await response.text()}`);
      onSent(body);
    }
  };
  await Promise.all(Array.from({ length: DELIVERIES_AT_ONCE }, deliverInTurn));
}

async function processed(worker: LocalWorker, count: number): Promise<void> {
  const deadline = Date.now() + PROCESSED_TIMEOUT_MS;
  for (;;) {
    const stats = await readStats(worker.url, FIXED_SECRETS.AMY_ADMIN_KEY);
    if (stats.normalized === count) return;
    if (Date.now() > deadline)
      throw new Error(`${count} events were to be normalized: ${JSON.stringify(stats)}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function less(
  full: ReadonlyMap<string, number>,
  empty: ReadonlyMap<string, number>,
): ReadonlyMap<string, number> {
  return new Map([...full].map(([table, bytes]) => [table, bytes - (empty.get(table) ?? 0)]));
}
