import type { UnixMs } from '../clock.ts';
import { BACKFILL_SPACING_S, TURN_AHEAD_MAX_MS } from '../limits.ts';
import { firstRow, statement } from './statements.ts';

/** Requests to Terra leave one by one: when the next one may, whoever's it is. */

/**
 * When so many requests may leave, one after the other: answers the turn of the first, and the turns are taken. A
 * next turn that lies further ahead than any request waits comes of a clock that was wrong, and does not count.
 */
export async function takeTurns(db: D1Database, count: number, nowMs: UnixMs): Promise<UnixMs> {
  const row = await firstRow<{ first_ms: number }>(
    db,
    statement(
      `insert into turns(name, next_ms)
values ('history', ?1 + ?2)
on conflict (name) do update set
  next_ms = case when next_ms between ?1 and ?3 then next_ms else ?1 end + ?2
returning next_ms - ?2 as first_ms`,
      nowMs,
      count * BACKFILL_SPACING_S * 1_000,
      nowMs + TURN_AHEAD_MAX_MS,
    ),
  );
  return row?.first_ms ?? nowMs;
}

/** When the next request may leave, without taking the turn. */
export async function readNextTurn(db: D1Database, nowMs: UnixMs): Promise<UnixMs> {
  const row = await firstRow<{ next_ms: number }>(
    db,
    statement(
      "select next_ms from turns where name = 'history' and next_ms between ?1 and ?2",
      nowMs,
      nowMs + TURN_AHEAD_MAX_MS,
    ),
  );
  return row?.next_ms ?? nowMs;
}
