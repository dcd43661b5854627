import { isoTime } from '../clock.ts';
import { BACKFILL_SPACING_S, DRAIN_LEASE_MS, OUTBOX_SWEEP_ROWS } from '../limits.ts';
import { sendMessages } from './messages.ts';

/** Sends outbox rows whose message was lost or whose wait is over. Answers how many. */
export async function sweepOutbox(env: Env, nowMs: number): Promise<number> {
  const due = await env.DB.prepare(
    `update backfills set next_attempt_at = ?2
where id in (
  select id
  from backfills
  where status = 'pending'
    and next_attempt_at <= ?1
  order by next_attempt_at
  limit ${OUTBOX_SWEEP_ROWS}
)
returning id`,
  )
    .bind(isoTime(nowMs), isoTime(nowMs + DRAIN_LEASE_MS))
    .all<{ id: string }>();
  const messages = due.results.map(({ id }) => ({ backfillId: id }));
  await sendMessages(env.TERRA_EVENTS, messages, (position) => position * BACKFILL_SPACING_S);
  return messages.length;
}
