import { type IsoTime, isoTime, type StoredTime, type UnixMs } from '../clock.ts';
import type { UserId } from '../ids.ts';
import { allRows, statement } from './statements.ts';

/** A person as a restored database has them. */
export type RestoredPerson = { readonly id: UserId; readonly created_at: StoredTime };

/** A page of everybody, by id. */
export async function readPeople(
  db: D1Database,
  afterId: string,
  limit: number,
): Promise<readonly RestoredPerson[]> {
  return allRows(
    db,
    statement(
      'select id, created_at from users where id > ?1 and rebuild_of is null order by id limit ?2',
      afterId,
      limit,
    ),
  );
}

/**
 * Makes the mirrors of a page of people sync in full: their clocks move, and nothing from before is told as a change.
 * Answers their ids.
 */
export async function tellMirrors(
  db: D1Database,
  afterId: string,
  nowMs: UnixMs,
  limit: number,
): Promise<readonly string[]> {
  const now: IsoTime = isoTime(nowMs);
  const moved = "max(?2, strftime('%Y-%m-%dT%H:%M:%fZ', clock, '+0.001 seconds'))";
  const told = await allRows<{ id: string }>(
    db,
    statement(
      `update users set
  clock = ${moved},
  full_sync_before = ${moved}
where id in (select id from users where id > ?1 and rebuild_of is null order by id limit ?3)
returning id`,
      afterId,
      now,
      limit,
    ),
  );
  return told.map(({ id }) => id);
}
