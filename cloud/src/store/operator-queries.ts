import { type Statement, statement } from './statements.ts';

/** Columns of a raw event in an operator's lists; the error is cut in SQL where a list asks for it. */
export const RAW_EVENT_COLUMNS = `id, received_at, event_type, provider, terra_user_id, reference_id, user_id,
  attempts, next_attempt_at, processed_at, process_error, dead_lettered_at, resolved_at`;

/** What needs an operator: unprocessed with an error, or processed with one that was not on purpose. */
export function selectDeadLetterQueue(errorChars: number, limit: number): Statement {
  return statement(
    `select ${RAW_EVENT_COLUMNS.replace('process_error', 'substr(process_error, 1, ?1) as process_error')},
  dead_lettered_at is not null as dead_lettered
from raw_events
where process_error is not null
  and substr(process_error, 1, 8) <> 'skipped:'
  and resolved_at is null
order by id desc
limit ?2`,
    errorChars,
    limit,
  );
}

export type DrainFilter = {
  readonly event_type?: string | undefined;
  readonly user_id?: string | undefined;
  /** The error, or how it begins. */
  readonly error?: string | undefined;
  readonly limit: number;
};

/** Unprocessed rows, oldest first, whatever their age or error. */
export function selectUnprocessed(filter: DrainFilter): Statement {
  return statement(
    `select id, payload_bytes
from raw_events
where processed_at is null
  and (?1 is null or event_type = ?1)
  and (?2 is null or user_id = ?2 or reference_id = ?2)
  and (?3 is null or substr(process_error, 1, length(?3)) = ?3)
order by id
limit ?4`,
    filter.event_type ?? null,
    filter.user_id ?? null,
    filter.error ?? null,
    filter.limit,
  );
}

export function selectRawEvent(id: number): Statement {
  return statement('select * from raw_events where id = ?1', id);
}

export type TraceFilter = {
  readonly request_id?: string | undefined;
  readonly user_id?: string | undefined;
  readonly raw_event_id?: number | undefined;
  readonly level?: string | undefined;
  /** In SQLite's form. */
  readonly since?: string | undefined;
  /** The `position` of the last row of the page before. */
  readonly before?: string | undefined;
  readonly limit: number;
};

/**
 * Trace rows, newest first, with receipt and outcome of the events they speak of, which are columns of
 * raw_events and cost no row of their own. Those come where an id is asked for.
 */
export function selectTraces(filter: TraceFilter): Statement {
  return statement(
    `with events as materialized (
  select *
  from raw_events
  where id in (
    select id from raw_events where id = ?3
    union all
    select id from raw_events where ?2 is not null and user_id = ?2
    union all
    select * from (select id from raw_events where ?1 is not null and request_id = ?1 order by id desc limit 1)
  )
    and (?2 is null or user_id = ?2)
),
lines as (
  select ts, 'trace:' || printf('%012d', id) as origin, request_id, user_id, terra_user_id, raw_event_id, level,
    event, message, data, duration_ms, error_name
  from trace_events
  where (?1 is null or request_id = ?1)
    and (?2 is null or user_id = ?2)
    and (?3 is null or raw_event_id = ?3)
  union all
  select received_at, 'event:' || printf('%012d', id), request_id, user_id, terra_user_id, id, 'info',
    'webhook_received', event_type, null, null, null
  from events
  union all
  select processed_at, 'event:' || printf('%012d', id), request_id, user_id, terra_user_id, id, 'info',
    case when substr(process_error, 1, 8) = 'skipped:' then 'normalize_skipped' else 'normalize_complete' end,
    process_error, null, duration_ms, null
  from events
  where processed_at is not null
)
select *, ts || ' ' || origin || ' ' || event as position
from lines
where (?4 is null or level = ?4)
  and (?5 is null or ts >= ?5)
  and (?6 is null or ts || ' ' || origin || ' ' || event < ?6)
order by position desc
limit ?7`,
    filter.request_id ?? null,
    filter.user_id ?? null,
    filter.raw_event_id ?? null,
    filter.level ?? null,
    filter.since ?? null,
    filter.before ?? null,
    filter.limit,
  );
}
