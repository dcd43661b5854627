import type { SqliteTime } from '../clock.ts';
import type { EventStateName } from '../contract/event-filter.ts';
import { SKIPPED_PREFIX } from '../event-codes.ts';
import { SEARCH_ROWS_A_STEP, SEARCH_TEXT_ROWS_A_STEP, SEARCH_TIME_IDS } from '../limits.ts';
import { type EventRow, eventRowColumns } from './event-rows.ts';
import { HAS_ERROR, IS_NORMALIZED, IS_OPEN, IS_SKIPPED } from './event-state.ts';
import { type IdsAtTime, idsAtTimesStatement, inOrderOfTimes } from './ids-at-times.ts';
import { IS_PACKED } from './packed-bodies.ts';
import { PAYLOAD_TEXT } from './payload-text.ts';
import { allRows, runAll, type Statement, statement } from './statements.ts';
import type { UnprocessedEvent } from './unprocessed-events.ts';

/**
 * A search goes from the newest event back, in steps that each look at so many entries of one index, however few of
 * them it finds: what a step costs does not grow with the events stored.
 */
export type EventSearch = {
  readonly type?: string | undefined;
  readonly provider?: string | undefined;
  readonly user_id?: string | undefined;
  readonly terra_user_id?: string | undefined;
  readonly error?: string | undefined;
  readonly state?: EventStateName | undefined;
  readonly since?: SqliteTime | undefined;
  readonly until?: SqliteTime | undefined;
  readonly text?: string | undefined;
  /** Leaves out sign-ins that took effect: done again, they would ask Terra for history. */
  readonly isReplay?: boolean;
};

/** Where a step begins and where the whole search ends: ids from `lowId` to before `beforeId`. */
export type SearchRange = { readonly lowId: number; readonly beforeId: number };

/** What a step found, and where the next one begins: null where the search is over. */
export type SearchStep<Row> = {
  readonly found: readonly Row[];
  readonly nextBeforeId: number | null;
  /** Rows to which all else applies, whose bodies lie in R2 and were not searched for the text. */
  readonly bodiesNotSearched: number;
};

/** What each state is, and the index that leads to it. */
const STATES: Readonly<Record<EventStateName, { readonly is: string; readonly walk: keyof typeof WALKS }>> = {
  open: { is: IS_OPEN, walk: 'open' },
  unprocessed: { is: 'processed_at is null', walk: 'unprocessed' },
  backlog: { is: 'processed_at is null and process_error is null', walk: 'unprocessed' },
  parked: { is: 'processed_at is null and process_error is not null', walk: 'unprocessed' },
  dead_lettered: { is: 'processed_at is null and dead_lettered_at is not null', walk: 'unprocessed' },
  normalized: { is: IS_NORMALIZED, walk: 'all' },
  partial: { is: `processed_at is not null and ${HAS_ERROR}`, walk: 'failed' },
  skipped: { is: `processed_at is not null and ${IS_SKIPPED}`, walk: 'all' },
  resolved: { is: 'resolved_at is not null', walk: 'resolved' },
};

const WALKS = {
  all: 'raw_events not indexed where true',
  open: `raw_events indexed by idx_raw_open where ${IS_OPEN}`,
  failed: `raw_events indexed by idx_raw_failed where ${HAS_ERROR}`,
  resolved: 'raw_events indexed by idx_raw_resolved where resolved_at is not null',
  unprocessed: 'raw_events indexed by idx_raw_unprocessed where processed_at is null',
} as const;

/** One person's events: what is theirs, and what names them and is nobody's yet. */
const OF_PERSON = `raw_events where id in (
    select id from raw_events indexed by idx_raw_user where user_id = ?3
    union all
    select id from raw_events indexed by idx_raw_unowned_reference
    where user_id is null and processed_at is not null and reference_id is not null and reference_id = ?3
    union all
    select id from raw_events indexed by idx_raw_unprocessed where processed_at is null and reference_id = ?3
  )`;

/** The unique key begins with the type: there are few types, and each is one look. */
const OF_TERRA_ID = `raw_events where id in (
    with recursive types(type) as (
      select min(event_type) from raw_events
      union all
      select (select min(event_type) from raw_events where event_type > type) from types where type is not null
    )
    select e.id from types cross join raw_events e on e.event_type = types.type and e.terra_user_id = ?4
  )`;

/** The parameters of every statement here; `?1` and `?2` are what it selects by. */
const [CHARS, LIMIT, LOW, BEFORE] = ['?1', '?2', '?11', '?12'] as const;

type Selected = EventRow & UnprocessedEvent & { readonly rows: number };

/** Rows of one step, newest first, at most `limit` of them; errors are cut to `errorChars`. */
export async function readSearchedRows(
  db: D1Database,
  search: EventSearch,
  range: SearchRange,
  { errorChars, limit }: { errorChars: number; limit: number },
): Promise<SearchStep<EventRow>> {
  return readStep(db, search, range, `select ${eventRowColumns(CHARS)}`, `order by id desc\nlimit ${LIMIT}`, [
    errorChars,
    limit,
  ]);
}

/** All that one step finds, to be enqueued or settled. */
export async function readSearchedEvents(
  db: D1Database,
  search: EventSearch,
  range: SearchRange,
): Promise<SearchStep<UnprocessedEvent>> {
  return readStep(db, search, range, 'select id, payload_bytes', 'order by id desc');
}

async function readStep(
  db: D1Database,
  search: EventSearch,
  range: SearchRange,
  select: string,
  end: string,
  [first, second]: readonly number[] = [],
): Promise<SearchStep<Selected>> {
  const bind = (sql: string) => searchStatement(sql, search, range, [first ?? 0, second ?? 0]);
  const floor = `select id
  from ${walkOf(search)}
  and id >= ${LOW}
  and id < ${BEFORE}
  order by id desc
  limit 1 offset ${(search.text === undefined ? SEARCH_ROWS_A_STEP : SEARCH_TEXT_ROWS_A_STEP) - 1}`;
  const inStep = (what: string, conditions: readonly string[], rest: string) =>
    bind(`${what}
from ${walkOf(search)}
  and id >= coalesce((${floor}), ${LOW})
  and id < ${BEFORE}
${conditions.map((one) => `  and ${one}\n`).join('')}${rest}`);
  const filters = conditionsOf(search);
  const [found, floors, unsearched] = await runAll<Selected>(db, [
    inStep(
      select,
      search.text === undefined ? filters : [...filters, `instr(${PAYLOAD_TEXT}, ?10) > 0`],
      end,
    ),
    bind(floor),
    ...(search.text === undefined
      ? []
      : [inStep('select count(*) as rows', [...filters, `(payload_key is not null or ${IS_PACKED})`], '')]),
  ]);
  return {
    found: found?.results ?? [],
    nextBeforeId: floors?.results[0]?.id ?? null,
    bodiesNotSearched: unsearched?.results[0]?.rows ?? 0,
  };
}

function walkOf({ user_id, terra_user_id, state, error }: EventSearch): string {
  if (user_id !== undefined) return OF_PERSON;
  if (terra_user_id !== undefined) return OF_TERRA_ID;
  if (state !== undefined) return WALKS[STATES[state].walk];
  return WALKS[
    error !== undefined && !SKIPPED_PREFIX.startsWith(error.slice(0, SKIPPED_PREFIX.length))
      ? 'failed'
      : 'all'
  ];
}

/** Only the conditions that are asked for. */
function conditionsOf(search: EventSearch): readonly string[] {
  const { type, provider, user_id, terra_user_id, error, state, since, until, isReplay } = search;
  return [
    ...(user_id === undefined ? [] : ['(user_id = ?3 or (user_id is null and reference_id = ?3))']),
    ...(terra_user_id === undefined ? [] : ['terra_user_id = ?4']),
    ...(type === undefined ? [] : ['event_type = ?5']),
    ...(provider === undefined ? [] : ['lower(provider) = lower(?6)']),
    ...(error === undefined ? [] : ['substr(process_error, 1, length(?7)) = ?7']),
    ...(state === undefined ? [] : [`(${STATES[state].is})`]),
    ...(since === undefined ? [] : ['received_at >= ?8']),
    ...(until === undefined ? [] : ['received_at < ?9']),
    ...(isReplay === true && type === undefined
      ? ["(processed_at is null or event_type not in ('auth', 'auth_success'))"]
      : []),
  ];
}

function searchStatement(
  sql: string,
  search: EventSearch,
  { lowId, beforeId }: SearchRange,
  [first, second]: readonly [number, number],
): Statement {
  return statement(
    sql,
    first,
    second,
    search.user_id ?? null,
    search.terra_user_id ?? null,
    search.type ?? null,
    search.provider ?? null,
    search.error ?? null,
    search.since ?? null,
    search.until ?? null,
    search.text ?? null,
    lowId,
    beforeId,
  );
}

/**
 * The ids between which events of this time lie: found by halving, since ids and times of receipt grow together, to
 * within `SEARCH_TIME_IDS`.
 */
export async function readSearchRange(
  db: D1Database,
  since: SqliteTime | null,
  until: SqliteTime | null,
): Promise<SearchRange> {
  const times = idsAtTimesStatement([since ?? '', until ?? ''], SEARCH_TIME_IDS);
  const [from, to] = inOrderOfTimes(await allRows<IdsAtTime>(db, times));
  return {
    lowId: since === null ? 0 : (from?.lo ?? 0),
    beforeId: until === null ? Number.MAX_SAFE_INTEGER : (to?.hi ?? 0),
  };
}
