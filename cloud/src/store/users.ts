import { isoTime } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { bindAll, statement } from './statements.ts';

/**
 * Makes sure a signed-in person has a user row. An erased person is let in only by a token issued after the
 * erasure and used after its end, which lifts the mark of their user id; Terra ids stay refused. Answers whether they are let in.
 */
export async function admitUser(
  db: D1Database,
  { userId, issuedAtMs }: { readonly userId: string; readonly issuedAtMs: number },
): Promise<boolean> {
  const hash = sha256Hex(userId);
  const selectMark = statement('select erased_at from erased_subjects where subject_hash = ?1', hash);
  const [users, marks] = await db.batch(
    bindAll(db, [statement('select 1 from users where id = ?1', userId), selectMark]),
  );
  const isKnown = (users?.results.length ?? 0) > 0;
  if (isKnown && marks?.results.length === 0) return true;
  // An erasure may come between the two reads: the writes ask for themselves.
  const answers = await db.batch(
    bindAll(db, [
      statement(
        `delete from erased_subjects
where subject_hash = ?1
  and erased_at < ?2
  and not exists (select 1 from erasures where subject = ?3)`,
        hash,
        isoTime(issuedAtMs),
        userId,
      ),
      statement(
        `insert into users(id)
select ?1
where not exists (select 1 from erased_subjects where subject_hash = ?2)
on conflict (id) do nothing`,
        userId,
        hash,
      ),
      selectMark,
    ]),
  );
  return answers.at(-1)?.results.length === 0;
}
