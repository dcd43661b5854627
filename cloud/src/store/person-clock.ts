import { type Statement, statement } from './statements.ts';

/**
 * Moves a person's clock from a route that changes synced rows or connections: the greater of now and itself
 * plus 1 ms. The rows of the same batch take `PERSON_CLOCK` as updated_at.
 */
export function tickClock(userId: string, now: string): Statement {
  return statement(
    `update users set clock = max(?2, strftime('%Y-%m-%dT%H:%M:%fZ', clock, '+0.001 seconds'))
where id = ?1`,
    userId,
    now,
  );
}

/** The clock of the user bound as `?1`. */
export const PERSON_CLOCK = '(select clock from users where id = ?1)';
