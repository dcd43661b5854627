import type { IsoTime, SqliteTime } from '../clock.ts';
import type { RawEventId } from '../ids.ts';
import { DRAIN_ATTEMPTED_ROWS, DRAIN_NEW_ROWS } from '../limits.ts';
import { IS_DRAINED, IS_LET_GO, IS_TRIED } from './event-state.ts';
import { allRows, runAll, statement } from './statements.ts';

/** An event to enqueue, and how large its body is where that is known. */
export type UnprocessedEvent = { readonly id: RawEventId; readonly payload_bytes: number | null };

/** Its name in `sweeps`; the cursor is an id below which no event waits for its first try, but for `IS_LET_GO`. */
const UNTRIED_FROM = 'untried_from';

/**
 * Takes what is left unprocessed and whose wait is over, oldest first: rows never attempted whatever their age,
 * and a few that failed before, not received before `attemptedSince`, so that neither kind hides the other. Taking
 * a row moves its next attempt to `leaseUntil`, so that two drains at once do not take it twice.
 *
 * What waits for somebody is passed over once: rows never attempted are looked for from where the last drain found the
 * first of them, and those that were let go by an index of their own.
 */
export async function takeUnprocessedEvents(
  db: D1Database,
  times: { readonly now: IsoTime; readonly leaseUntil: IsoTime; readonly attemptedSince: SqliteTime },
): Promise<readonly UnprocessedEvent[]> {
  const { now, leaseUntil, attemptedSince } = times;
  const [taken] = await runAll<UnprocessedEvent>(db, [
    statement(TAKE, now, leaseUntil, attemptedSince),
    statement(MOVE_CURSOR, now),
  ]);
  return (taken?.results ?? []).toSorted((a, b) => a.id - b.id);
}

const IS_UNTRIED = 'processed_at is null and attempts = 0';

/** The first drain of a day looks at everything again. */
const IS_FROM_CURSOR = `${IS_UNTRIED}
      and released_at is null
      and duration_ms is null
      and id >= coalesce((
        select cast(cursor as integer)
        from sweeps
        where name = '${UNTRIED_FROM}'
          and date(updated_at) = date(?1)
      ), 0)`;

const MOVE_CURSOR = `insert into sweeps(name, cursor, updated_at)
select '${UNTRIED_FROM}', coalesce(
    (select min(id) from raw_events indexed by idx_raw_unprocessed where ${IS_FROM_CURSOR}),
    (select max(id) + 1 from raw_events),
    0
  ), ?1
where true
on conflict (name) do update set
  cursor = excluded.cursor,
  updated_at = excluded.updated_at
where excluded.cursor <> sweeps.cursor
  or date(excluded.updated_at) <> date(sweeps.updated_at)`;

const TAKE = `update raw_events set next_attempt_at = ?2
where id in (
  ${dueEvents('idx_raw_unprocessed', IS_FROM_CURSOR, 'id', DRAIN_NEW_ROWS)}
  union
  ${dueEvents('idx_raw_let_go', IS_LET_GO, 'id', DRAIN_NEW_ROWS)}
  union
  ${dueEvents('idx_raw_tried', `${IS_TRIED}\n  and received_at >= ?3`, 'received_at, id', DRAIN_ATTEMPTED_ROWS)}
)
returning id, payload_bytes`;

function dueEvents(index: string, which: string, order: string, limit: number): string {
  return `select id
  from (
    select id
    from raw_events indexed by ${index}
    where ${which}
      and (next_attempt_at is null or next_attempt_at <= ?1)
      and ${IS_DRAINED}
    order by ${order}
    limit ${limit}
  )`;
}

export type UnprocessedFilter = {
  readonly event_type?: string | undefined;
  readonly user_id?: string | undefined;
  /** The error, or how it begins. */
  readonly error?: string | undefined;
  readonly limit: number;
};

/** Unprocessed rows, oldest first, whatever their age or error. */
export async function readUnprocessedEvents(
  db: D1Database,
  filter: UnprocessedFilter,
): Promise<readonly UnprocessedEvent[]> {
  return allRows(
    db,
    statement(
      `select id, payload_bytes
from raw_events
where processed_at is null
  and (?1 is null or event_type = ?1)
  and (?2 is null or user_id = ?2 or reference_id = ?2)
  and (?3 is null or substr(process_error, 1, length(?3)) = ?3)
order by id
limit ?4`,
      filter.event_type ?? null,
      filter.user_id ?? null,
      filter.error ?? null,
      filter.limit,
    ),
  );
}
