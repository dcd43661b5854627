import { drain } from '../ingest/drain.ts';
import { sweepOutbox } from '../ingest/outbox.ts';
import { log } from '../log.ts';

/** Runs what a cron expression stands for. The platform fires at least once, and may overlap. */
export async function onCron(cron: string, env: Env, nowMs: number): Promise<void> {
  switch (cron) {
    case '*/5 * * * *':
      await drain(env, nowMs);
      await sweepOutbox(env, nowMs);
      break;
    default:
      log('error', 'unknown_cron', { cron });
  }
}
