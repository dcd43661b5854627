import type { RawEventId, UserId } from '../ids.ts';
import {
  QUEUE_BATCH_BYTES,
  REBUILD_EVENTS_A_STEP,
  REBUILD_EVENTS_LISTED,
  UNKNOWN_PAYLOAD_BYTES,
} from '../limits.ts';
import { IS_SKIPPED } from './event-state.ts';
import { EVENT_COLUMNS, type RawEventRow } from './raw-events.ts';
import { statementsForValues } from './row-sets.ts';
import { allRows, type Statement, statement } from './statements.ts';

/**
 * Which of a person's events a rebuild has in. No time is compared: an event is in the list or is not, however late
 * and at whichever Worker's clock it was processed.
 */

/**
 * An event that has taken effect: it has its owner from an outcome. One that was set back by hand and waits to be
 * normalized again has too; its rows are still there.
 */
const IS_IN_EFFECT = `(processed_at is not null or process_error is null) and (${IS_SKIPPED}) is not true`;

/** Events in effect of the user `?1` that are not listed, from an index of their own events. */
const UNLISTED = `from raw_events indexed by idx_raw_user
where user_id = ?1
  and ${IS_IN_EFFECT}
  and not exists (
    select 1 from rebuild_events e where e.user_id = ?1 and e.is_folded = 0 and e.raw_event_id = raw_events.id
  )
  and not exists (
    select 1 from rebuild_events e where e.user_id = ?1 and e.is_folded = 1 and e.raw_event_id = raw_events.id
  )`;

/** Listed for the user `?1`, and meanwhile deleted, blanked or somebody else's. */
const LOST = `from rebuild_events l
left join raw_events on raw_events.id = l.raw_event_id
where l.user_id = ?1
  and (
    raw_events.user_id is not l.user_id
    or (${IS_SKIPPED}) is true
  )`;

/** Lists more of the person's events, a bounded number; answers how many by the rows it changes. */
export function listEventsStatement(userId: UserId): Statement {
  return statement(
    `insert into rebuild_events(user_id, is_folded, raw_event_id)
select ?1, 0, id
${UNLISTED}
limit ${REBUILD_EVENTS_LISTED}`,
    userId,
  );
}

/** The rebuild goes on to the next state where every event in effect is listed, and every listed one that is there folded. */
export function advanceWhenListedStatement(userId: UserId, state: 'folding' | 'finishing'): Statement {
  const isFolded = `
  and not exists (
    select 1
    from rebuild_events e
    join raw_events r on r.id = e.raw_event_id
    where e.user_id = ?1 and e.is_folded = 0
  )`;
  return statement(
    `update rebuilds set
  state = ?2,
  position = null
where user_id = ?1
  and finished_at is null
  and not exists (select 1 ${UNLISTED})${state === 'finishing' ? isFolded : ''}`,
    userId,
    state,
  );
}

/** The next events to fold, as many as one attempt takes, payloads included. */
export async function readListedEvents(db: D1Database, userId: UserId): Promise<readonly RawEventRow[]> {
  return allRows(
    db,
    statement(
      `with waiting as materialized (
  select raw_event_id
  from rebuild_events
  where user_id = ?1
    and is_folded = 0
  order by raw_event_id
  limit ${REBUILD_EVENTS_A_STEP}
),
sized as (
  select r.id, coalesce(r.payload_bytes, ${UNKNOWN_PAYLOAD_BYTES}) as bytes,
    sum(coalesce(r.payload_bytes, ${UNKNOWN_PAYLOAD_BYTES})) over (order by r.id) as up_to
  from waiting w
  join raw_events r on r.id = w.raw_event_id
)
select ${EVENT_COLUMNS}
from raw_events
where id in (
  select id
  from sized
  where up_to <= ${QUEUE_BATCH_BYTES}
    or up_to = bytes
)
order by id`,
      userId,
    ),
  );
}

export function markFoldedStatements(userId: UserId, ids: readonly RawEventId[]): readonly Statement[] {
  return statementsForValues(
    `update rebuild_events set is_folded = 1
where user_id = ?2
  and is_folded = 0
  and raw_event_id in (select value from json_each(?1))`,
    ids,
    userId,
  );
}

/** One row: whether events are not listed, whether listed ones are not folded, and whether some are lost. */
export function completenessStatement(userId: UserId): Statement {
  return statement(
    `select
  exists (select 1 ${UNLISTED}) as has_unlisted,
  exists (select 1 from rebuild_events where user_id = ?1 and is_folded = 0) as has_unfolded,
  exists (select 1 ${LOST}) as has_lost`,
    userId,
  );
}

/** Fails the commit as a lost race does, unless what was folded is exactly what has taken effect. */
export function completenessGuardStatement(userId: UserId): Statement {
  return statement(
    `insert into commit_guard(stale)
select 1
where exists (select 1 ${UNLISTED})
  or exists (select 1 from rebuild_events where user_id = ?1 and is_folded = 0)
  or exists (select 1 ${LOST})`,
    userId,
  );
}
