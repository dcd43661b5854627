import { env } from 'cloudflare:test';
import { sha256Hex } from '../../src/digest.ts';
import type { UserId } from '../../src/ids.ts';
import { newUser } from './stack.ts';

/** Rows as a test says them, for tests of one statement: nothing of the Worker has written them. */

export type Columns = Readonly<Record<string, string | number | null>>;

export async function insertRow(table: string, row: Columns): Promise<void> {
  await env.DB.prepare(
    `insert into ${table}(${Object.keys(row).join(', ')}) values (${Object.keys(row).map(() => '?')})`,
  )
    .bind(...Object.values(row))
    .run();
}

/** A person no other test has. */
export async function insertPerson(columns: Columns = {}): Promise<UserId> {
  const id = newUser();
  await insertRow('users', { id, ...columns });
  return id;
}

/** An erasure of the person goes on. */
export async function insertErasure(user: string, at = '2026-03-01T12:00:00.000Z'): Promise<void> {
  await insertRow('erasures', { subject: user, requested_at: at, next_attempt_at: at });
}

/** The mark by which what names an erased person, or something of theirs, is refused. */
export async function insertMark(id: string, at: string, kind = 'user'): Promise<void> {
  await insertRow('erased_subjects', { subject_hash: sha256Hex(id), kind, erased_at: at });
}
