import type { Context } from 'hono';
import type { App } from '../app-env.ts';
import { sqliteTime } from '../clock.ts';
import { writeTrace } from '../store/traces.ts';

/** An operator's act leaves a trace: what was done and how much, never to whom. */
export async function recordAction(
  c: Context<App>,
  what: string,
  counts: Readonly<Record<string, unknown>>,
): Promise<void> {
  const trace = {
    level: 'info',
    event: 'admin_action',
    message: what,
    requestId: c.get('requestId'),
    details: counts,
  } as const;
  await writeTrace(c.env.DB, trace, sqliteTime(Date.now()));
}
