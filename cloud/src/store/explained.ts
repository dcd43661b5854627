import { SYNCED_TABLES } from '../contract/tables.ts';
import type { FoldedTable } from '../fold/changes.ts';
import type { UserId } from '../ids.ts';
import { EXPLAINED_EVENTS_MAX } from '../limits.ts';
import type { AnyRow, RawEventRow } from './raw-events.ts';
import { allRows, runAll, type Statement, statement } from './statements.ts';

/** A row to be explained; `beside`: of a date the rows of the nights that it counts, of a biomarker its day. */
export type ExplainedRow = { readonly row: AnyRow; readonly beside: readonly AnyRow[] };

/**
 * All columns of one of a person's rows, cells included, read in one moment with what stands beside it; null where it
 * is none.
 */
export async function readExplainedRow(
  db: D1Database,
  userId: UserId,
  { table, key }: { readonly table: FoldedTable; readonly key: readonly string[] },
): Promise<ExplainedRow | null> {
  const where = SYNCED_TABLES[table].key.map((column, i) => `\n  and ${column} = ?${i + 2}`).join('');
  const own = statement(`select *\nfrom ${table}\nwhere user_id = ?1${where}`, userId, ...key);
  const [source = '', date = ''] = key;
  const beside: Partial<Record<FoldedTable, Statement>> = {
    daily_summary: nightsStatement(userId, source, date),
    biomarkers_raw: biomarkerDayStatement(userId, source, date),
  };
  const other = beside[table];
  const [rows, others] = await runAll<AnyRow>(db, other === undefined ? [own] : [own, other]);
  const row = rows?.results[0];
  return row === undefined ? null : { row, beside: others?.results ?? [] };
}

function biomarkerDayStatement(userId: UserId, source: string, date: string): Statement {
  return statement(
    'select * from biomarker_days where user_id = ?1 and source = ?2 and draw_date = ?3',
    userId,
    source,
    date,
  );
}

/** The rows where the sessions live that a date counts. */
export function nightsStatement(userId: UserId, source: string, date: string): Statement {
  return statement(
    `with starts as (
  select distinct h.start_time
  from daily_summary d
  cross join json_each(d.cells, '$.sleep') s
  cross join item_homes h on h.user_id = ?1 and h.kind = 'sleep'
    and h.source = ?2 and h.item = s.value->>'$[0]'
  where d.user_id = ?1
    and d.source = ?2
    and d.datetime = ?3
)
select t.*
from starts
cross join sleep_sessions t on t.user_id = ?1 and t.source = ?2 and t.start_time = starts.start_time`,
    userId,
    source,
    date,
  );
}

/** An event by what names it; its body is read apart. */
export type NamedEvent = Pick<
  RawEventRow,
  'id' | 'event_type' | 'provider' | 'received_at' | 'dedup_key' | 'order_ms' | 'payload_bytes'
>;

const NAMES = 'r.id, r.event_type, r.provider, r.received_at, r.dedup_key, r.order_ms, r.payload_bytes';
/** Types of events that become rows; a ping keeps its own. */
const ROW_TYPES = ['daily', 'sleep', 'activity', 'body', 's3_payload'];

/**
 * A person's own events that have these hashes. A hash is found under the Terra ids of the person's connections, and
 * what is left under those that their own events name, which are read from an index alone.
 */
export async function readEventsByHash(
  db: D1Database,
  userId: UserId,
  hashes: readonly string[],
): Promise<readonly NamedEvent[]> {
  const known = await allRows<NamedEvent>(db, eventsByHashStatement(userId, hashes, 'connections'));
  const found = new Set(known.map(({ dedup_key }) => dedup_key));
  const left = hashes.filter((hash) => !found.has(hash));
  if (left.length === 0) return known;
  return [...known, ...(await allRows<NamedEvent>(db, eventsByHashStatement(userId, left, 'events')))];
}

const TERRA_IDS = {
  connections: `select terra_user_id
  from terra_connections indexed by idx_terra_connections_user
  where user_id = ?1
  union
  select ''`,
  events: `select distinct terra_user_id
  from raw_events indexed by idx_raw_user
  where user_id = ?1`,
} as const;

export function eventsByHashStatement(
  userId: UserId,
  hashes: readonly string[],
  idsOf: keyof typeof TERRA_IDS,
): Statement {
  return statement(
    `with ids as materialized (
  ${TERRA_IDS[idsOf]}
)
select ${NAMES}
from json_each(?2) k
cross join ids
cross join json_each(?3) t
cross join raw_events r on r.event_type = t.value and r.terra_user_id = ids.terra_user_id
  and r.dedup_key = k.value
where r.user_id = ?1`,
    userId,
    JSON.stringify(hashes),
    JSON.stringify(ROW_TYPES),
  );
}

/** A person's lab events, those of pings included: first those with these hashes, then the latest. */
export async function readNamedLabEvents(
  db: D1Database,
  userId: UserId,
  hashes: readonly string[],
): Promise<readonly NamedEvent[]> {
  return allRows(db, namedLabEventsStatement(userId, hashes));
}

export function namedLabEventsStatement(userId: UserId, hashes: readonly string[]): Statement {
  return statement(
    `select *
from (
  select ${NAMES}
  from raw_events r indexed by idx_raw_labs
  where r.user_id = ?1
    and r.event_type in ('lab_report', 'lab_report.completed', 'lab_report.failed')
  union all
  select ${NAMES}
  from raw_events r indexed by idx_raw_lab_pings
  where r.user_id = ?1
    and r.terra_user_id = ''
    and r.event_type = 's3_payload'
)
order by dedup_key in (select value from json_each(?3)) desc,
  coalesce(order_ms, unixepoch(received_at) * 1000) desc,
  id desc
limit ?2`,
    userId,
    EXPLAINED_EVENTS_MAX,
    JSON.stringify(hashes),
  );
}
