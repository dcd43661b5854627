import { z } from 'zod';
import type { TerraSimulator } from '../terra/simulator.ts';
import { DRAIN_CRON, type LocalWorker } from './worker.ts';

/** What `GET /admin/stats` says of the queue's work. */
const stats = z.looseObject({
  backlog: z.number(),
  outbox_pending: z.number(),
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
 * parked. The cron ticks meanwhile. Throws after `timeoutMs` with what is left.
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
    const isQuiet = before.outbox_pending === 0 && after.outbox_pending === 0 && after.backlog === 0;
    if (isQuiet && before.events === after.events) return after;
    if (Date.now() > deadline) {
      throw new Error(`after ${timeoutMs / 1_000} s there is still work left: ${JSON.stringify(after)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
