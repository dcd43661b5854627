import type { UnixMs } from '../clock.ts';
import type { EventOutcome } from '../contract/stats.ts';
import type { RawEventId } from '../ids.ts';
import { DAY_MS, HOUR_MS } from '../limits.ts';
import { daySlot } from './day-slots.ts';
import { rowSet, statementsForRows } from './row-sets.ts';
import { type Statement, statement } from './statements.ts';

const COLUMNS = ['outcome'] as const;

/** What comes late into a slot of another day counts as earlier. */
const ADD = `on conflict (slot, outcome) do update set
  earlier = earlier
    + iif(excluded.started_at > started_at, count, 0)
    + iif(excluded.started_at < started_at, excluded.count, 0),
  count = iif(excluded.started_at > started_at, 0, count)
    + iif(excluded.started_at < started_at, 0, excluded.count),
  started_at = max(started_at, excluded.started_at)`;

/** Counts outcomes, a row for each that occurs. */
export function countOutcomesStatements(
  outcomes: readonly EventOutcome[],
  nowMs: UnixMs,
): readonly Statement[] {
  const { slot, startedAt } = daySlot(nowMs);
  return statementsForRows(
    `insert into outcome_counts(slot, outcome, started_at, count, earlier)
select ?2, o.outcome, ?3, count(*), 0
from ${rowSet(COLUMNS)} o
where true
group by o.outcome
${ADD}`,
    COLUMNS,
    outcomes.map((outcome) => ({ outcome })),
    slot,
    startedAt,
  );
}

/** Counts a failure that is known only after the commit that did not happen, unless it did. */
export function countFailureStatement(id: RawEventId, nowMs: UnixMs): Statement {
  const { slot, startedAt } = daySlot(nowMs);
  return statement(
    `insert into outcome_counts(slot, outcome, started_at, count, earlier)
select ?2, 'failed', ?3, 1, 0
from raw_events
where id = ?1
  and processed_at is null
${ADD}`,
    id,
    slot,
    startedAt,
  );
}

/** Of one outcome: in the last hour, in the last day, and ever. */
export type OutcomeCount = {
  readonly outcome: string;
  readonly hour: number;
  readonly day: number;
  readonly ever: number;
};

export function outcomeCountsStatement(nowMs: UnixMs): Statement {
  return statement(
    `select outcome,
  coalesce(sum(count) filter (where started_at >= ?1), 0) as hour,
  coalesce(sum(count) filter (where started_at >= ?2), 0) as day,
  sum(count + earlier) as ever
from outcome_counts
group by outcome`,
    daySlot(nowMs - HOUR_MS).startedAt,
    daySlot(nowMs - DAY_MS).startedAt,
  );
}
