import type { IsoTime } from '../clock.ts';
import type { BiomarkerDayChange } from '../fold/biomarker-days.ts';
import type { RowDeletion } from '../fold/changes.ts';
import type { UserId } from '../ids.ts';
import type { Owned } from './owned.ts';
import { ownersTable } from './owners.ts';
import { insertRows, rowSet, statementsForRows } from './row-sets.ts';
import { type Statement, statement } from './statements.ts';

/**
 * The days of biomarkers, by which sync finds what changed: a day's `updated_at` is never before that of one of its
 * rows. Whatever writes rows of `biomarkers_raw` writes their days behind them, in the same transaction.
 */

/** A day by its owner's number in the owners that are bound as `?2`. */
export type BiomarkerDayKey = { readonly n: number; readonly source: string; readonly draw_date: string };

const OWNED_DAY = ['n', 'source', 'draw_date'] as const satisfies readonly (keyof BiomarkerDayKey)[];
const DAY = ['user_id', 'source', 'draw_date'] as const;

/** The days named. */
export function biomarkerDaysStatements(
  days: readonly BiomarkerDayKey[],
  owners: string,
): readonly Statement[] {
  return statementsForRows(
    `with ${ownersTable('?2')}
select d.*
from ${rowSet(OWNED_DAY)} k
cross join owners o on o.n = k.n
cross join biomarker_days d on d.user_id = o.user_id and d.source = k.source and d.draw_date = k.draw_date`,
    OWNED_DAY,
    days,
    owners,
  );
}

/** Where somebody sees that a row of the day changed: it stands at this clock. */
const MOVED = `exists (
    select 1
    from biomarkers_raw b
    where b.user_id = excluded.user_id
      and b.source = excluded.source
      and b.draw_date = excluded.draw_date
      and b.updated_at = excluded.updated_at
  )`;

const WITH_ROWS = `on conflict (user_id, source, draw_date) do update set
  cells = coalesce(excluded.cells, biomarker_days.cells),
  updated_at = excluded.updated_at
where excluded.cells is not null
  or ${MOVED}`;

/** Without naming `updated_at`, which would write its index anew. */
const CELLS_ALONE = 'on conflict (user_id, source, draw_date) do update set cells = excluded.cells';

/** Writes days, behind their rows. */
export function storeBiomarkerDaysStatements(
  changes: readonly Owned<BiomarkerDayChange>[],
): readonly Statement[] {
  const store = (hasRows: boolean, conflict: string) =>
    insertRows(
      'biomarker_days',
      ['user_id', 'source', 'draw_date', 'cells', 'updated_at'],
      changes
        .filter(({ change }) => change.hasRows === hasRows)
        .map(({ userId, clock, change: { source, drawDate, cells } }) => ({
          user_id: userId,
          source,
          draw_date: drawDate,
          cells,
          updated_at: clock,
        })),
      conflict,
    );
  return [...store(true, WITH_ROWS), ...store(false, CELLS_ALONE)];
}

/** Deletes the days of deleted biomarkers that have none left. */
export function deleteEmptyDaysStatements(deletions: readonly Owned<RowDeletion>[]): readonly Statement[] {
  const days = deletions.flatMap(({ userId, change: { table, key } }) => {
    const [source = null, draw_date = null] = key;
    return table === 'biomarkers_raw' ? [{ user_id: userId, source, draw_date }] : [];
  });
  return statementsForRows(
    `delete from biomarker_days as d
where (d.user_id, d.source, d.draw_date) in (
    select user_id, source, draw_date
    from ${rowSet(DAY)}
  )
  and ${hasNoRows('d')}`,
    DAY,
    days,
  );
}

function hasNoRows(day: string): string {
  return `not exists (
    select 1
    from biomarkers_raw b
    where b.user_id = ${day}.user_id
      and b.source = ${day}.source
      and b.draw_date = ${day}.draw_date
  )`;
}

/**
 * All days of a person (`?1`) as their rows say, with the cells that a rebuild made (`?2`). Rows that stand behind
 * their day were written by an older version of the code, and no sync has seen them: they move to this clock.
 */
export function swapBiomarkerDaysStatements(
  userId: UserId,
  shadow: UserId,
  clock: IsoTime,
): readonly Statement[] {
  return [
    statement(
      `update biomarkers_raw as b
set updated_at = ?2
where b.user_id = ?1
  and b.updated_at < ?2
  and not exists (
    select 1
    from biomarker_days d
    where d.user_id = b.user_id
      and d.source = b.source
      and d.draw_date = b.draw_date
      and d.updated_at >= b.updated_at
  )`,
      userId,
      clock,
    ),
    statement(`delete from biomarker_days as d\nwhere d.user_id = ?1\n  and ${hasNoRows('d')}`, userId),
    statement(
      `insert into biomarker_days(user_id, source, draw_date, cells, updated_at)
select b.user_id, b.source, b.draw_date, s.cells, max(b.updated_at)
from biomarkers_raw b
left join biomarker_days s on s.user_id = ?2 and s.source = b.source and s.draw_date = b.draw_date
where b.user_id = ?1
group by b.user_id, b.source, b.draw_date
on conflict (user_id, source, draw_date) do update set
  cells = excluded.cells,
  updated_at = max(excluded.updated_at, biomarker_days.updated_at)
where excluded.cells is not biomarker_days.cells
  or excluded.updated_at > biomarker_days.updated_at`,
      userId,
      shadow,
    ),
  ];
}
