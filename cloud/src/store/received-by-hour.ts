import { sqliteTime, type UnixMs } from '../clock.ts';
import { HOUR_MS, SERIES_HOURS } from '../limits.ts';
import { type Statement, statement } from './statements.ts';

/** A row of the answer: the first id of an hour, or, last, the one after the newest. */
export type HourBound = { readonly id: number };

/**
 * Where each of the last hours begins among the ids: found by halving, since ids and times of receipt grow together, in
 * some hundreds of looks however much is stored. Hours before the first event begin where it does.
 */
export function hourBoundsStatement(nowMs: UnixMs): Statement {
  const begins = Array.from({ length: SERIES_HOURS }, (_, i) =>
    sqliteTime(nowMs - (SERIES_HOURS - i) * HOUR_MS),
  );
  const isLater =
    '(select received_at from raw_events where id >= (lo + hi) / 2 order by id limit 1) >= begins';
  return statement(
    `with recursive newest(id) as (select coalesce(max(id), 0) + 1 from raw_events),
halved(begins, lo, hi) as (
  select value, 0, (select id from newest)
  from json_each(?1)
  union all
  select begins, iif(${isLater}, lo, (lo + hi) / 2), iif(${isLater}, (lo + hi) / 2, hi)
  from halved
  where hi - lo > 1
)
select hi as id
from halved
where hi - lo <= 1
union all
select id
from newest
order by id`,
    JSON.stringify(begins),
  );
}

/** Events of each hour, the oldest first: ids that were given, those of events that are gone by now too. */
export function receivedByHour(bounds: readonly HourBound[]): readonly number[] {
  return bounds.slice(1).map(({ id }, i) => id - (bounds[i]?.id ?? id));
}
