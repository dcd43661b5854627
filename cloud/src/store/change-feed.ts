import type { IsoTime } from '../clock.ts';
import { SYNC_RAW_ROWS_MAX, type SyncTableName } from '../contract/sync.ts';
import { SYNCED_TABLES, type SyncedTableName, WIDE_BIOMARKERS } from '../contract/tables.ts';
import type { UserId } from '../ids.ts';
import { type AskedConnectionRow, type AskedRows, askedDaysStatements } from './asked-days.ts';
import type { ImportRequestRow } from './imports.ts';
import { feedClockStatement } from './person-clock.ts';
import { runAll, type Statement, statement } from './statements.ts';

/**
 * A person's changes since a moment of their own clock, as pages. One stream per table, tombstones included;
 * every page asks every stream from its own position, in one snapshot, so that a row changed between two
 * pages appears again later and none is missed. (20,000 random histories: this form never diverged; leaving
 * out finished tables diverged in most.)
 */

/** Where a stream stands: everything up to this row of this moment was sent. */
export type Position = readonly [updatedAt: IsoTime, rowid: number];

export type StreamName = SyncTableName | 'deleted';

/** A stream's position, and whether it ran short on the last page. */
export type StreamState = { readonly position: Position; readonly isShort: boolean };

export type Feed = Readonly<Partial<Record<StreamName, StreamState>>>;

export type FeedRow = Record<string, string | number | null>;

export type FeedPage = {
  /** The person's clock in this snapshot. */
  readonly clock: string;
  /** A mirror that stands before this moment of the clock is not told all that changed. `''`: every one is. */
  readonly fullSyncBefore: string;
  readonly rows: Readonly<Partial<Record<StreamName, FeedRow[]>>>;
  readonly feed: Feed;
  readonly hasMore: boolean;
  readonly asked: AskedRows;
};

export type FeedOptions = {
  readonly userId: UserId;
  /** Rows in all, at most. */
  readonly limit: number;
  readonly includeRaw: boolean;
  /** Requests for history that left before this moment have ended. */
  readonly openSince: IsoTime;
};

type StoredRow = FeedRow & {
  readonly _position_at: IsoTime;
  readonly _rowid: number;
  readonly _changes?: number;
};

/** Every stream from the same moment on. */
export function feedSince(since: IsoTime, tables: readonly SyncTableName[]): Feed {
  const start: StreamState = { position: [since, Number.MAX_SAFE_INTEGER], isShort: false };
  return Object.fromEntries([...tables, 'deleted' as const].map((name) => [name, start]));
}

/** The next page: one round trip. */
export async function readFeedPage(db: D1Database, feed: Feed, options: FeedOptions): Promise<FeedPage> {
  const streams = Object.entries(feed) as [StreamName, StreamState][];
  const asked = rowsToAsk(streams, options);
  const [clocks, connections, requests, ...answers] = await runAll(db, [
    feedClockStatement(options.userId),
    ...askedDaysStatements(options.userId, options.openSince),
    ...streams.map(([name, { position }]) => streamStatement(name, position, asked.get(name) ?? 1, options)),
  ]);
  const rows: Partial<Record<StreamName, FeedRow[]>> = {};
  const next: Partial<Record<StreamName, StreamState>> = {};
  let room = options.limit;
  streams.forEach(([name, { position }], i) => {
    const found = (answers[i]?.results ?? []) as StoredRow[];
    const taken = found.slice(0, room);
    room -= taken.length;
    const last = taken.at(-1);
    rows[name] = taken.map(withoutPosition);
    next[name] = {
      position: last === undefined ? position : [last._position_at, last._rowid],
      isShort: taken.length === found.length && (found[0]?._changes ?? found.length) < (asked.get(name) ?? 1),
    };
  });
  return {
    clock: String(clocks?.results[0]?.clock ?? ''),
    fullSyncBefore: String(clocks?.results[0]?.full_sync_before ?? ''),
    rows,
    feed: next,
    hasMore: Object.values(next).some(({ isShort }) => !isShort),
    asked: {
      connections: (connections?.results ?? []) as AskedConnectionRow[],
      requests: (requests?.results ?? []) as ImportRequestRow[],
    },
  };
}

/**
 * The page's room is shared by the streams that still have rows; one that ran short is asked for a single
 * row, which tells whether something came since.
 */
function rowsToAsk(
  streams: readonly [StreamName, StreamState][],
  { limit, includeRaw }: FeedOptions,
): ReadonlyMap<StreamName, number> {
  const active = streams.filter(([, { isShort }]) => !isShort).length;
  const share = Math.ceil(limit / Math.max(1, active));
  return new Map(
    streams.map(([name, { isShort }]) => {
      const most = includeRaw && hasRaw(name) ? Math.min(share, SYNC_RAW_ROWS_MAX) : share;
      return [name, isShort ? 1 : most];
    }),
  );
}

function hasRaw(name: StreamName): boolean {
  return name !== 'deleted' && name !== 'biomarkers_wide' && 'raw' in SYNCED_TABLES[name].columns;
}

function withoutPosition({ _position_at, _rowid, _changes, ...row }: StoredRow): FeedRow {
  return row;
}

function streamStatement(
  name: StreamName,
  position: Position,
  limit: number,
  options: FeedOptions,
): Statement {
  if (name === 'deleted') {
    return pageStatement(
      'tombstones',
      'deleted_at',
      'table_name, key, deleted_at',
      position,
      limit,
      options.userId,
    );
  }
  if (name === 'biomarkers_wide') return widePageStatement(position, limit, options.userId);
  const columns = Object.keys(SYNCED_TABLES[name].columns).filter(
    (column) => options.includeRaw || column !== 'raw',
  );
  return pageStatement(
    name,
    'updated_at',
    [...columns, 'updated_at'].join(', '),
    position,
    limit,
    options.userId,
  );
}

/** Two ranges, each limited: a row-value comparison does not seek in the index. */
function pageStatement(
  table: SyncedTableName | 'tombstones',
  moment: 'updated_at' | 'deleted_at',
  columns: string,
  [at, rowid]: Position,
  limit: number,
  userId: UserId,
): Statement {
  return statement(
    `select ${columns}, ${moment} as _position_at, rowid as _rowid
from ${table}
where rowid in (
  ${changedRowids(table, moment)}
)
order by ${moment}, rowid`,
    userId,
    at,
    rowid,
    limit,
  );
}

function changedRowids(table: string, moment: string): string {
  return `select changed
  from (
    select * from (
      select rowid as changed, ${moment} as moment
      from ${table}
      where user_id = ?1 and ${moment} = ?2 and rowid > ?3
      order by rowid
      limit ?4
    )
    union all
    select * from (
      select rowid as changed, ${moment} as moment
      from ${table}
      where user_id = ?1 and ${moment} > ?2
      order by ${moment}, rowid
      limit ?4
    )
  )
  order by moment, changed
  limit ?4`;
}

/**
 * The wide rows whose measurements changed, made from their keys alone: the view would read every
 * measurement of the person. A key stands at its last change inside the page; `_changes` is how many
 * changes the page looked at, since several make one wide row.
 */
function widePageStatement([at, rowid]: Position, limit: number, userId: UserId): Statement {
  const columns = Object.entries(WIDE_BIOMARKERS).map(
    ([column, code]) => `max(case when b.code = '${code}' and b.canonical = 1 then b.value end) as ${column}`,
  );
  return statement(
    `with changed as materialized (
  select source, draw_date, updated_at, rowid as changed
  from biomarkers_raw
  where rowid in (
  ${changedRowids('biomarkers_raw', 'updated_at')}
  )
),
keys as materialized (
  select source, draw_date, moment, changed
  from (
    select source, draw_date, updated_at as moment, changed,
      row_number() over (partition by source, draw_date order by updated_at desc, changed desc) as latest
    from changed
  )
  where latest = 1
)
select b.source, b.draw_date,
  ${columns.join(',\n  ')},
  max(b.updated_at) as updated_at,
  k.moment as _position_at, k.changed as _rowid, (select count(*) from changed) as _changes
from keys k
cross join biomarkers_raw b on b.user_id = ?1 and b.source = k.source and b.draw_date = k.draw_date
group by k.source, k.draw_date
order by k.moment, k.changed`,
    userId,
    at,
    rowid,
    limit,
  );
}
