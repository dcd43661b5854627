import { type IsoTime, isoTime, type UnixMs } from '../clock.ts';
import type { TerraUserId, UserId } from '../ids.ts';
import { CATCH_UP_EVERY_MS, FIRST_ATTEMPT_GRACE_MS } from '../limits.ts';
import { rowSet, statementsForRows, statementsForValues } from './row-sets.ts';
import { allRows, runAll, type Statement, statement } from './statements.ts';

/** Days of silences, asked for again through the outbox: each once, and a connection at most once a day. */

/** A silence whose days are to be asked for. */
export type DueSilence = {
  readonly id: number;
  readonly user_id: UserId;
  readonly terra_user_id: TerraUserId;
  /** When days of this connection were asked for last; null of never. */
  readonly asked_before: IsoTime | null;
};

/**
 * Takes all that is due of so many connections, those that wait longest first, and leases it until `leaseUntil`: what
 * one run took, another leaves alone.
 */
export async function takeDueSilences(
  db: D1Database,
  now: IsoTime,
  leaseUntil: IsoTime,
  connections: number,
): Promise<readonly DueSilence[]> {
  return allRows(
    db,
    statement(
      `update silences set due_at = ?2
where ended_at is null
  and asked_at is null
  and due_at <= ?1
  and terra_user_id in (
    select terra_user_id
    from silences indexed by idx_silences_due
    where ended_at is null
      and asked_at is null
      and due_at <= ?1
      and not exists (select 1 from erasures where subject = user_id)
    group by terra_user_id
    order by min(due_at)
    limit ?3
  )
returning id, user_id, terra_user_id, (
  select max(a.asked_at)
  from silences a
  where a.terra_user_id = silences.terra_user_id
    and a.asked_at is not null
) as asked_before`,
      now,
      leaseUntil,
      connections,
    ),
  );
}

/** They wait for their connection's turn. */
export function postponeSilencesStatements(ids: readonly number[], dueAt: IsoTime): readonly Statement[] {
  return statementsForValues(
    'update silences set due_at = ?2 where id in (select value from json_each(?1)) and asked_at is null',
    ids,
    dueAt,
  );
}

const ASKED = ['id', 'backfill_id'] as const;

/**
 * Writes the requests for the days of these silences, once Terra said that the connections stand. Nothing is asked of
 * a connection that ended, of somebody who is being erased, and of a connection that was asked within the last day.
 * Answers the requests that were written.
 */
export async function storeCatchUps(
  db: D1Database,
  asked: readonly { readonly id: number; readonly backfill_id: string }[],
  nowMs: UnixMs,
): Promise<readonly string[]> {
  const now = isoTime(nowMs);
  const claims = statementsForRows(
    `update silences set
  compared_at = ?2,
  asked_at = ?2,
  backfill_id = j.backfill_id,
  to_date = case kind when 'overdue' then substr(?2, 1, 10) else to_date end
from ${rowSet(ASKED)} j
where silences.id = j.id
  and silences.asked_at is null
  and silences.ended_at is null
  and exists (
    select 1
    from terra_connections c
    where c.terra_user_id = silences.terra_user_id
      and c.user_id = silences.user_id
      and c.deactivated_at is null
  )
  and not exists (select 1 from erasures where subject = silences.user_id)
  and not exists (
    select 1
    from silences a
    where a.terra_user_id = silences.terra_user_id
      and a.asked_at > ?3
  )`,
    ASKED,
    asked,
    now,
    isoTime(nowMs - CATCH_UP_EVERY_MS),
  );
  const requests = statementsForRows(
    `insert into backfills(id, user_id, terra_user_id, resource, start_date, end_date, created_at, next_attempt_at)
select s.backfill_id, s.user_id, s.terra_user_id, s.resource, s.from_date, s.to_date, ?2, ?3
from ${rowSet(ASKED)} j
cross join silences s on s.id = j.id
where s.backfill_id = j.backfill_id
on conflict (id) do nothing
returning id`,
    ASKED,
    asked,
    now,
    isoTime(nowMs + FIRST_ATTEMPT_GRACE_MS),
  );
  const answers = await runAll<{ id: string }>(db, [...claims, ...requests]);
  return answers.slice(claims.length).flatMap(({ results }) => results.map(({ id }) => id));
}
