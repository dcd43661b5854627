import { type IsoTime, isoText, isoTime } from '../clock.ts';
import { CONNECTION_STATES, type ConnectionShown, type Me } from '../contract/me.ts';
import { DATED_TABLES, type DatedTable, timeColumn } from '../contract/tables.ts';
import { scopeList } from '../fold/connection.ts';
import { decodeRowCounts, type RowCounts } from '../fold/row-counts.ts';
import type { UserId } from '../ids.ts';
import { ME_CONNECTIONS_MAX, ME_SILENCES_MAX } from '../limits.ts';
import { HISTORY_RESOURCES } from '../normalize/event-types.ts';
import { keepRowCountsStatement } from './person-clock.ts';
import { type OpenSilence, personSilencesStatement } from './silences.ts';
import { runAll, type Statement, statement } from './statements.ts';

type StoredConnection = Omit<ConnectionShown, 'silences'>;

/** What `GET /v1/me` answers, and when the person's connections were last compared with Terra's. */
export type PersonStanding = {
  readonly me: Omit<Me, 'connections'> & { readonly connections: readonly StoredConnection[] };
  readonly silences: readonly OpenSilence[];
  readonly reconciledAt: IsoTime | null;
  /** What was not known and was counted for this answer; null where it was. */
  readonly countedNow: CountedRows | null;
};

/** A person's rows as of a moment of their clock. */
export type CountedRows = { readonly clock: IsoTime; readonly counts: RowCounts };

type Row = Record<string, string | number | null>;

/**
 * Null where the person has no row any more. One round trip that does not grow with the person's data, or two of which the
 * second counts rows, where the counts are of another moment of the clock.
 */
export async function readPersonStanding(db: D1Database, userId: UserId): Promise<PersonStanding | null> {
  const [users, connections, silences, ...known] = await runAll<Row>(db, [
    statement(
      `select id, email, ${iso('created_at')} as created_at, reconciled_at, clock, row_counts
from users
where id = ?1`,
      userId,
    ),
    shownConnectionsStatement(userId),
    personSilencesStatement(userId, ME_SILENCES_MAX),
    ...DATED_TABLES.map((table) => knownCountsStatement(table, userId)),
  ]);
  const user = users?.results[0];
  if (user === undefined) return null;
  const kept = decodeRowCounts(
    user.row_counts === null ? null : String(user.row_counts),
    isoText(String(user.clock)),
  );
  const counted = kept === null ? await countRows(db, userId) : { counts: kept, sources: sourcesOf(known) };
  const total = (table: string) =>
    Object.values(counted.counts[table] ?? {}).reduce((sum, rows) => sum + rows, 0);
  return {
    me: {
      user: { id: String(user.id), email: String(user.email), created_at: String(user.created_at) },
      connections: (connections?.results ?? []).map(shown),
      counts: {
        daily_summary: total('daily_summary'),
        activities: total('activities'),
        sleep_sessions: total('sleep_sessions'),
        biomarkers_raw: total('biomarkers_raw'),
        lab_uploads: total(UPLOADS),
      },
      sources: counted.sources,
    },
    silences: (silences?.results ?? []) as unknown[] as OpenSilence[],
    reconciledAt: user.reconciled_at === null ? null : isoText(String(user.reconciled_at)),
    countedNow: 'clock' in counted ? counted : null,
  };
}

/** What had to be counted stands for whoever asks next. */
export async function keepRowCounts(
  db: D1Database,
  userId: UserId,
  { clock, counts }: CountedRows,
): Promise<void> {
  await runAll(db, [keepRowCountsStatement(userId, clock, counts)]);
}

const UPLOADS = 'lab_uploads';

/** Counts all rows, in one snapshot with the clock. */
async function countRows(
  db: D1Database,
  userId: UserId,
): Promise<CountedRows & { readonly sources: Me['sources'] }> {
  const [users, uploads, ...dated] = await runAll<Row>(db, [
    statement('select clock from users where id = ?1', userId),
    statement(`select count(*) as rows from ${UPLOADS} where user_id = ?1`, userId),
    ...DATED_TABLES.map((table) => countsStatement(table, userId)),
  ]);
  const sources = sourcesOf(dated);
  return {
    clock: isoText(String(users?.results[0]?.clock)),
    sources,
    counts: {
      ...Object.fromEntries(
        DATED_TABLES.map((table) => [
          table,
          Object.fromEntries(sources.flatMap((one) => (one.table === table ? [[one.source, one.rows]] : []))),
        ]),
      ),
      [UPLOADS]: { '': Number(uploads?.results[0]?.rows ?? 0) },
    },
  };
}

/** Times of the earlier version are in SQLite's own form, seconds without a Z. */
function iso(column: string): string {
  return `strftime('%Y-%m-%dT%H:%M:%fZ', ${column})`;
}

function shownConnectionsStatement(userId: UserId): Statement {
  return statement(
    `select id, provider, state, state_message, ${iso('coalesce(state_at, connected_at)')} as state_at, scopes,
  ${iso('connected_at')} as connected_at, ${iso('deactivated_at')} as deactivated_at,
  max(${HISTORY_RESOURCES.map((resource) => `coalesce(receipts->>'$.${resource}.last', 0)`).join(', ')}) as last_ms
from terra_connections
where user_id = ?1
order by terra_connections.deactivated_at is not null, 7 desc, id
limit ${ME_CONNECTIONS_MAX}`,
    userId,
  );
}

function sourcesOf(answers: readonly D1Result<Row>[]): Me['sources'] {
  return DATED_TABLES.flatMap((table, i) =>
    (answers[i]?.results ?? []).map(({ source, rows, last }) => ({
      source: String(source),
      table,
      rows: Number(rows),
      last: String(last),
    })),
  );
}

/** As `users.row_counts` has them; the end of each source is found in the primary key's index. */
function knownCountsStatement(table: DatedTable, userId: UserId): Statement {
  return statement(
    `select j.key as source, j.value as rows,
  (select max(${timeColumn(table)}) from ${table} t where t.user_id = ?1 and t.source = j.key) as last
from users u
cross join json_each(u.row_counts, '$.counts.${table}') j
where u.id = ?1
order by j.key`,
    userId,
  );
}

/** From the primary key's index alone: every row is one entry of it. */
function countsStatement(table: DatedTable, userId: UserId): Statement {
  return statement(
    `select source, count(*) as rows, max(${timeColumn(table)}) as last
from ${table}
where user_id = ?1
group by source
order by source`,
    userId,
  );
}

function shown(row: Row): StoredConnection {
  const text = (value: Row[string] | undefined) => (value == null ? null : String(value));
  return {
    id: String(row.id),
    provider: String(row.provider),
    state: CONNECTION_STATES.find((state) => state === row.state) ?? 'connected',
    state_message: text(row.state_message),
    state_at: text(row.state_at) ?? String(row.connected_at),
    scopes: [...scopeList(text(row.scopes))],
    connected_at: String(row.connected_at),
    deactivated_at: text(row.deactivated_at),
    last_received_at: Number(row.last_ms) === 0 ? null : isoTime(Number(row.last_ms)),
  };
}
