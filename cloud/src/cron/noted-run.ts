import { isoTime } from '../clock.ts';
import { writeCronEnd, writeCronStart } from '../store/cron-runs.ts';
import { onCron } from './schedule.ts';

/** Runs a cron and notes when, and how it ended: what an operator sees of a cron that does not come any more. */
export async function notedRun(cron: string, env: Env, now: () => number): Promise<void> {
  await writeCronStart(env.DB, cron, isoTime(now()));
  let outcome: 'ok' | 'failed' = 'failed';
  try {
    await onCron(cron, env, now());
    outcome = 'ok';
  } finally {
    await writeCronEnd(env.DB, cron, outcome, isoTime(now()));
  }
}
