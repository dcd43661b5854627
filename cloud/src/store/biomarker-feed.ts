import { type IsoTime, isoText } from '../clock.ts';
import { WIDE_BIOMARKERS } from '../contract/tables.ts';
import type { UserId } from '../ids.ts';
import { type Statement, statement } from './statements.ts';

/**
 * Changed biomarkers, found by their days: a day stands at its latest change, and of it come the rows that changed after
 * `since`. A day that changes between two pages moves behind the position, and comes again whole, so no row is missed.
 */

/** All before this code of this day at this moment was sent, and itself; `since`: where the sync began. */
export type DayPosition = readonly [
  dayUpdatedAt: IsoTime,
  source: string,
  drawDate: string,
  code: string,
  since: IsoTime,
];

export type DayStreamName = 'biomarkers_raw' | 'biomarkers_wide';

export function isDayStream(name: string): name is DayStreamName {
  return name === 'biomarkers_raw' || name === 'biomarkers_wide';
}

/** No text comes after it, so it stands behind all days of a moment. */
const BEHIND_ALL = '\u{10ffff}';

export function daysSince(since: IsoTime): DayPosition {
  return [since, BEHIND_ALL, '', '', since];
}

/** Where a page from before days stood: what it had sent of this moment it cannot say, so all of it comes again. */
export function daysFrom(at: IsoTime): DayPosition {
  return [at, '', '', '', isoText('')];
}

/** One range of the days' index and of each day its rows: SQLite seeks, and sorts nothing. */
export function biomarkerPageStatement(
  columns: readonly string[],
  [at, source, drawDate, code, since]: DayPosition,
  limit: number,
  userId: UserId,
): Statement {
  return statement(
    `select ${columns.map((column) => `b.${column}`).join(', ')}, d.updated_at as _position_at
from biomarker_days d
cross join biomarkers_raw b on b.user_id = d.user_id and b.source = d.source and b.draw_date = d.draw_date
where d.user_id = ?1
  and (d.updated_at, d.source, d.draw_date) >= (?2, ?3, ?4)
  and (b.code > ?5 or (d.updated_at, d.source, d.draw_date) <> (?2, ?3, ?4))
  and b.updated_at > ?6
order by d.updated_at, d.source, d.draw_date, b.code
limit ?7`,
    userId,
    at,
    source,
    drawDate,
    code,
    since,
    limit,
  );
}

/** The wide rows of changed days, made from their keys alone: the view would read every measurement of the person. */
export function widePageStatement(
  [at, source, drawDate]: DayPosition,
  limit: number,
  userId: UserId,
): Statement {
  const columns = Object.entries(WIDE_BIOMARKERS).map(
    ([column, code]) => `max(case when b.code = '${code}' and b.canonical = 1 then b.value end) as ${column}`,
  );
  return statement(
    `select d.source, d.draw_date,
  ${columns.join(',\n  ')},
  max(b.updated_at) as updated_at,
  d.updated_at as _position_at
from biomarker_days d
cross join biomarkers_raw b on b.user_id = d.user_id and b.source = d.source and b.draw_date = d.draw_date
where d.user_id = ?1
  and (d.updated_at, d.source, d.draw_date) > (?2, ?3, ?4)
group by d.updated_at, d.source, d.draw_date
order by d.updated_at, d.source, d.draw_date
limit ?5`,
    userId,
    at,
    source,
    drawDate,
    limit,
  );
}

/** How many rows a stream brings of what changed after its position, where it has sent none of it yet. */
export function dayCountStatement(name: DayStreamName, [at]: DayPosition, userId: UserId): Statement {
  if (name === 'biomarkers_wide') {
    return statement(
      'select count(*) as rows from biomarker_days where user_id = ?1 and updated_at > ?2',
      userId,
      at,
    );
  }
  return statement(
    `select count(*) as rows
from biomarker_days d
cross join biomarkers_raw b on b.user_id = d.user_id and b.source = d.source and b.draw_date = d.draw_date
where d.user_id = ?1 and d.updated_at > ?2 and b.updated_at > ?2`,
    userId,
    at,
  );
}
