import { sha256Hex } from '../digest.ts';
import type { UserId } from '../ids.ts';
import { EVENT_ROW_COLUMNS, type EventRow } from './event-rows.ts';
import { PERSON_TABLES } from './person-data.ts';
import type { AnyRow } from './raw-events.ts';
import { runAll, statement } from './statements.ts';
import { namingEventsStatement } from './subject-events.ts';

/** What is kept of a person, for an operator. */
export type PersonOverview = {
  /** Null where there is nobody of this id. */
  readonly user: AnyRow | null;
  /** When they were erased, if they were. */
  readonly erased_at: string | null;
  /** Rows by table. */
  readonly counts: Readonly<Record<string, number>>;
  readonly connections: readonly AnyRow[];
  /** Their last events, the newest first. */
  readonly events: readonly EventRow[];
};

/**
 * Whether somebody has the id, was erased under it, or any event names it: one round trip, whose cost does not grow
 * with what is stored of others, the backlog apart.
 */
export async function isIdKnown(db: D1Database, userId: UserId): Promise<boolean> {
  const subjects = {
    userId,
    terraUserIds: [],
    terraUploadIds: [],
    terraReportIds: [],
    unansweredSince: null,
  };
  const answers = await runAll(db, [
    statement('select 1 from users where id = ?1', userId),
    statement('select 1 from erased_subjects where subject_hash = ?1', sha256Hex(userId)),
    statement('select 1 from erasures where subject = ?1', userId),
    namingEventsStatement(subjects, 1),
  ]);
  return answers.some(({ results }) => results.length > 0);
}

const COUNTED = ['raw_events', 'trace_events', ...PERSON_TABLES] as const;

/** One round trip; it grows with the person's own data alone. */
export async function readPersonOverview(
  db: D1Database,
  userId: UserId,
  eventsMax: number,
): Promise<PersonOverview> {
  const [users, marks, connections, events, ...counts] = await runAll<AnyRow>(db, [
    statement(
      `select id, email, created_at, clock, reconciled_at, full_sync_before, rules
from users
where id = ?1
  and rebuild_of is null`,
      userId,
    ),
    statement('select erased_at from erased_subjects where subject_hash = ?1', sha256Hex(userId)),
    statement(
      `select id, terra_user_id, provider, reference_id, scopes, state, state_message, state_at, connected_at,
  deactivated_at
from terra_connections
where user_id = ?1
order by connected_at desc, id`,
      userId,
    ),
    statement(
      `select ${EVENT_ROW_COLUMNS.join(', ')}
from raw_events
where id in (
  select id
  from raw_events indexed by idx_raw_user
  where user_id = ?1
  order by id desc
  limit ?2
)
order by id desc`,
      userId,
      eventsMax,
    ),
    ...COUNTED.map((table) => statement(`select count(*) as rows from ${table} where user_id = ?1`, userId)),
  ]);
  return {
    user: users?.results[0] ?? null,
    erased_at: marks?.results[0] === undefined ? null : String(marks.results[0].erased_at),
    counts: Object.fromEntries(COUNTED.map((table, i) => [table, Number(counts[i]?.results[0]?.rows ?? 0)])),
    connections: connections?.results ?? [],
    events: (events?.results ?? []) as unknown[] as EventRow[],
  };
}
