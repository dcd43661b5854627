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
  await noted(writeCronStart(env.DB, cron, isoTime(now())));
  let outcome: 'ok' | 'failed' = 'failed';
  try {
    await onCron(cron, env, now());
    outcome = 'ok';
  } finally {
    await noted(writeCronEnd(env.DB, cron, outcome, isoTime(now())));
  }
}

async function noted(writing: Promise<unknown>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    log('warn', 'cron_run_not_noted', { message: errorText(error) });
  }
}
