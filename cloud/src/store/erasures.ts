import type { IsoTime } from '../clock.ts';
import type { UserId } from '../ids.ts';
import { markErasedStatements, writeMarks } from './erased-subjects.ts';
import { allRows, runAll, type Statement, statement } from './statements.ts';
import type { Subjects } from './subjects.ts';

/**
 * Marks a person as erased: nothing of theirs is stored from then on, and their tokens have ended. With the
 * mark, which is a hash, stands the erasure itself, for the cron, should this one not come to its end before
 * `leaseUntil`; nobody is let in again before.
 */
export async function beginErasure(
  db: D1Database,
  userId: UserId,
  { requestedAt, leaseUntil }: { readonly requestedAt: IsoTime; readonly leaseUntil: IsoTime },
): Promise<void> {
  await runAll(db, [
    ...markErasedStatements([['user', userId]], requestedAt),
    statement(
      `insert into erasures(subject, requested_at, next_attempt_at)
values (?1, ?2, ?3)
on conflict (subject) do update set
  requested_at = max(requested_at, excluded.requested_at),
  next_attempt_at = excluded.next_attempt_at`,
      userId,
      requestedAt,
      leaseUntil,
    ),
  ]);
}

/** Marks a person's other ids. They are read after the person was marked, so none has been added since. */
export async function markSubjects(db: D1Database, subjects: Subjects, erasedAt: IsoTime): Promise<void> {
  const marks = [
    ...subjects.terraUserIds.map((id) => ['terra_user', id] as const),
    ...subjects.terraUploadIds.map((id) => ['upload', id] as const),
  ];
  await writeMarks(db, marks, erasedAt);
}

/** The last step of an erasure. One that was begun again meanwhile, under another lease, goes on. */
export function endErasureStatement(userId: UserId, leaseUntil: IsoTime): Statement {
  return statement('delete from erasures where subject = ?1 and next_attempt_at = ?2', userId, leaseUntil);
}

/** Erasures whose lease is over, at most `limit`; they are leased anew until `leaseUntil`. */
export async function takeDeadErasures(
  db: D1Database,
  { now, leaseUntil, limit }: { readonly now: IsoTime; readonly leaseUntil: IsoTime; readonly limit: number },
): Promise<readonly { readonly subject: UserId; readonly requested_at: IsoTime }[]> {
  return allRows(
    db,
    statement(
      `update erasures set next_attempt_at = ?2
where subject in (
  select subject
  from erasures
  where next_attempt_at <= ?1
  order by next_attempt_at
  limit ?3
)
returning subject, requested_at`,
      now,
      leaseUntil,
      limit,
    ),
  );
}
