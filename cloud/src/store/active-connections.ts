import { storedInstant } from '../clock.ts';

export type ActiveConnection = {
  readonly terraUserId: string;
  /** Unix ms of its last change of state. */
  readonly stateMs: number;
};

/** A page of everybody's active connections, by Terra's id. */
export async function selectActiveConnections(
  db: D1Database,
  afterTerraUserId: string,
  limit: number,
): Promise<readonly ActiveConnection[]> {
  const { results } = await db
    .prepare(
      `select terra_user_id, coalesce(state_at, connected_at) as state_at
from terra_connections
where deactivated_at is null
  and terra_user_id > ?1
order by terra_user_id
limit ?2`,
    )
    .bind(afterTerraUserId, limit)
    .all<{ terra_user_id: string; state_at: string }>();
  return results.map(({ terra_user_id, state_at }) => ({
    terraUserId: terra_user_id,
    stateMs: storedInstant(state_at),
  }));
}
