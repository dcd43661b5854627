import { isoTime } from '../clock.ts';
import { errorText } from '../errors.ts';
import { log } from '../log.ts';
import { writeCronEnd, writeCronStart } from '../store/cron-runs.ts';
import { onCron } from './schedule.ts';

/**
 * Runs a cron and notes when, and how it ended: what an operator sees of a cron that does not come any more. The run
 * matters and its note does not: a note that fails is a line in the log.
 */
export async function notedRun(cron: string, env: Env, now: () => number): Promise<void> {
  const startedAt = isoTime(now());
  await noted(writeCronStart(env.DB, cron, startedAt));
  let outcome: 'ok' | 'failed' = 'failed';
  try {
    await onCron(cron, env, now());
    outcome = 'ok';
  } finally {
    const run = { cron, started_at: startedAt, finished_at: isoTime(now()), outcome };
    await noted(writeCronEnd(env.DB, run));
  }
}

async function noted(writing: Promise<unknown>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    log('warn', 'cron_run_not_noted', { message: errorText(error) });
  }
}
