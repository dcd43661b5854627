import type { UnixMs } from '../clock.ts';
import { throwTogether } from '../errors.ts';
import { log } from '../log.ts';
import { catchUp } from './catch-up.ts';
import { findGaps } from './find-gaps.ts';
import { findOverdue } from './find-overdue.ts';
import { learnReceipts } from './learn-receipts.ts';

/**
 * What one tick does about data that stays away: learns what connections are used to, finds who is overdue by that and
 * which days are missing in between, and asks for them. Each part is bounded, however many people there are; one that
 * fails neither stops nor hides the others.
 */
export async function tendSilences(env: Env, nowMs: UnixMs): Promise<void> {
  const failures: unknown[] = [];
  const part = (work: Promise<number>) =>
    work.catch((error: unknown) => {
      failures.push(error);
      return 0;
    });
  const overdue = await part(learnAndJudge(env, nowMs));
  const gaps = await part(findGaps(env, nowMs));
  if (overdue + gaps > 0) log('info', 'silences_found', { overdue, gaps });
  await part(catchUp(env, nowMs));
  throwTogether(failures);
}

/** Judges nobody before all is learned: what has come may not be counted yet, and whoever seems silent may not be. */
async function learnAndJudge(env: Env, nowMs: UnixMs): Promise<number> {
  return (await learnReceipts(env, nowMs)) ? findOverdue(env, nowMs) : 0;
}
