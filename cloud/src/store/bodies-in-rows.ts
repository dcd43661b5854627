import type { RawEventId } from '../ids.ts';
import { allRows, runAll, statement } from './statements.ts';

/** Bodies of events from before `raw_bodies`, which lie in their rows: taken out from the newest down, once. */

/** Its name in `sweeps`; the cursor is the id of the next event. It is gone when all are out. */
export const BODIES_IN_ROWS = 'bodies_in_rows';

export async function readBodiesInRows(
  db: D1Database,
  fromId: number,
  limit: number,
): Promise<readonly { readonly id: RawEventId; readonly bytes: number }[]> {
  return allRows(
    db,
    statement(
      `select id, octet_length(payload) as bytes
from raw_events
where id <= ?1
order by id desc
limit ?2`,
      fromId,
      limit,
    ),
  );
}

/** Takes out the bodies of the events from `fromId` down to `toId`; the next run goes on below, null: there is nothing. */
export async function takeBodiesOut(
  db: D1Database,
  fromId: number,
  toId: number,
  nextId: number | null,
): Promise<void> {
  const among = `from raw_events
where id between ?2 and ?1
  and payload <> ''`;
  await runAll(db, [
    statement(
      `insert into raw_bodies(raw_event_id, payload)\nselect id, payload\n${among}\non conflict do nothing`,
      fromId,
      toId,
    ),
    statement(`update raw_events set payload = ''\nwhere id in (select id ${among})`, fromId, toId),
    nextId === null
      ? statement('delete from sweeps where name = ?1', BODIES_IN_ROWS)
      : statement('update sweeps set cursor = ?2 where name = ?1', BODIES_IN_ROWS, String(nextId)),
  ]);
}
