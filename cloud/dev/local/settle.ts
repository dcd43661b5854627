import { z } from 'zod';
import { DRAIN_LEASE_MS } from '../../src/limits.ts';
import type { TerraSimulator } from '../terra/simulator.ts';
import { DRAIN_CRON, type LocalWorker } from './worker.ts';

/** What `GET /admin/stats` says of the queue's work. */
const stats = z.looseObject({
  backlog: z.number(),
  outbox_pending: z.number(),
  outbox_waiting: z.number(),
  outbox_next_attempt_at: z.string().nullable(),
  outbox_waiting_error: z.string().nullable(),
  events: z.number(),
  normalized: z.number(),
  skipped: z.number(),
  errors: z.record(z.string(), z.number()),
});

export type StackStats = z.infer<typeof stats>;

const POLL_MS = 200;

/** Reads the operator's figures. Throws when the Worker does not give them. */
export async function readStats(url: string, adminKey: string): Promise<StackStats> {
  const response = await fetch(`${url}/admin/stats`, { headers: { 'x-admin-key': adminKey } });
  if (!response.ok) throw new Error(`GET /admin/stats answered ${response.status}`);
  return stats.parse(await response.json());
}

export type SettleOptions = {
  readonly worker: LocalWorker;
  readonly adminKey: string;
  readonly terra: TerraSimulator;
  readonly timeoutMs: number;
  readonly onProgress: (figures: StackStats) => void;
};

/** The local queue is kept in memory: what a restart of the Worker loses, the drain brings back. */
const DRAIN_EVERY_MS = 10_000;

/**
 * Waits until nothing is on its way: no request to Terra, no delivery, no event that is neither processed nor
 * parked. The cron ticks meanwhile. A request that Terra put off is waited for where its time is near; one that
 * still waits at the end is in the answer's `outbox_waiting`, and no failure. Throws after `timeoutMs` with
 * what is left otherwise.
 */
export async function settled({
  worker,
  adminKey,
  terra,
  timeoutMs,
  onProgress,
}: SettleOptions): Promise<StackStats> {
  const deadline = Date.now() + timeoutMs;
  let nextDrain = Date.now() + DRAIN_EVERY_MS;
  for (;;) {
    const before = await readStats(worker.url, adminKey);
    await terra.settled();
    const after = await readStats(worker.url, adminKey);
    onProgress(after);
    if (Date.now() > nextDrain) {
      await worker.tick(DRAIN_CRON);
      nextDrain = Date.now() + DRAIN_EVERY_MS;
    }
    const isOver = Date.now() > deadline;
    const isStill = after.backlog === 0 && before.events === after.events;
    if (isStill && [before, after].every((figures) => isSent(figures, isOver))) return after;
    if (isOver) {
      throw new Error(`after ${timeoutMs / 1_000} s there is still work left: ${JSON.stringify(after)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/**
 * Whether every request to Terra is sent or waits for a later time. One that the sweep has just put into the
 * queue looks as if it waited for the length of its lease, so only a longer wait is known to be one.
 */
function isSent(figures: StackStats, isOver: boolean): boolean {
  if (figures.outbox_pending === 0) return true;
  if (figures.outbox_pending > figures.outbox_waiting) return false;
  const next = Date.parse(figures.outbox_next_attempt_at ?? '');
  return isOver || next > Date.now() + DRAIN_LEASE_MS;
}
