import { type IsoTime, type StoredTime, type UnixMs, unixMsOf } from '../clock.ts';
import type { ConnectionColumns } from '../fold/connection.ts';
import type { TerraUserId, UserId } from '../ids.ts';
import { TABLE_COLUMNS } from './columns.ts';
import { insertRows, statementsForValues } from './row-sets.ts';
import { allRows, firstRow, type Statement, statement } from './statements.ts';

/** A connection as the fold left it. */
export type FoldedConnection = {
  readonly id: string;
  readonly userId: UserId;
  readonly terraUserId: TerraUserId;
  readonly columns: ConnectionColumns;
  readonly cells: string;
};

/** A Terra id never changes its user here. */
export function storeConnectionsStatements(connections: readonly FoldedConnection[]): readonly Statement[] {
  return insertRows(
    'terra_connections',
    TABLE_COLUMNS.terra_connections,
    connections.map(({ id, userId, terraUserId, columns, cells }) => ({
      ...columns,
      id,
      user_id: userId,
      terra_user_id: terraUserId,
      cells,
      // Requests that Terra takes write it, and no event.
      asked_from: null,
      // The cron learns it from what came.
      receipts: null,
    })),
    `on conflict (terra_user_id) do update set
  provider = excluded.provider,
  reference_id = excluded.reference_id,
  scopes = excluded.scopes,
  connected_at = excluded.connected_at,
  deactivated_at = excluded.deactivated_at,
  state = excluded.state,
  state_message = excluded.state_message,
  state_at = excluded.state_at,
  cells = excluded.cells`,
  );
}

/** Connections by Terra's id. */
export function connectionsByTerraIdStatements(terraUserIds: readonly TerraUserId[]): readonly Statement[] {
  return statementsForValues(
    `select c.*
from json_each(?1) j
cross join terra_connections c on c.terra_user_id = j.value`,
    terraUserIds,
  );
}

/** Whose connections, and which ones, a comparison with Terra's list asks for. */
export type ConnectionNames = {
  readonly terraUserIds: readonly TerraUserId[];
  /** Users whose every connection is read. */
  readonly wholeUserIds: readonly UserId[];
  /** Users whose clock alone is read. */
  readonly userIds: readonly UserId[];
};

/** The clocks of these users and of everybody who has one of these connections. */
export function connectionClocksStatement({
  terraUserIds,
  wholeUserIds,
  userIds,
}: ConnectionNames): Statement {
  return statement(
    `select id, clock
from users
where id in (select value from json_each(?1))
union
select u.id, u.clock
from json_each(?2) j
cross join terra_connections c on c.terra_user_id = j.value
cross join users u on u.id = c.user_id`,
    JSON.stringify([...userIds, ...wholeUserIds]),
    JSON.stringify(terraUserIds),
  );
}

/** Connections by Terra's id, and every one of the whole users; none of somebody who is being erased. */
export function namedConnectionsStatement({ terraUserIds, wholeUserIds }: ConnectionNames): Statement {
  return statement(
    `select *
from terra_connections
where (
    user_id in (select value from json_each(?1))
    or terra_user_id in (select value from json_each(?2))
  )
  and not exists (select 1 from erasures where subject = user_id)`,
    JSON.stringify(wholeUserIds),
    JSON.stringify(terraUserIds),
  );
}

/** One of a person's connections as its end is told of. Its time is in ISO form, whichever it is stored in. */
export type EndableConnection = {
  readonly terra_user_id: TerraUserId;
  readonly provider: string;
  readonly deactivated_at: IsoTime | null;
};

/** Null where the person has no such connection. */
export async function readEndableConnection(
  db: D1Database,
  userId: UserId,
  id: string,
): Promise<EndableConnection | null> {
  return firstRow(
    db,
    statement(
      `select terra_user_id, provider, strftime('%Y-%m-%dT%H:%M:%fZ', deactivated_at) as deactivated_at
from terra_connections
where id = ?1
  and user_id = ?2`,
      id,
      userId,
    ),
  );
}

/** Terra's ids of a person's active connections, the oldest connection first. */
export async function readActiveTerraIds(db: D1Database, userId: UserId): Promise<readonly TerraUserId[]> {
  const active = await allRows<{ terra_user_id: TerraUserId }>(
    db,
    statement(
      `select terra_user_id
from terra_connections
where user_id = ?1
  and deactivated_at is null
order by connected_at, terra_user_id`,
      userId,
    ),
  );
  return active.map(({ terra_user_id }) => terra_user_id);
}

export type ActiveConnection = {
  readonly terraUserId: TerraUserId;
  /** Unix ms of its last change of state. */
  readonly stateMs: UnixMs;
};

/** A page of everybody's active connections, by Terra's id. */
export async function readActiveConnections(
  db: D1Database,
  afterTerraUserId: TerraUserId | '',
  limit: number,
): Promise<readonly ActiveConnection[]> {
  const active = await allRows<{ terra_user_id: TerraUserId; state_at: StoredTime }>(
    db,
    statement(
      `select terra_user_id, coalesce(state_at, connected_at) as state_at
from terra_connections
where deactivated_at is null
  and terra_user_id > ?1
order by terra_user_id
limit ?2`,
      afterTerraUserId,
      limit,
    ),
  );
  return active.map(({ terra_user_id, state_at }) => ({
    terraUserId: terra_user_id,
    stateMs: unixMsOf(state_at),
  }));
}
