import type { IsoTime } from '../clock.ts';
import { SYNC_RAW_ROWS_MAX, type SyncTableName } from '../contract/sync.ts';
import { SYNCED_TABLES, type SyncedTableName } from '../contract/tables.ts';
import type { UserId } from '../ids.ts';
import { type AskedConnectionRow, type AskedRows, askedDaysStatements } from './asked-days.ts';
import {
  biomarkerPageStatement,
  type DayPosition,
  type DayStreamName,
  dayCountStatement,
  daysSince,
  isDayStream,
  widePageStatement,
} from './biomarker-feed.ts';
import type { ImportRequestRow } from './imports.ts';
import { shownRaw } from './packed-raw.ts';
import { feedClockStatement } from './person-clock.ts';
import { runAll, type Statement, statement } from './statements.ts';

/**
 * A person's changes since a moment of their own clock, as pages. One stream per table, tombstones included;
 * every page asks every stream from its own position, in one snapshot, so that a row changed between two
 * pages appears again later and none is missed. (20,000 random histories: this form never diverged; leaving
 * out finished tables diverged in most.)
 */

/** Where a stream stands: everything up to this row of this moment was sent. */
export type RowPosition = readonly [updatedAt: IsoTime, rowid: number];

export type StreamName = SyncTableName | 'deleted';

/** A stream's position, and whether it ran short on the last page. */
export type StreamState<Position = RowPosition | DayPosition> = {
  readonly position: Position;
  readonly isShort: boolean;
};

/** What goes by days stands at a day, everything else at a row. */
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

type Stream =
  | (StreamState<RowPosition> & { readonly name: Exclude<StreamName, DayStreamName> })
  | (StreamState<DayPosition> & { readonly name: DayStreamName });

type StoredRow = FeedRow & { readonly _position_at: IsoTime; readonly _rowid?: number };

/** Every stream from the same moment on. */
export function feedSince(since: IsoTime, tables: readonly SyncTableName[]): Feed {
  const names: readonly StreamName[] = [...tables, 'deleted'];
  return Object.fromEntries(
    names.map((name) => [
      name,
      {
        position: isDayStream(name) ? daysSince(since) : [since, Number.MAX_SAFE_INTEGER],
        isShort: false,
      },
    ]),
  );
}

/** The next page: one round trip. */
export async function readFeedPage(db: D1Database, feed: Feed, options: FeedOptions): Promise<FeedPage> {
  const streams = Object.entries(feed).map(([name, state]) => ({ name, ...state }) as Stream);
  const asked = rowsToAsk(streams, options);
  const [clocks, connections, requests, ...answers] = await runAll(db, [
    feedClockStatement(options.userId),
    ...askedDaysStatements(options.userId, options.openSince),
    ...streams.map((stream) => streamStatement(stream, asked.get(stream.name) ?? 1, options)),
  ]);
  const rows: Partial<Record<StreamName, FeedRow[]>> = {};
  const next: Partial<Record<StreamName, StreamState>> = {};
  let room = options.limit;
  streams.forEach(({ name, position }, i) => {
    const found = (answers[i]?.results ?? []) as StoredRow[];
    const taken = found.slice(0, room);
    room -= taken.length;
    const last = taken.at(-1);
    rows[name] = taken.map(shownRow);
    next[name] = {
      position: last === undefined ? position : positionBehind(last, position),
      isShort: taken.length === found.length && found.length < (asked.get(name) ?? 1),
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

/** How many rows streams that have not sent any bring in all, from indexes of the person alone. */
export async function readFeedTotal(db: D1Database, feed: Feed, userId: UserId): Promise<number> {
  const counts = await runAll<{ rows: number }>(
    db,
    Object.entries(feed).map(([name, state]) => {
      const { name: stream, position } = { name, ...state } as Stream;
      if (stream === 'biomarkers_raw' || stream === 'biomarkers_wide')
        return dayCountStatement(stream, position, userId);
      const [table, moment]: readonly [keyof typeof CHANGES_INDEX, string] =
        stream === 'deleted' ? ['tombstones', 'deleted_at'] : [stream, 'updated_at'];
      return statement(
        `select count(*) as rows from ${indexed(table)} where user_id = ?1 and ${moment} > ?2`,
        userId,
        position[0],
      );
    }),
  );
  return counts.reduce((sum, { results }) => sum + (results[0]?.rows ?? 0), 0);
}

/**
 * The page's room is shared by the streams that still have rows; one that ran short is asked for a single
 * row, which tells whether something came since.
 */
function rowsToAsk(
  streams: readonly Stream[],
  { limit, includeRaw }: FeedOptions,
): ReadonlyMap<StreamName, number> {
  const active = streams.filter(({ isShort }) => !isShort).length;
  const share = Math.ceil(limit / Math.max(1, active));
  return new Map(
    streams.map(({ name, isShort }) => {
      const most = includeRaw && hasRaw(name) ? Math.min(share, SYNC_RAW_ROWS_MAX) : share;
      return [name, isShort ? 1 : most];
    }),
  );
}

function hasRaw(name: StreamName): boolean {
  return name !== 'deleted' && name !== 'biomarkers_wide' && 'raw' in SYNCED_TABLES[name].columns;
}

function shownRow({ _position_at, _rowid, ...row }: StoredRow): FeedRow {
  return row.raw === undefined ? row : { ...row, raw: shownRaw(row.raw) };
}

/** Where a stream stands behind this row, where it stood at `before`. A wide row is all of its day. */
function positionBehind(row: StoredRow, before: RowPosition | DayPosition): RowPosition | DayPosition {
  if (before.length === 2) return [row._position_at, row._rowid ?? 0];
  const [, , , , since] = before;
  return [row._position_at, String(row.source), String(row.draw_date), String(row.code ?? ''), since];
}

function streamStatement(
  { name, position }: Stream,
  limit: number,
  { userId, includeRaw }: FeedOptions,
): Statement {
  switch (name) {
    case 'deleted':
      return pageStatement(
        'tombstones',
        'deleted_at',
        'table_name, key, deleted_at',
        position,
        limit,
        userId,
      );
    case 'biomarkers_wide':
      return widePageStatement(position, limit, userId);
    case 'biomarkers_raw':
      return biomarkerPageStatement(columnsOf(name, includeRaw), position, limit, userId);
    default: {
      const columns = columnsOf(name, includeRaw).join(', ');
      return pageStatement(name, 'updated_at', columns, position, limit, userId);
    }
  }
}

function columnsOf(table: SyncedTableName, includeRaw: boolean): readonly string[] {
  const columns = Object.keys(SYNCED_TABLES[table].columns);
  return [...columns.filter((column) => includeRaw || column !== 'raw'), 'updated_at'];
}

/** Where each table's changes lie in their order. A person has one profile, found by whose it is. */
const CHANGES_INDEX = {
  daily_summary: 'idx_daily_user_updated',
  activities: 'idx_activities_user_updated',
  sleep_sessions: 'idx_sleep_user_updated',
  lab_uploads: 'idx_lab_uploads_user',
  profiles: null,
  tombstones: 'idx_tombstones_user_deleted',
} as const satisfies Record<Exclude<SyncedTableName, DayStreamName> | 'tombstones', string | null>;

function indexed(table: keyof typeof CHANGES_INDEX): string {
  const index = CHANGES_INDEX[table];
  return index === null ? table : `${table} indexed by ${index}`;
}

/**
 * Two ranges, since a row-value comparison with a rowid does not seek in the index. The index gives either in order, so
 * SQLite merges them as it goes, stops at the limit and reads each row once: whatever gathers rowids first reads five or six
 * times as many.
 */
function pageStatement(
  table: keyof typeof CHANGES_INDEX,
  moment: 'updated_at' | 'deleted_at',
  columns: string,
  [at, rowid]: RowPosition,
  limit: number,
  userId: UserId,
): Statement {
  const from = indexed(table);
  return statement(
    `select ${columns}, ${moment} as _position_at, rowid as _rowid
from ${from}
where user_id = ?1 and ${moment} = ?2 and rowid > ?3
union all
select ${columns}, ${moment} as _position_at, rowid as _rowid
from ${from}
where user_id = ?1 and ${moment} > ?2
order by _position_at, _rowid
limit ?4`,
    userId,
    at,
    rowid,
    limit,
  );
}
