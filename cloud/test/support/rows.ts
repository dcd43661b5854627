import { env } from 'cloudflare:test';
import { sha256Hex } from '../../src/digest.ts';
import { asTerraUserId, type TerraUserId, type UserId } from '../../src/ids.ts';
import { newTerraId, newUser } from './stack.ts';

/** Rows as a test says them, for tests of one statement: nothing of the Worker has written them. */

export type Columns = Readonly<Record<string, string | number | null>>;

/** What the columns do not say is as the table has it by default. Answers the rowid. */
export async function insertRow(table: string, row: Columns): Promise<number> {
  const columns = Object.keys(row);
  const { meta } = await env.DB.prepare(
    `insert into ${table}(${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`,
  )
    .bind(...Object.values(row))
    .run();
  return meta.last_row_id;
}

/** The first row whose column has this value. */
export async function rowWhere(
  table: string,
  column: string,
  value: string | number,
): Promise<Columns | null> {
  return env.DB.prepare(`select * from ${table} where ${column} = ?`).bind(value).first<Columns>();
}

/** A person no other test has. */
export async function insertPerson(columns: Columns = {}): Promise<UserId> {
  const id = newUser();
  await insertRow('users', { id, ...columns });
  return id;
}

/** As an erasure leaves a person between its mark and its first slice. */
export async function markErasing(user: string, at = '2026-03-01T12:00:00.000Z'): Promise<void> {
  await insertRow('erasures', { subject: user, requested_at: at, next_attempt_at: at });
}

/** The mark by which what names an erased person, or something of theirs, is refused. */
export async function markErased(id: string, at: string, kind = 'user'): Promise<void> {
  await insertRow('erased_subjects', { subject_hash: sha256Hex(id), kind, erased_at: at });
}

/** A connection of the person; answers Terra's id of it, which is its own id too. */
export async function insertConnection(user: string, columns: Columns = {}): Promise<TerraUserId> {
  const id = newTerraId();
  await insertRow('terra_connections', {
    id,
    user_id: user,
    terra_user_id: id,
    provider: 'oura',
    reference_id: user,
    ...columns,
  });
  return asTerraUserId(id);
}
