import { letterOf } from '../fold/stored-cells.ts';
import { NIGHT_REACH_DAYS } from '../limits.ts';
import { ownersTable } from './owners.ts';
import { rowSet, statementsForRows } from './row-sets.ts';
import type { Statement } from './statements.ts';

/** Rows by their keys, each key with the number of its owner in the owners that are bound as `?2`. */

export type DailyKey = { readonly n: number; readonly source: string; readonly date: string };

/** Of a session or an activity. */
export type ItemKey = {
  readonly n: number;
  readonly source: string;
  readonly start_time: string | null;
  readonly item: string;
};

export type SessionKey = ItemKey & { readonly start_time: string; readonly end_time: string };

export type BiomarkerKey = {
  readonly n: number;
  readonly source: string;
  readonly draw_date: string;
  readonly code: string;
};

const DAILY = ['n', 'source', 'date'] as const satisfies readonly (keyof DailyKey)[];
const ITEM = ['n', 'source', 'start_time', 'item'] as const satisfies readonly (keyof ItemKey)[];
const SESSION = [...ITEM, 'end_time'] as const satisfies readonly (keyof SessionKey)[];
const BIOMARKER = ['n', 'source', 'draw_date', 'code'] as const satisfies readonly (keyof BiomarkerKey)[];

/** What the first slice of the session `i` says, `[order,"FGH",...]`; null in cells of earlier versions, which have no letters. */
function latestWord(column: 'start_time' | 'end_time'): string {
  const slice = "i.value->'$[1][0]'";
  const place = `nullif(instr(${slice}->>'$[1]', '${letterOf(column)}'), 0)`;
  return `${slice}->>('$[' || (${place} + 1) || ']')`;
}

/**
 * The sessions named as `keys`, and as `starts` those of the rows that forming their nights needs: at the starts
 * named, where the named sessions live now, and where one lives that overlaps them. The latest word on a session
 * stands first in its cells and says when it started and ended. Times that are not found there, or that SQLite cannot read,
 * count as overlapping.
 */
const NIGHTS = `keys as materialized (
  select o.user_id, k.source, k.start_time, k.end_time, k.item
  from ${rowSet(SESSION)} k
  cross join owners o on o.n = k.n
),
starts as materialized (
  select user_id, source, start_time
  from keys
  union
  select h.user_id, h.source, h.start_time
  from keys k
  cross join item_homes h on h.user_id = k.user_id and h.kind = 'sleep'
    and h.source = k.source and h.item = k.item
  union
  select t.user_id, t.source, t.start_time
  from keys k
  cross join sleep_sessions t on t.user_id = k.user_id and t.source = k.source
    and t.start_time >= date(substr(k.start_time, 1, 10), '-${NIGHT_REACH_DAYS} days')
    and t.start_time < date(substr(k.end_time, 1, 10), '+${NIGHT_REACH_DAYS} days')
  where exists (
    select 1
    from json_each(t.cells) i
    where coalesce(unixepoch(${latestWord('start_time')}) <= unixepoch(k.end_time), true)
      and coalesce(unixepoch(${latestWord('end_time')}) >= unixepoch(k.start_time), true)
  )
)`;

/**
 * Rows of the dates named, of the dates where the named sessions live now, and of those on which the sessions end that
 * may form a night with them.
 */
export function dailyRowsStatements(
  days: readonly DailyKey[],
  sessions: readonly SessionKey[],
  owners: string,
): readonly Statement[] {
  const fromDates = statementsForRows(
    `with ${ownersTable('?2')}
select d.*
from ${rowSet(DAILY)} k
cross join owners o on o.n = k.n
cross join daily_summary d on d.user_id = o.user_id and d.source = k.source and d.datetime = k.date`,
    DAILY,
    days,
    owners,
  );
  const fromNights = statementsForRows(
    `with ${ownersTable('?2')},
${NIGHTS},
items as (
  select user_id, source, item
  from keys
  union
  select t.user_id, t.source, i.value->>'$[0]'
  from starts s
  cross join sleep_sessions t on t.user_id = s.user_id and t.source = s.source and t.start_time = s.start_time
  cross join json_each(t.cells) i
),
dates as (
  select distinct h.user_id, h.source, h.wake_date
  from items i
  cross join item_homes h on h.user_id = i.user_id and h.kind = 'sleep'
    and h.source = i.source and h.item = i.item
)
select d.*
from dates
cross join daily_summary d on d.user_id = dates.user_id and d.source = dates.source
  and d.datetime = dates.wake_date`,
    SESSION,
    sessions,
    owners,
  );
  return [...fromDates, ...fromNights];
}

/** Where the items named live now. */
export function homesOfOwnersStatements(
  kind: 'sleep' | 'activity',
  items: readonly ItemKey[],
  owners: string,
): readonly Statement[] {
  return statementsForRows(
    `with ${ownersTable('?2')}
select h.*
from ${rowSet(ITEM)} k
cross join owners o on o.n = k.n
cross join item_homes h on h.user_id = o.user_id and h.kind = '${kind}'
  and h.source = k.source and h.item = k.item`,
    ITEM,
    items,
    owners,
  );
}

/** Rows of sessions that may form a night with those named. */
export function sessionRowsStatements(sessions: readonly SessionKey[], owners: string): readonly Statement[] {
  return statementsForRows(
    `with ${ownersTable('?2')},
${NIGHTS}
select t.*
from starts s
cross join sleep_sessions t on t.user_id = s.user_id and t.source = s.source and t.start_time = s.start_time`,
    SESSION,
    sessions,
    owners,
  );
}

/** Rows of activities at the starts named, and at the starts where the named ones live now. */
export function activityRowsStatements(items: readonly ItemKey[], owners: string): readonly Statement[] {
  return statementsForRows(
    `with ${ownersTable('?2')},
keys as materialized (
  select o.user_id, k.source, k.start_time, k.item
  from ${rowSet(ITEM)} k
  cross join owners o on o.n = k.n
),
starts as (
  select user_id, source, start_time
  from keys
  union
  select h.user_id, h.source, h.start_time
  from keys k
  cross join item_homes h on h.user_id = k.user_id and h.kind = 'activity'
    and h.source = k.source and h.item = k.item
)
select t.*
from starts s
cross join activities t on t.user_id = s.user_id and t.source = s.source and t.start_time = s.start_time`,
    ITEM,
    items,
    owners,
  );
}

export function biomarkerRowsStatements(
  biomarkers: readonly BiomarkerKey[],
  owners: string,
): readonly Statement[] {
  return statementsForRows(
    `with ${ownersTable('?2')}
select b.*
from ${rowSet(BIOMARKER)} k
cross join owners o on o.n = k.n
cross join biomarkers_raw b on b.user_id = o.user_id and b.source = k.source
  and b.draw_date = k.draw_date and b.code = k.code`,
    BIOMARKER,
    biomarkers,
    owners,
  );
}
