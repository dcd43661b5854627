import type { UnixMs } from '../clock.ts';
import type { SignatureReason } from '../contract/stats.ts';
import { DAY_MS, HOUR_MS, REJECTED_COUNT_MAX } from '../limits.ts';
import { daySlot } from './day-slots.ts';
import { type Statement, statement } from './statements.ts';

/**
 * Counts refusals of a reason. A count that has reached its most is not written any more, and means "at least". One
 * that comes late into a slot of another day is not counted.
 */
export function countRejectionStatement(reason: SignatureReason, weight: number, nowMs: UnixMs): Statement {
  const { slot, startedAt } = daySlot(nowMs);
  return statement(
    `insert into rejected_signatures(slot, reason, started_at, count)
values (?1, ?2, ?3, ?4)
on conflict (slot, reason) do update set
  count = iif(started_at = excluded.started_at, min(count + excluded.count, ${REJECTED_COUNT_MAX}), excluded.count),
  started_at = excluded.started_at
where excluded.started_at > started_at
  or (excluded.started_at = started_at and count < ${REJECTED_COUNT_MAX})`,
    slot,
    reason,
    startedAt,
    weight,
  );
}

/** How often each reason was given in the slots of the last hour and of the last day. */
export type RejectionCount = { readonly reason: string; readonly hour: number; readonly day: number };

export function rejectionCountsStatement(nowMs: UnixMs): Statement {
  return statement(
    `select reason, coalesce(sum(count) filter (where started_at >= ?1), 0) as hour, sum(count) as day
from rejected_signatures
where started_at >= ?2
group by reason`,
    daySlot(nowMs - HOUR_MS).startedAt,
    daySlot(nowMs - DAY_MS).startedAt,
  );
}
