import type { IsoTime, SqliteTime } from '../clock.ts';
import type { RawEventId, UserId } from '../ids.ts';
import type { ColumnOf } from './columns.ts';
import { deleteBodiesStatements } from './raw-bodies.ts';
import { deleteRedeliveriesStatements } from './redeliveries.ts';
import { rowSet, statementsForRows, statementsForValues } from './row-sets.ts';
import { type Statement, statement } from './statements.ts';

/** How one event ended in an attempt. */
export type OutcomeRow = {
  readonly id: RawEventId;
  readonly processed_at: SqliteTime | null;
  readonly process_error: string | null;
  readonly attempts: number;
  readonly next_attempt_at: IsoTime | null;
  readonly user_id: UserId | null;
  readonly duration_ms: number;
  /** Null for none, in both. */
  readonly lost_races: number | null;
  readonly halvings: number | null;
};

const COLUMNS = [
  'id',
  'processed_at',
  'process_error',
  'attempts',
  'next_attempt_at',
  'user_id',
  'duration_ms',
  'lost_races',
  'halvings',
] as const satisfies readonly (keyof OutcomeRow & ColumnOf<'raw_events'>)[];

export function storeOutcomesStatements(outcomes: readonly OutcomeRow[]): readonly Statement[] {
  return statementsForRows(
    `update raw_events set
  processed_at = o.processed_at,
  process_error = o.process_error,
  attempts = o.attempts,
  next_attempt_at = o.next_attempt_at,
  user_id = coalesce(o.user_id, raw_events.user_id),
  duration_ms = o.duration_ms,
  lost_races = o.lost_races,
  halvings = o.halvings,
  room = null
from ${rowSet(COLUMNS)} o
where raw_events.id = o.id`,
    COLUMNS,
    outcomes,
  );
}

/** A failure that is known only after the commit that did not happen. */
export function storeFailureStatement(
  failed: Pick<OutcomeRow, 'id' | 'process_error' | 'attempts' | 'next_attempt_at'>,
): Statement {
  return statement(
    `update raw_events set
  process_error = ?2,
  attempts = ?3,
  next_attempt_at = ?4
where id = ?1
  and processed_at is null`,
    failed.id,
    failed.process_error,
    failed.attempts,
    failed.next_attempt_at,
  );
}

/**
 * An erased person's event that was already queued keeps nothing of them. Apart from the outcomes: naming
 * the Terra id in an update rewrites its unique index for every row.
 */
export function blankEventsStatements(ids: readonly RawEventId[]): readonly Statement[] {
  const blanked = statementsForValues(
    `update raw_events set
  payload = '',
  payload_key = null,
  fetched_key = null,
  fetched_sha256 = null,
  terra_user_id = '',
  reference_id = null,
  user_id = null
where id in (select value from json_each(?1))`,
    ids,
  );
  return [...blanked, ...deleteBodiesStatements(ids), ...deleteRedeliveriesStatements(ids)];
}
