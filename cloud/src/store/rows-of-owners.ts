import { ownersTable } from './owners.ts';
import { rowSet, statementsForRows } from './row-sets.ts';
import type { Statement } from './statements.ts';

/** Rows by their keys, each key with the number of its owner in the owners that are bound as `?2`. */

export type DailyKey = { readonly n: number; readonly source: string; readonly date: string };

/** Of a night or an activity. */
export type ItemKey = {
  readonly n: number;
  readonly source: string;
  readonly start_time: string | null;
  readonly item: string;
};

export type BiomarkerKey = {
  readonly n: number;
  readonly source: string;
  readonly draw_date: string;
  readonly code: string;
};

const DAILY = ['n', 'source', 'date'] as const satisfies readonly (keyof DailyKey)[];
const ITEM = ['n', 'source', 'start_time', 'item'] as const satisfies readonly (keyof ItemKey)[];
const BIOMARKER = ['n', 'source', 'draw_date', 'code'] as const satisfies readonly (keyof BiomarkerKey)[];

/** Rows of the dates named, and of the dates where the named sleep items live now. */
export function dailyRowsStatements(
  days: readonly DailyKey[],
  nights: readonly ItemKey[],
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
  const fromHomes = statementsForRows(
    `with ${ownersTable('?2')}
select d.*
from ${rowSet(ITEM)} k
cross join owners o on o.n = k.n
cross join item_homes h on h.user_id = o.user_id and h.kind = 'sleep'
  and h.source = k.source and h.item = k.item
cross join daily_summary d on d.user_id = h.user_id and d.source = h.source and d.datetime = h.wake_date`,
    ITEM,
    nights,
    owners,
  );
  return [...fromDates, ...fromHomes];
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

/** Rows of the starts named, and of the starts where the named items live now. */
export function itemRowsStatements(
  kind: 'sleep' | 'activity',
  items: readonly ItemKey[],
  owners: string,
): readonly Statement[] {
  const table = kind === 'sleep' ? 'sleep_sessions' : 'activities';
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
  cross join item_homes h on h.user_id = k.user_id and h.kind = '${kind}'
    and h.source = k.source and h.item = k.item
)
select t.*
from starts s
cross join ${table} t on t.user_id = s.user_id and t.source = s.source and t.start_time = s.start_time`,
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
