import { z } from 'zod';
import { isoTime, sqliteTime, type UnixMs } from '../clock.ts';
import type { TerraUserId } from '../ids.ts';
import { RECEIPT_LEARNED_AFTER_MS, RECEIPT_STEPS, RECEIPTS_A_STEP } from '../limits.ts';
import { HISTORY_RESOURCES } from '../normalize/event-types.ts';
import { retryLostRace } from '../store/guard.ts';
import {
  type KnownReceipts,
  type ReceivedEvent,
  readReceipts,
  readReceivedEvents,
  storeReceipts,
} from '../store/receipts.ts';
import { readSweep } from '../store/sweeps.ts';
import { type Receipts, withReceipt } from './habit.ts';

const receipts = z.object({
  last: z.number(),
  waits: z.array(z.tuple([z.number(), z.number()])),
});

/** What is kept of a connection's deliveries, by resource. */
export type ReceiptsByResource = Partial<Record<(typeof HISTORY_RESOURCES)[number], Receipts>>;

const byResource = z.partialRecord(z.enum(HISTORY_RESOURCES), receipts);

/** Null of a connection that nothing came of yet. */
export function readReceiptsText(text: string | null): ReceiptsByResource {
  return text === null ? {} : byResource.parse(JSON.parse(text));
}

/**
 * Learns from the events that came since the last run, each once. Answers whether all are through: before that nobody
 * can be judged, because what came may not be known yet. `stepEvents` a transaction.
 */
export async function learnReceipts(
  env: Env,
  nowMs: UnixMs,
  stepEvents: number = RECEIPTS_A_STEP,
): Promise<boolean> {
  for (let step = 0; step < RECEIPT_STEPS; step += 1) {
    const raced = await retryLostRace({ after: 'receipts' }, () => learnStep(env, nowMs, stepEvents));
    if (raced.state === 'lost_race') return false;
    if (raced.value) return true;
  }
  return false;
}

async function learnStep(env: Env, nowMs: UnixMs, stepEvents: number): Promise<boolean> {
  const afterId = Number((await readSweep(env.DB, 'receipts')) || '0');
  const before = sqliteTime(nowMs - RECEIPT_LEARNED_AFTER_MS);
  const { events, lastId, isEnd } = await readReceivedEvents(env.DB, afterId, before, stepEvents);
  if (lastId === null) return isEnd;
  const known = await readReceipts(env.DB, [...new Set(events.map(({ terraUserId }) => terraUserId))]);
  await storeReceipts(env.DB, learned(events, known), { afterId, lastId }, isoTime(nowMs));
  return isEnd;
}

/** The connections of which these events tell something new. */
function learned(events: readonly ReceivedEvent[], known: ReadonlyMap<TerraUserId, KnownReceipts>) {
  return [...Map.groupBy(events, ({ terraUserId }) => terraUserId)].flatMap(([terra_user_id, own]) => {
    const stored = known.get(terra_user_id);
    if (stored === undefined) return [];
    const before = readReceiptsText(stored.receipts);
    const after: ReceiptsByResource = { ...before };
    for (const { resource, receivedMs } of own) after[resource] = withReceipt(after[resource], receivedMs);
    const isNew = HISTORY_RESOURCES.some((resource) => after[resource] !== before[resource]);
    return isNew ? [{ terra_user_id, user_id: stored.user_id, receipts: JSON.stringify(after) }] : [];
  });
}
