import type { HistoryResource } from '../contract/import.ts';
import { DATED_TABLES, type DatedTable, timeColumn } from '../contract/tables.ts';
import type { TerraUserId, UserId } from '../ids.ts';
import { allRows, runAll, statement } from './statements.ts';

/** Which days of a person have rows, for what is missing in between. */

export type LookedPerson = { readonly position: number; readonly user_id: UserId };

/** The next so many people after a position, in an order that never changes; places of rebuilds are nobody. */
export async function readPeopleAfter(
  db: D1Database,
  after: number,
  limit: number,
): Promise<readonly LookedPerson[]> {
  return allRows(
    db,
    statement(
      `select rowid as position, id as user_id
from users
where rowid > ?1
  and rebuild_of is null
order by rowid
limit ?2`,
      after,
      limit,
    ),
  );
}

/** The days of a connection that have rows of a resource. */
export type PresentDays = {
  readonly terra_user_id: TerraUserId;
  readonly resource: HistoryResource;
  readonly days: readonly string[];
};

/** A gap that was found before. */
export type KnownGap = {
  readonly id: number;
  readonly terra_user_id: TerraUserId;
  readonly resource: HistoryResource;
  readonly from_date: string;
  readonly to_date: string;
  readonly asked_at: string | null;
  readonly ended_at: string | null;
  /** Of the request for its days; null where there is none. */
  readonly request: string | null;
};

const RESOURCE_OF: Record<DatedTable, HistoryResource> = {
  daily_summary: 'daily',
  activities: 'activity',
  sleep_sessions: 'sleep',
  biomarkers_raw: 'body',
};

/** One of a person's active connections by provider: rows say their source, which several connections may share. */
const SOURCES = `with sources as materialized (
  select provider, max(terra_user_id) as terra_user_id
  from terra_connections
  where user_id = ?1
    and deactivated_at is null
  group by provider
)`;

/** From the keys' indexes alone, days from `since` on; in one snapshot with the gaps that are known. */
export async function readPresentDays(
  db: D1Database,
  userId: UserId,
  since: string,
): Promise<{ readonly present: readonly PresentDays[]; readonly known: readonly KnownGap[] }> {
  const [known, ...tables] = await runAll<Record<string, unknown>>(db, [
    statement(
      `select s.id, s.terra_user_id, s.resource, s.from_date, s.to_date, s.asked_at, s.ended_at, b.status as request
from silences s indexed by idx_silences_user
left join backfills b on b.id = s.backfill_id
where s.user_id = ?1
  and s.kind = 'gap'`,
      userId,
    ),
    ...DATED_TABLES.map((table) => daysStatement(table, userId, since)),
  ]);
  return {
    known: (known?.results ?? []) as KnownGap[],
    present: DATED_TABLES.flatMap((table, i) =>
      (tables[i]?.results ?? []).map(({ terra_user_id, days }) => ({
        terra_user_id: terra_user_id as TerraUserId,
        resource: RESOURCE_OF[table],
        days: JSON.parse(String(days)) as string[],
      })),
    ),
  };
}

function daysStatement(table: DatedTable, userId: UserId, since: string) {
  const source = table === 'biomarkers_raw' ? "s.provider || '_body'" : 's.provider';
  // A body of many codes is one row of its day.
  const [from, time] =
    table === 'biomarkers_raw' ? ['biomarker_days', 'draw_date'] : [table, timeColumn(table)];
  return statement(
    `${SOURCES}
select s.terra_user_id, (
    select json_group_array(substr(t.${time}, 1, 10))
    from ${from} t
    where t.user_id = ?1
      and t.source = ${source}
      and t.${time} >= ?2
  ) as days
from sources s`,
    userId,
    since,
  );
}
