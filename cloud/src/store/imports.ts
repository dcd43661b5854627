import { type IsoTime, isoText, type SqliteTime } from '../clock.ts';
import type { HistoryResource } from '../contract/import.ts';
import { DATED_TABLES, type DatedTable, timeColumn } from '../contract/tables.ts';
import type { UserId } from '../ids.ts';
import { IS_NORMALIZED, isSkippedFor, SKIPPED_REASON } from './event-state.ts';
import { allRows, runAll, type Statement, statement } from './statements.ts';

/** One request of an import, and what has come of it. */
export type ImportRequestRow = {
  readonly connection_id: string | null;
  readonly provider: string | null;
  readonly resource: HistoryResource;
  readonly start_date: string;
  readonly end_date: string;
  /** pending, sent or failed */
  readonly status: string;
  /** Terra's last refusal: `http <status>: <its words>` or `network: <reason>`; `WAITS_FOR_LIMIT` before its turn. */
  readonly error: string | null;
  readonly next_attempt_at: IsoTime;
  readonly sent_at: IsoTime | null;
  /** 1 where Terra announced a large request under our reference. */
  readonly is_announced: number;
  readonly expected_payloads: number | null;
  /** Payloads that came under our reference and are processed. */
  readonly received: number;
  /** When the last event under our reference was processed, or delivered again, UTC in SQLite's own form. */
  readonly last_sign_at: SqliteTime | null;
  /** An event under our reference that brought no data but a reason: `rate_limit_hit`. */
  readonly notice: string | null;
};

export type RowCounts = Readonly<Record<DatedTable, number>>;

export type ImportRow = {
  readonly id: string;
  readonly days: number;
  readonly requests: number;
  readonly created_at: IsoTime;
};

export type StoredImport = {
  readonly row: ImportRow;
  readonly requests: readonly ImportRequestRow[];
  readonly rows: RowCounts;
};

/** An import of this person; null where they have none of this id. One round trip. */
export async function readImport(db: D1Database, userId: UserId, id: string): Promise<StoredImport | null> {
  const [imports, requests, counts] = await runAll(db, [
    statement(
      'select id, days, requests, created_at from imports where id = ?2 and user_id = ?1',
      userId,
      id,
    ),
    requestsStatement(userId, 'import_id = ?2', id),
    statement(COUNT_ROWS, userId, id),
  ]);
  const row = imports?.results[0] as ImportRow | undefined;
  if (row === undefined) return null;
  return {
    row,
    requests: (requests?.results ?? []) as ImportRequestRow[],
    rows: (counts?.results[0] ?? {}) as RowCounts,
  };
}

/**
 * A person's requests for which a condition on `backfills` holds, and what has come of them. `?2` of the condition is
 * `parameter`.
 *
 * The parts of a large request carry its reference, sometimes with `:chunk:<n>` behind it; a part that comes
 * again in other bytes is then still one. Bytes that were stored before the request came again for it: they are
 * in `redeliveries`, and count as soon as their event is processed. Notices without data carry the reference
 * too, and are no parts.
 */
export function requestsStatement(userId: UserId, condition: string, parameter: string): Statement {
  return statement(
    `with asked as materialized (
  select id, terra_user_id, terra_reference
  from backfills
  where ${condition}
    and user_id = ?1
),
answers as (
  select a.id, r.id as part, r.processed_at as sign_at, r.processed_at, r.process_error
  from asked a
  cross join raw_events r indexed by idx_raw_reference on r.user_id = ?1
    and r.terra_reference = a.terra_reference
  union all
  select a.id, r.terra_reference, r.processed_at, r.processed_at, r.process_error
  from asked a
  cross join raw_events r indexed by idx_raw_reference on r.user_id = ?1
    and r.terra_reference > a.terra_reference || ':chunk:'
    and r.terra_reference < a.terra_reference || ':chunk;'
  union all
  select a.id, d.raw_event_id || ' ' || d.trace_id, d.delivered_at, e.processed_at, e.process_error
  from asked a
  cross join redeliveries d on d.terra_reference = a.terra_reference
  cross join raw_events e on e.id = d.raw_event_id and e.user_id = ?1
  union all
  select a.id, d.terra_reference, d.delivered_at, e.processed_at, e.process_error
  from asked a
  cross join redeliveries d on d.terra_reference > a.terra_reference || ':chunk:'
    and d.terra_reference < a.terra_reference || ':chunk;'
  cross join raw_events e on e.id = d.raw_event_id and e.user_id = ?1
),
arrived as (
  select id, max(sign_at) as last_sign_at,
    count(distinct case
      when ${IS_NORMALIZED} then part
    end) as received,
    max(case
      when ${isSkippedFor(['rate_limit_hit', 'google_no_datasource'])}
      then ${SKIPPED_REASON}
    end) as notice
  from answers
  group by id
)
select c.id as connection_id, c.provider, b.resource, b.start_date, b.end_date, b.status, b.error, b.next_attempt_at,
  b.sent_at,
  l.reference is not null as is_announced, l.expected_payloads, coalesce(n.received, 0) as received,
  n.last_sign_at, n.notice
from asked a
cross join backfills b on b.id = a.id
left join terra_connections c on c.terra_user_id = b.terra_user_id and c.user_id = ?1
left join large_requests l on l.user_id = ?1 and l.reference = b.terra_reference
left join arrived n on n.id = b.id
order by c.provider, c.id, b.resource`,
    userId,
    parameter,
  );
}

/** The source under which a provider writes into a table. */
function writtenSource(table: DatedTable): string {
  return table === 'biomarkers_raw' ? "s.source || '_body'" : 's.source';
}

/** From the keys' indexes alone. A day is added for those whose day begins before that of UTC. */
const COUNT_ROWS = `with dates as materialized (
  select min(start_date) as start_date, date(max(end_date), '+2 days') as until
  from backfills
  where import_id = ?2
    and user_id = ?1
),
sources as materialized (
  select distinct c.provider as source
  from backfills b
  cross join terra_connections c on c.terra_user_id = b.terra_user_id
  where b.import_id = ?2
    and b.user_id = ?1
    and c.user_id = ?1
)
select ${DATED_TABLES.map(
  (table) => `(
    select count(*)
    from dates d
    cross join sources s
    cross join ${table} t on t.user_id = ?1
      and t.source = ${writtenSource(table)}
      and t.${timeColumn(table)} >= d.start_date
      and t.${timeColumn(table)} < d.until
  ) as ${table}`,
).join(',\n  ')}`;

/** Where a list of imports goes on: after the import made then, with this id. */
export type ImportPosition = readonly [createdAt: IsoTime, id: string];

/** A person's imports, the latest first. */
export async function readImports(
  db: D1Database,
  userId: UserId,
  after: ImportPosition | null,
  limit: number,
): Promise<readonly ImportRow[]> {
  const [createdAt, id] = after ?? [isoText('9999'), ''];
  return allRows(
    db,
    statement(
      `select id, days, requests, created_at
from imports
where user_id = ?1
  and (created_at, id) < (?2, ?3)
order by created_at desc, id desc
limit ?4`,
      userId,
      createdAt,
      id,
      limit,
    ),
  );
}

/** Their latest import; null of who never asked. */
export async function readLatestImport(db: D1Database, userId: UserId): Promise<ImportRow | null> {
  const [latest] = await readImports(db, userId, null, 1);
  return latest ?? null;
}

/**
 * Fails the commit where the person's latest import is not, or does not stand, as it was read: two questions at
 * once would otherwise both find none that runs.
 */
export function latestImportGuardStatement(userId: UserId, seen: ImportRow | null): Statement {
  return statement(
    `insert into commit_guard(stale)
select 1
where (
  select json_array(id, days, requests)
  from imports
  where user_id = ?1
  order by created_at desc, id desc
  limit 1
) is not ?2`,
    userId,
    seen === null ? null : JSON.stringify([seen.id, seen.days, seen.requests]),
  );
}

/** One that runs is asked for more days. */
export function extendImportStatement(
  userId: UserId,
  { id, days, requests }: Pick<ImportRow, 'id' | 'days' | 'requests'>,
): Statement {
  return statement(
    'update imports set days = ?3, requests = ?4 where id = ?2 and user_id = ?1',
    userId,
    id,
    days,
    requests,
  );
}

/** A new import of a person. */
export function storeImportStatement(
  userId: UserId,
  { id, days, requests, created_at }: ImportRow,
): Statement {
  return statement(
    'insert into imports(id, user_id, days, requests, created_at) values (?1, ?2, ?3, ?4, ?5)',
    id,
    userId,
    days,
    requests,
    created_at,
  );
}
