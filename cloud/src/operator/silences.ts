import type { UnixMs } from '../clock.ts';
import { log } from '../log.ts';
import { catchUp } from './catch-up.ts';
import { findGaps } from './find-gaps.ts';
import { findOverdue } from './find-overdue.ts';
import { learnReceipts } from './learn-receipts.ts';

/**
 * What one tick does about data that stays away: learns what connections are used to, finds who is overdue by that and
 * which days are missing in between, and asks for them. Each part is bounded, however many people there are.
 */
export async function tendSilences(env: Env, nowMs: UnixMs): Promise<void> {
  const isAllLearned = await learnReceipts(env, nowMs);
  // What has come may not be counted yet: whoever seems silent may not be.
  const overdue = isAllLearned ? await findOverdue(env, nowMs) : 0;
  const gaps = await findGaps(env, nowMs);
  if (overdue + gaps > 0) log('info', 'silences_found', { overdue, gaps });
  await catchUp(env, nowMs);
}
