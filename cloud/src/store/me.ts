import { type IsoTime, isoText, isoTime } from '../clock.ts';
import { CONNECTION_STATES, type ConnectionShown, type Me } from '../contract/me.ts';
import { DATED_TABLES, type DatedTable, timeColumn } from '../contract/tables.ts';
import { scopeList } from '../fold/connection.ts';
import type { UserId } from '../ids.ts';
import { ME_CONNECTIONS_MAX, ME_SILENCES_MAX } from '../limits.ts';
import { HISTORY_RESOURCES } from '../normalize/event-types.ts';
import { type OpenSilence, personSilencesStatement } from './silences.ts';
import { runAll, type Statement, statement } from './statements.ts';

type StoredConnection = Omit<ConnectionShown, 'silences'>;

/** What `GET /v1/me` answers, and when the person's connections were last compared with Terra's. */
export type PersonStanding = {
  readonly me: Omit<Me, 'connections'> & { readonly connections: readonly StoredConnection[] };
  readonly silences: readonly OpenSilence[];
  readonly reconciledAt: IsoTime | null;
};

type Row = Record<string, string | number | null>;

/** Null where the person has no row any more. One round trip; only the counts grow with the person's data. */
export async function readPersonStanding(db: D1Database, userId: UserId): Promise<PersonStanding | null> {
  const [users, connections, silences, uploads, ...dated] = await runAll<Row>(db, [
    statement(
      `select id, email, ${iso('created_at')} as created_at, reconciled_at
from users
where id = ?1`,
      userId,
    ),
    shownConnectionsStatement(userId),
    personSilencesStatement(userId, ME_SILENCES_MAX),
    statement('select count(*) as rows from lab_uploads where user_id = ?1', userId),
    ...DATED_TABLES.map((table) => countsStatement(table, userId)),
  ]);
  const user = users?.results[0];
  if (user === undefined) return null;
  const sources = DATED_TABLES.flatMap((table, i) =>
    (dated[i]?.results ?? []).map(({ source, rows, last }) => ({
      source: String(source),
      table,
      rows: Number(rows),
      last: String(last),
    })),
  );
  const count = (table: DatedTable) =>
    sources.reduce((total, one) => total + (one.table === table ? one.rows : 0), 0);
  return {
    me: {
      user: { id: String(user.id), email: String(user.email), created_at: String(user.created_at) },
      connections: (connections?.results ?? []).map(shown),
      counts: {
        daily_summary: count('daily_summary'),
        activities: count('activities'),
        sleep_sessions: count('sleep_sessions'),
        biomarkers_raw: count('biomarkers_raw'),
        lab_uploads: Number(uploads?.results[0]?.rows ?? 0),
      },
      sources,
    },
    silences: (silences?.results ?? []) as unknown[] as OpenSilence[],
    reconciledAt: user.reconciled_at === null ? null : isoText(String(user.reconciled_at)),
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
