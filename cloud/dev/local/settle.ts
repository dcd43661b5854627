import { z } from 'zod';
import { DRAIN_LEASE_MS } from '../../src/limits.ts';
import type { TerraSimulator } from '../terra/simulator.ts';
import { DRAIN_CRON, type LocalWorker } from './worker.ts';

/** What `GET /admin/stats` says of the queue's work. */
const stats = z.looseObject({
  backlog: z.number(),
  oldest_unprocessed: z.string().nullable(),
  outbox_pending: z.number(),
  outbox_waiting: z.number(),
  outbox_next_attempt_at: z.string().nullable(),
  outbox_waiting_reasons: z.array(
    z.object({ reason: z.string(), requests: z.number(), next_attempt_at: z.string() }),
  ),
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
  readonly worker: Pick<LocalWorker, 'url' | 'tick'>;
  readonly adminKey: string;
  readonly terra: Pick<TerraSimulator, 'settled'>;
  /** How long nothing may move while events are on their way. */
  readonly stuckMs: number;
  /** How long nothing may move while only requests to Terra are left. */
  readonly patienceMs: number;
  readonly onProgress: (figures: StackStats) => void;
};

/** The local queue is kept in memory: what a restart of the Worker loses, the drain brings back. */
const DRAIN_EVERY_MS = 10_000;

/**
 * Waits until nothing is on its way: no request to Terra, no delivery, no event that is neither processed nor
 * parked, however long that takes while it moves. The cron ticks meanwhile. A request that Terra put off is waited
 * for where its time is near; one that waits longer is in the answer's `outbox_pending`, and no failure. Throws
 * where events are left and nothing moves any more.
 */
export async function settled({
  worker,
  adminKey,
  terra,
  stuckMs,
  patienceMs,
  onProgress,
}: SettleOptions): Promise<StackStats> {
  let moved = { figures: '', atMs: Date.now() };
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
    const isStill = after.backlog === 0 && before.events === after.events;
    if (isStill && [before, after].every(isSent)) return after;
    const figures = whatMoves(after);
    if (figures !== moved.figures) moved = { figures, atMs: Date.now() };
    const stillMs = Date.now() - moved.atMs;
    if (isStill && stillMs >= patienceMs) return after;
    if (stillMs >= stuckMs) throw new Error(stuck(after, stillMs));
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function whatMoves({ events, normalized, skipped, backlog, errors, outbox_pending }: StackStats): string {
  return JSON.stringify([events, normalized, skipped, backlog, errors, outbox_pending]);
}

function stuck(figures: StackStats, stillMs: number): string {
  const { backlog, oldest_unprocessed: oldest } = figures;
  return [
    `${backlog} ${backlog === 1 ? 'event is' : 'events are'} on the way, the oldest since ${oldest}, and nothing moved for ${Math.round(stillMs / 1_000)} s.`,
    'What is stored is kept: `npm start` goes on from there, and with AMY_STATE=<another folder> it begins anew.',
    `The figures: ${JSON.stringify(figures)}`,
  ].join('\n');
}

/**
 * Whether every request to Terra is sent or waits for a later time. One that the sweep has just put into the
 * queue looks as if it waited for the length of its lease, so only a longer wait is known to be one.
 */
function isSent(figures: StackStats): boolean {
  if (figures.outbox_pending === 0) return true;
  if (figures.outbox_pending > figures.outbox_waiting) return false;
  return Date.parse(figures.outbox_next_attempt_at ?? '') > Date.now() + DRAIN_LEASE_MS;
}
