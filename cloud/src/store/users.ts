import { sha256Hex } from '../digest.ts';
import { bindAll, statement } from './statements.ts';

/**
 * Makes sure a signed-in person has a user row. An erased person is let in only by a token issued after the
 * erasure, which lifts the mark of their user id; Terra ids stay refused. Answers whether they are let in.
 */
export async function admitUser(
  db: D1Database,
  { userId, issuedAtMs }: { readonly userId: string; readonly issuedAtMs: number },
): Promise<boolean> {
  const hash = sha256Hex(userId);
  const [user, erased] = await db.batch<{ id: string; erased_at: string }>(
    bindAll(db, [
      statement('select id from users where id = ?1', userId),
      statement('select erased_at from erased_subjects where subject_hash = ?1', hash),
    ]),
  );
  const erasedAt = erased?.results[0]?.erased_at;
  if (erasedAt !== undefined && issuedAtMs <= Date.parse(erasedAt)) return false;
  if (erasedAt === undefined && user?.results[0] !== undefined) return true;
  await db.batch(
    bindAll(db, [
      statement('delete from erased_subjects where subject_hash = ?1', hash),
      statement('insert into users(id) values (?1) on conflict (id) do nothing', userId),
    ]),
  );
  return true;
}
