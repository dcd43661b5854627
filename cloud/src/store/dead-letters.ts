import type { IsoTime } from '../clock.ts';
import type { RawEventId } from '../ids.ts';
import { HAS_ERROR } from './event-state.ts';
import type { AnyRow } from './raw-events.ts';
import { statementsForValues } from './row-sets.ts';
import { allRows, type Statement, statement } from './statements.ts';

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
 * What needs an operator, the latest event first: an error that was not on purpose, or a dead letter that did not
 * even leave one. Errors are cut to `errorChars`.
 */
export async function readDeadLetters(
  db: D1Database,
  errorChars: number,
  limit: number,
): Promise<readonly AnyRow[]> {
  return allRows(
    db,
    statement(
      `select id, received_at, event_type, provider, terra_user_id, reference_id, user_id,
  attempts, next_attempt_at, processed_at, substr(process_error, 1, ?1) as process_error, dead_lettered_at,
  resolved_at, dead_lettered_at is not null as dead_lettered
from raw_events
where resolved_at is null
  and (
    (${HAS_ERROR})
    or (dead_lettered_at is not null and processed_at is null)
  )
order by id desc
limit ?2`,
      errorChars,
      limit,
    ),
  );
}
