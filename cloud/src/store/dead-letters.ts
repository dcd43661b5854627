import type { IsoTime } from '../clock.ts';
import type { RawEventId } from '../ids.ts';
import { type EventRow, eventRowColumns } from './event-rows.ts';
import { IS_OPEN } from './event-state.ts';
import { statementsForValues } from './row-sets.ts';
import { allRows, changedRows, type Statement, statement } from './statements.ts';

/**
 * A row that comes here without an outcome met a database that was away, and the drain takes it again as
 * never attempted. The second time it is the row that ends its consumer, which counts as a failed attempt:
 * else it would be drained for ever.
 */
export function markDeadEventsStatements(
  ids: readonly RawEventId[],
  now: IsoTime,
  nextAttemptAt: IsoTime,
): readonly Statement[] {
  return statementsForValues(
    `update raw_events set
  dead_lettered_at = ?2,
  process_error = case
    when dead_lettered_at is not null and attempts = 0 then coalesce(process_error, 'dead_lettered')
    else process_error
  end,
  next_attempt_at = case when dead_lettered_at is not null and attempts = 0 then ?3 else next_attempt_at end,
  attempts = case when dead_lettered_at is not null and attempts = 0 then 1 else attempts end
where id in (select value from json_each(?1))
  and processed_at is null`,
    ids,
    now,
    nextAttemptAt,
  );
}

/**
 * A page of what needs an operator, the latest event first, from before the event `beforeId` on. Errors are cut to
 * `errorChars`.
 */
export async function readDeadLetters(
  db: D1Database,
  { errorChars, beforeId, limit }: { errorChars: number; beforeId: number; limit: number },
): Promise<readonly EventRow[]> {
  return allRows(
    db,
    statement(
      `select ${eventRowColumns('?1')}
from raw_events indexed by idx_raw_open
where ${IS_OPEN}
  and id < ?2
order by id desc
limit ?3`,
      errorChars,
      beforeId,
      limit,
    ),
  );
}

/** An operator has seen these events: they leave the list. Answers how many of them were on it. */
export async function resolveEvents(
  db: D1Database,
  ids: readonly RawEventId[],
  note: string | null,
  now: IsoTime,
): Promise<number> {
  return changedRows(
    db,
    statement(
      `update raw_events set resolved_at = ?2, resolve_note = ?3
where id in (select value from json_each(?1))
  and ${IS_OPEN}`,
      JSON.stringify(ids),
      now,
      note,
    ),
  );
}

/** What is tried again is no longer settled: should it fail anew, it is on the list again. */
export async function reopenEvents(db: D1Database, ids: readonly RawEventId[], now: IsoTime): Promise<void> {
  await changedRows(
    db,
    statement(
      `update raw_events set replayed_at = ?2, resolved_at = null, resolve_note = null
where id in (select value from json_each(?1))`,
      JSON.stringify(ids),
      now,
    ),
  );
}
