import type { SqliteTime } from '../clock.ts';
import type { RawEventId } from '../ids.ts';
import { TRACED_EVENTS_MAX } from '../limits.ts';
import { EVENT_LINE_COLUMNS, EVENT_LINES, TRACE_RANK } from './event-lines.ts';
import { allRows, type Statement, statement } from './statements.ts';

/** Where a page of traces ended. */
export type TracePosition = readonly [ts: SqliteTime, rank: number, id: number];

export type TraceFilter = {
  readonly user_id?: string | undefined;
  readonly raw_event_id?: number | undefined;
  /** A request, and the events it is about. */
  readonly request?: { readonly id: string; readonly events: readonly RawEventId[] } | undefined;
  readonly level?: string | undefined;
  readonly since?: SqliteTime | undefined;
  readonly after?: TracePosition | undefined;
  readonly order: 'newest' | 'oldest';
  readonly limit: number;
};

export type StoredLine = {
  readonly ts: SqliteTime;
  readonly rank: number;
  readonly id: number;
  readonly request_id: string | null;
  readonly user_id: string | null;
  readonly terra_user_id: string | null;
  readonly raw_event_id: number | null;
  readonly level: string;
  readonly event: string;
  readonly message: string | null;
  readonly data: string | null;
  readonly duration_ms: number | null;
  readonly error_name: string | null;
};

/**
 * Lines in order of time: trace rows, and where a person, a request or an event is asked for what the events' own rows
 * tell (event-lines.ts). At one instant they are told apart by `rank`: receipt is older than what is traced, and that
 * older than the outcome.
 */
export async function readTraceLines(db: D1Database, filter: TraceFilter): Promise<readonly StoredLine[]> {
  const { user_id, raw_event_id, request } = filter;
  const isOfAll = user_id === undefined && raw_event_id === undefined && request === undefined;
  return allRows(db, isOfAll ? everybodysStatement(filter) : storiesStatement(filter));
}

const COLUMNS = `ts, ${TRACE_RANK} as rank, id, request_id, user_id, terra_user_id, raw_event_id, level, event, message,
  data, duration_ms, error_name`;

/** An index gives the order, so that a page costs the same whatever is stored; infos are found among all lines. */
function everybodysStatement(filter: TraceFilter): Statement {
  const isRare = filter.level === 'warn' || filter.level === 'error';
  return statement(
    `select ${COLUMNS}
from trace_events indexed by ${isRare ? 'idx_trace_alarms' : 'idx_trace_ts'}
where ${conjunction([...(isRare ? ["level != 'info'"] : []), ...pageConditions(filter, `${TRACE_RANK}`)])}
order by ts ${direction(filter)}, id ${direction(filter)}
limit ?10`,
    ...parametersOf(filter),
  );
}

function storiesStatement(filter: TraceFilter): Statement {
  const way = direction(filter);
  return statement(
    `with events as materialized (
  select ${EVENT_LINE_COLUMNS}
  from raw_events
  where ${eventsAskedFor(filter)}
),
lines as (
  select ${COLUMNS}
  from trace_events
  where ${tracesAskedFor(filter)}
  union all
  ${EVENT_LINES}
)
select *
from lines
where ${conjunction(pageConditions(filter, 'rank'))}
order by ts ${way}, rank ${way}, id ${way}
limit ?10`,
    ...parametersOf(filter),
  );
}

function parametersOf({ user_id, raw_event_id, request, level, since, after, limit }: TraceFilter) {
  const [ts = null, rank = null, id = null] = after ?? [];
  return [
    user_id ?? null,
    raw_event_id ?? null,
    request?.id ?? null,
    JSON.stringify(request?.events ?? []),
    level ?? null,
    since ?? null,
    ts,
    rank,
    id,
    limit,
  ];
}

function direction({ order }: TraceFilter): 'asc' | 'desc' {
  return order === 'newest' ? 'desc' : 'asc';
}

/** Only the conditions that are asked for: `?1 is null or ...` would keep SQLite from seeking. */
function pageConditions({ level, since, after, order }: TraceFilter, rank: string): readonly string[] {
  const beyond = order === 'newest' ? '<' : '>';
  return [
    ...(level === undefined ? [] : ['level = ?5']),
    ...(since === undefined ? [] : ['ts >= ?6']),
    ...(after === undefined
      ? []
      : [
          `ts ${beyond}= ?7`,
          `(ts ${beyond} ?7 or ${rank} ${beyond} ?8 or (${rank} = ?8 and id ${beyond} ?9))`,
        ]),
  ];
}

function tracesAskedFor({ user_id, raw_event_id, request }: TraceFilter): string {
  return conjunction([
    ...(user_id === undefined ? [] : ['user_id = ?1']),
    ...(raw_event_id === undefined ? [] : ['raw_event_id = ?2']),
    ...(request === undefined
      ? []
      : [
          `id in (
    select id
    from trace_events
    where request_id = ?3
    union
    select id
    from trace_events
    where raw_event_id in (select value from json_each(?4))
  )`,
        ]),
  ]);
}

/** A trace of what an event's row tells is an info. Of a person they are the newest: older ones are asked for by id. */
function eventsAskedFor({ user_id, raw_event_id, request, level }: TraceFilter): string {
  if (level !== undefined && level !== 'info') return 'false';
  const named = [
    ...(raw_event_id === undefined ? [] : ['id = ?2']),
    ...(request === undefined ? [] : ['id in (select value from json_each(?4))']),
  ];
  if (user_id === undefined) return conjunction(named);
  if (named.length > 0) return conjunction([...named, 'user_id = ?1']);
  return `id in (
    select id
    from raw_events indexed by idx_raw_user
    where user_id = ?1
    order by id desc
    limit ${TRACED_EVENTS_MAX}
  )`;
}

function conjunction(conditions: readonly string[]): string {
  return conditions.length === 0 ? 'true' : conditions.join('\n    and ');
}
