import { IS_SKIPPED } from './event-state.ts';
import { idText } from './packed-ids.ts';

/** Among lines of one instant, where the rows of trace_events stand. */
export const TRACE_RANK = 3;

type EventLine = {
  readonly rank: number;
  /** A column or an expression, in the form of `ts`; null where it did not happen. */
  readonly ts: string;
  readonly event: string;
  readonly message?: string;
};

/** `2026-03-01T12:00:00.000Z` as the times of the first migrations are written, so that they compare. */
function asTs(isoColumn: string): string {
  return `rtrim(replace(${isoColumn}, 'T', ' '), 'Z')`;
}

const OUTCOME_RANK = 6;

const LINES: readonly EventLine[] = [
  { rank: 0, ts: 'received_at', event: "'webhook_received'", message: 'event_type' },
  { rank: 2, ts: asTs('fetched_at'), event: "'payload_fetched'" },
  { rank: 4, ts: asTs('released_at'), event: "'released'" },
  { rank: 5, ts: asTs('replayed_at'), event: "'replayed'", message: "'by an operator'" },
  {
    rank: OUTCOME_RANK,
    ts: 'processed_at',
    event: `iif(${IS_SKIPPED}, 'normalize_skipped', 'normalize_complete')`,
    message: 'process_error',
  },
  { rank: 7, ts: asTs('resolved_at'), event: "'resolved'", message: "'by an operator'" },
];

const RANK = 'line';

/** How many tries the outcome took, where it was more than one. */
const COURSE = `case
    when ${RANK} = ${OUTCOME_RANK} and (attempts > 1 or lost_races is not null or halvings is not null)
    then json_object('attempts', attempts, 'lost_races', coalesce(lost_races, 0), 'halvings', coalesce(halvings, 0))
  end`;

/** The columns of raw_events that tell all this. */
export const EVENT_LINE_COLUMNS = `id, received_at, event_type, ${idText('request_id')} as request_id, user_id, terra_user_id, attempts, duration_ms,
    lost_races, halvings, fetched_at, released_at, replayed_at, processed_at, process_error, resolved_at`;

/**
 * What the rows of `events` tell of their events' lives: they cost no row of their own. Released and replayed is the
 * last time; what an attempt before a replay brought is told by its traces alone. D1 takes few selects in a union, so
 * that the lines of one event are made by one.
 */
export const EVENT_LINES = `select ${chosen('ts')}, ${RANK}, id, request_id, user_id, terra_user_id, id, 'info',
  ${chosen('event')}, ${chosen('message')},
  ${COURSE}, iif(${RANK} = ${OUTCOME_RANK}, duration_ms, null), null
  from events
  cross join (select value as line from json_each('${JSON.stringify(LINES.map(({ rank }) => rank))}'))
  where ${chosen('ts')} is not null
  union all
  select d.delivered_at, 1, id, request_id, user_id, terra_user_id, id, 'info',
  'redelivered', 'as an answer to a request for history', null, null, null
  from events
  cross join redeliveries d on d.raw_event_id = events.id
  group by events.id, d.delivered_at`;

/** Of the line at hand. */
function chosen(part: 'ts' | 'event' | 'message'): string {
  const cases = LINES.map((line) => `when ${line.rank} then ${line[part] ?? 'null'}`);
  return `case ${RANK} ${cases.join(' ')} end`;
}
