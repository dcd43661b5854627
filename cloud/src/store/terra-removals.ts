import type { IsoTime } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import type { TerraUploadId, TerraUserId, UserId } from '../ids.ts';
import { TERRA_REMOVALS_SWEPT } from '../limits.ts';
import { releaseForErasedStatements } from './releases.ts';
import { deleteRows } from './row-sets.ts';
import { allRows, runAll, type Statement, statement } from './statements.ts';

/**
 * The outbox of what Terra took of a person after their erasure, who is not there any more to be asked about it. A
 * row is Terra's own id and nothing else; it goes as soon as the queue has it.
 */

/** Something at Terra to be deleted, as its row says it. */
export type TerraRemovalRow = { readonly kind: string; readonly id: string };

const COLUMNS = ['kind', 'id'] as const satisfies readonly (keyof TerraRemovalRow)[];

/**
 * An upload whose person was erased while Terra took it: it is to be deleted there, and what comes of it is refused.
 * Nothing of an upload whose person is there, or that another person has too. The last statement answers the row.
 */
export function removeErasedUploadStatements(
  userId: UserId,
  terraUploadId: TerraUploadId,
  now: IsoTime,
  sweepAfter: IsoTime,
): readonly Statement[] {
  const isErasedAlone = `exists (select 1 from erased_subjects where subject_hash = ?1)
  and not exists (select 1 from lab_uploads where terra_upload_id = ?2 and user_id <> ?3)
  and not exists (select 1 from earlier_lab_ids where terra_upload_id = ?2 and user_id <> ?3)`;
  const ids = [sha256Hex(userId), terraUploadId, userId] as const;
  return [
    statement(
      `insert into erased_subjects(subject_hash, kind, erased_at)
select ?4, 'upload', ?5
where ${isErasedAlone}
on conflict (subject_hash) do update set kind = excluded.kind`,
      ...ids,
      sha256Hex(terraUploadId),
      now,
    ),
    statement(
      `insert into terra_removals(kind, id, next_attempt_at)
select 'lab_upload', ?2, ?4
where ${isErasedAlone}
on conflict (kind, id) do update set next_attempt_at = excluded.next_attempt_at
returning kind, id`,
      ...ids,
      sweepAfter,
    ),
  ];
}

/**
 * A connection that somebody made at Terra after they were erased: their sign-in page was still open. It is to be
 * ended there, what comes of it is refused, and what has come of it goes. Nothing where the Terra id is somebody's who
 * is here.
 */
export function removeErasedConnectionStatements(
  subjects: string,
  terraUserId: TerraUserId,
  now: IsoTime,
  sweepAfter: IsoTime,
): readonly Statement[] {
  const isErasedAlone = `exists (
    select 1
    from erased_subjects
    where subject_hash in (select value from json_each(?1))
  )
  and not exists (select 1 from terra_connections where terra_user_id = ?2)`;
  return [
    statement(
      `insert into terra_removals(kind, id, next_attempt_at)
select 'user', ?2, ?3
where ${isErasedAlone}
on conflict (kind, id) do update set next_attempt_at = excluded.next_attempt_at
returning kind, id`,
      subjects,
      terraUserId,
      sweepAfter,
    ),
    statement(
      `insert into erased_subjects(subject_hash, kind, erased_at)
select ?3, 'terra_user', ?4
where ${isErasedAlone}
on conflict (subject_hash) do nothing`,
      subjects,
      terraUserId,
      sha256Hex(terraUserId),
      now,
    ),
    ...releaseForErasedStatements(terraUserId, now, sweepAfter),
  ];
}

/** Rows whose message was lost; they are leased until `leaseUntil`. */
export async function takeDueRemovals(
  db: D1Database,
  now: IsoTime,
  leaseUntil: IsoTime,
): Promise<readonly TerraRemovalRow[]> {
  return allRows(
    db,
    statement(
      `update terra_removals set next_attempt_at = ?2
where (kind, id) in (
  select kind, id
  from terra_removals
  where next_attempt_at <= ?1
  limit ${TERRA_REMOVALS_SWEPT}
)
returning kind, id`,
      now,
      leaseUntil,
    ),
  );
}

/** The queue has them now. */
export async function deleteRemovals(db: D1Database, removals: readonly TerraRemovalRow[]): Promise<void> {
  if (removals.length > 0) await runAll(db, deleteRemovalsStatements(removals));
}

function deleteRemovalsStatements(removals: readonly TerraRemovalRow[]): readonly Statement[] {
  return deleteRows('terra_removals', COLUMNS, removals);
}
