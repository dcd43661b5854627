import { type Statement, statement } from './statements.ts';

/** The first event of a time has an id above `lo`; none before it has one of `hi` or above. `place` is that of the time in the list. */
export type IdsAtTime = { readonly place: number; readonly lo: number; readonly hi: number };

/** Later than every event: its `hi` is the id after the newest. */
export const AFTER_ALL = '9999-12-31 23:59:59';

/**
 * Where each of these times (as SQLite writes them) lies among the ids of events, to within so many ids; rows of
 * `IdsAtTime` in no order. Found by halving, since ids and times of receipt grow together: some looks a
 * time, however much is stored.
 */
export function idsAtTimesStatement(times: readonly string[], within: number): Statement {
  const isLater =
    '(select received_at from raw_events where id >= (lo + hi) / 2 order by id limit 1) >= time';
  return statement(
    `with recursive newest(id) as (select coalesce(max(id), 0) + 1 from raw_events),
halved(place, time, lo, hi) as (
  select key, value, 0, (select id from newest)
  from json_each(?1)
  union all
  select place, time, iif(${isLater}, lo, (lo + hi) / 2), iif(${isLater}, (lo + hi) / 2, hi)
  from halved
  where hi - lo > ?2
)
select place, lo, hi
from halved
where hi - lo <= ?2`,
    JSON.stringify(times),
    within,
  );
}

/** In the order of the times. */
export function inOrderOfTimes(rows: readonly IdsAtTime[]): readonly IdsAtTime[] {
  return rows.toSorted((a, b) => a.place - b.place);
}
