import type { LabSessionChange } from '../fold/changes.ts';
import { rowKeyParts } from '../fold/keys.ts';
import type { UserId } from '../ids.ts';
import { LAB_SOURCE } from '../normalize/lab-report.ts';
import type { Owned } from './owned.ts';
import { ownersTable } from './owners.ts';
import { deleteRows, insertRows, rowSet, statementsForRows } from './row-sets.ts';
import { type Statement, statement } from './statements.ts';

/** A lab session by its owner's number in the owners that are bound as `?2`. */
export type LabSessionKey = { readonly n: number; readonly session: string };

/** Where a result stands, as `keys` lists it; its source is that of all labs. */
export type StoredResultKey = { readonly draw_date: string; readonly code: string };

const COLUMNS = ['n', 'session'] as const satisfies readonly (keyof LabSessionKey)[];

/** What is remembered of these sessions. */
export function labSessionsOfOwnersStatements(
  sessions: readonly LabSessionKey[],
  owners: string,
): readonly Statement[] {
  return statementsForRows(
    `with ${ownersTable('?2')}
select distinct s.*
from ${rowSet(COLUMNS)} k
cross join owners o on o.n = k.n
cross join lab_sessions s on s.user_id = o.user_id and s.session = k.session`,
    COLUMNS,
    sessions,
    owners,
  );
}

/** The rows in which the newest events of these sessions have results. */
export function biomarkersOfSessionsStatements(
  sessions: readonly LabSessionKey[],
  owners: string,
): readonly Statement[] {
  return statementsForRows(
    `with ${ownersTable('?2')},
named as materialized (
  select distinct s.user_id, e.value->>'draw_date' as draw_date, e.value->>'code' as code
  from ${rowSet(COLUMNS)} k
  cross join owners o on o.n = k.n
  cross join lab_sessions s on s.user_id = o.user_id and s.session = k.session
  cross join json_each(s.keys) e
)
select b.*
from named r
cross join biomarkers_raw b on b.user_id = r.user_id and b.source = '${LAB_SOURCE}'
  and b.draw_date = r.draw_date and b.code = r.code`,
    COLUMNS,
    sessions,
    owners,
  );
}

/** All of a person's. */
export function labSessionsOfPersonStatement(userId: UserId): Statement {
  return statement('select * from lab_sessions where user_id = ?1', userId);
}

export function storeLabSessionsStatements(
  changes: readonly Owned<LabSessionChange>[],
): readonly Statement[] {
  const gone = changes.filter(({ change }) => change.known === null);
  return [
    ...deleteRows(
      'lab_sessions',
      ['user_id', 'session'],
      gone.map(({ userId, change }) => ({ user_id: userId, session: change.session })),
    ),
    ...insertRows(
      'lab_sessions',
      ['user_id', 'session', 'newest', 'keys'],
      changes.flatMap(({ userId, change: { session, known } }) =>
        known === null
          ? []
          : [
              {
                user_id: userId,
                session,
                newest: JSON.stringify(known.newest),
                keys: JSON.stringify(known.keys.map(resultKey)),
              },
            ],
      ),
      `on conflict (user_id, session) do update set
  newest = excluded.newest,
  keys = excluded.keys`,
    ),
  ];
}

function resultKey(key: string): StoredResultKey {
  const [, draw_date = '', code = ''] = rowKeyParts(key);
  return { draw_date, code };
}
