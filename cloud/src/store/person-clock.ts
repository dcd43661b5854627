import type { IsoTime } from '../clock.ts';
import { encodeRowCounts, type RowCounts } from '../fold/row-counts.ts';
import { RULES_VERSION } from '../fold/rules-version.ts';
import type { UserId } from '../ids.ts';
import { insertRows } from './row-sets.ts';
import { type Statement, statement } from './statements.ts';

/** The clock of the user bound as `?1`. */
export const PERSON_CLOCK = '(select clock from users where id = ?1)';

/** Of the user bound as `?1`: no erasure of them has begun. What it leaves in between goes before it ends. */
export const IS_STAYING = 'not exists (select 1 from erasures where subject = ?1)';

/** A person's clock; no row where the person does not exist, or is being erased. */
export function personClockStatement(userId: UserId): Statement {
  return statement(`select clock from users where id = ?1 and ${IS_STAYING}`, userId);
}

/**
 * A person's clock, and the moment of it before which a mirror cannot be told what changed: `''` for none. Of somebody who
 * came back after an erasure, that of the erasure: it left no word of what a mirror from before still has.
 */
export function feedClockStatement(userId: UserId): Statement {
  return statement(
    `select clock, max(coalesce(full_sync_before, ''), coalesce(tokens_after, '')) as full_sync_before
from users
where id = ?1`,
    userId,
  );
}

/**
 * Moves a person's clock from a route that changes synced rows or connections: the greater of now and itself
 * plus 1 ms. The rows of the same batch take `PERSON_CLOCK` as updated_at.
 */
export function tickClockStatement(userId: UserId, now: IsoTime): Statement {
  return statement(
    `update users set clock = max(?2, strftime('%Y-%m-%dT%H:%M:%fZ', clock, '+0.001 seconds'))
where id = ?1`,
    userId,
    now,
  );
}

/** Where a person's clock moves to. Without counts, or with none known, their rows are to be counted again. */
export type ClockMove = {
  readonly userId: UserId;
  readonly clock: IsoTime;
  readonly rowCounts?: RowCounts | null;
};

/** New people, whose rows are all made by the rules of today, and clocks that move. */
export function moveClocksStatements(moves: readonly ClockMove[]): readonly Statement[] {
  return insertRows(
    'users',
    ['id', 'clock', 'rules', 'row_counts'],
    moves.map(({ userId, clock, rowCounts = null }) => ({
      id: userId,
      clock,
      rules: RULES_VERSION,
      row_counts: rowCounts === null ? null : encodeRowCounts(rowCounts, clock),
    })),
    `on conflict (id) do update set clock = excluded.clock, row_counts = excluded.row_counts
where excluded.clock > users.clock`,
  );
}

/** Keeps what was counted at this moment of the person's clock; where that has moved on meanwhile it says nothing. */
export function keepRowCountsStatement(userId: UserId, clock: IsoTime, counts: RowCounts): Statement {
  return statement('update users set row_counts = ?2 where id = ?1', userId, encodeRowCounts(counts, clock));
}
