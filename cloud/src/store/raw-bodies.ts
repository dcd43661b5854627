import type { RawEventId, UserId } from '../ids.ts';
import type { TableName } from './columns.ts';
import { holdsId } from './packed-ids.ts';
import { statementsForValues } from './row-sets.ts';
import { type Statement, statement } from './statements.ts';

/**
 * Where the text of an event's body lies: in `raw_bodies`, apart from the row that is written with each outcome. A row
 * from before that table has it itself, until the cron takes it out; `''` is a body that is not in the database.
 */

/**
 * Stores the body of an event that the statement before inserted: no other has this request id, so a duplicate writes
 * nothing. `isSame` tells the event's row by `?1` to `?3`.
 */
export function insertBodyStatement(
  isSame: string,
  identity: readonly [string, string, string],
  requestId: string,
  payload: string,
): Statement {
  return statement(
    `insert into raw_bodies(raw_event_id, payload)
select id, ?5
from raw_events
where ${isSame}
  and ${holdsId('request_id', '?4')}
on conflict do nothing`,
    ...identity,
    requestId,
    payload,
  );
}

/** Where the body of an event is, or is told to be. */
const EVENT_BODIES = ['raw_bodies', 'packed_bodies'] as const satisfies readonly TableName[];

export function deleteBodiesStatements(ids: readonly RawEventId[]): readonly Statement[] {
  return EVENT_BODIES.flatMap((table) =>
    statementsForValues(`delete from ${table} where raw_event_id in (select value from json_each(?1))`, ids),
  );
}

export function deleteBodiesOfStatements(userId: UserId): readonly Statement[] {
  return EVENT_BODIES.map((table) =>
    statement(
      `delete from ${table} where raw_event_id in (select id from raw_events where user_id = ?1)`,
      userId,
    ),
  );
}
