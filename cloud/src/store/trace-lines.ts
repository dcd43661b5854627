import type { SqliteTime } from '../clock.ts';
import { IS_SKIPPED } from './event-state.ts';
import type { AnyRow } from './raw-events.ts';
import { allRows, type Statement, statement } from './statements.ts';

/** Where a page of traces ended. */
export type TracePosition = readonly [ts: SqliteTime, rank: number, id: number];

export type TraceFilter = {
  readonly request_id?: string | undefined;
  readonly user_id?: string | undefined;
  readonly raw_event_id?: number | undefined;
  readonly level?: string | undefined;
  readonly since?: SqliteTime | undefined;
  readonly before?: TracePosition | undefined;
  readonly limit: number;
};

/**
 * Trace rows, newest first, with receipt and outcome of the events they speak of, which are columns of
 * raw_events and cost no row of their own. Those come where an id is asked for, and are told apart by
 * `rank`: at one instant receipt is older than what is traced, and that older than the outcome.
 */
export async function readTraceLines(db: D1Database, filter: TraceFilter): Promise<readonly AnyRow[]> {
  return allRows(db, traceLinesStatement(filter));
}

function traceLinesStatement(filter: TraceFilter): Statement {
  const [beforeTs = null, beforeRank = null, beforeId = null] = filter.before ?? [];
  const inPage = [
    ...(filter.level === undefined ? [] : ['level = ?4']),
    ...(filter.since === undefined ? [] : ['ts >= ?5']),
    ...(filter.before === undefined ? [] : ['ts <= ?6', '(ts < ?6 or rank < ?7 or (rank = ?7 and id < ?8))']),
  ];
  return statement(
    `with events as materialized (
  select id, received_at, processed_at, process_error, event_type, request_id, user_id, terra_user_id, duration_ms
  from raw_events
  where ${eventsAskedFor(filter)}
),
lines as (
  select ts, 1 as rank, id, request_id, user_id, terra_user_id, raw_event_id, level, event, message, data,
    duration_ms, error_name
  from trace_events
  where ${conjunction(idConditions(filter, 'raw_event_id'))}
  union all
  select received_at, 0, id, request_id, user_id, terra_user_id, id, 'info', 'webhook_received', event_type,
    null, null, null
  from events
  union all
  select processed_at, 2, id, request_id, user_id, terra_user_id, id, 'info',
    case when ${IS_SKIPPED} then 'normalize_skipped' else 'normalize_complete' end,
    process_error, null, duration_ms, null
  from events
  where processed_at is not null
)
select *
from lines
where ${conjunction(inPage)}
order by ts desc, rank desc, id desc
limit ?9`,
    filter.request_id ?? null,
    filter.user_id ?? null,
    filter.raw_event_id ?? null,
    filter.level ?? null,
    filter.since ?? null,
    beforeTs,
    beforeRank,
    beforeId,
    filter.limit,
  );
}

/** Only the conditions that are asked for: `?1 is null or ...` would keep SQLite from seeking. */
function idConditions(filter: TraceFilter, eventColumn: 'id' | 'raw_event_id'): readonly string[] {
  return [
    ...(filter.request_id === undefined ? [] : ['request_id = ?1']),
    ...(filter.user_id === undefined ? [] : ['user_id = ?2']),
    ...(filter.raw_event_id === undefined ? [] : [`${eventColumn} = ?3`]),
  ];
}

/** A request made one event at most; found from the newest on, since nothing indexes it. */
function eventsAskedFor(filter: TraceFilter): string {
  const conditions = idConditions(filter, 'id');
  if (conditions.length === 0 || (filter.level !== undefined && filter.level !== 'info')) return 'false';
  const isFoundByScan = filter.request_id !== undefined && conditions.length === 1;
  return isFoundByScan
    ? 'id = (select id from raw_events where request_id = ?1 order by id desc limit 1)'
    : conjunction(conditions);
}

function conjunction(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'true' : conditions.join('\n    and ');
}
