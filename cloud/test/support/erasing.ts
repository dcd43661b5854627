import { env } from 'cloudflare:test';
import { expect } from 'vitest';
import type { Erased } from '../../src/contract/erasure.ts';
import { insertRaw } from './raw-rows.ts';
import { asPerson, newTerraId, newUser, request, token } from './stack.ts';
import { type FarTerra, newTerra } from './terra.ts';

/** A person's own erasure, and who is erased. */

export function erase(user: string, used: Env): Promise<Response> {
  return asPerson(user, '/v1/me', { method: 'DELETE', env: used });
}

export async function receiptOf(response: Response): Promise<Erased> {
  expect(response.status).toBe(200);
  return response.json();
}

/** A Terra that deletes all it is asked to. */
export async function terraOf({ uploadId }: { uploadId: string }): Promise<FarTerra> {
  const terra = newTerra();
  await terra.answers('/auth/deauthenticateUser', 200, { status: 'success' });
  await terra.answers(`/lab-reports?upload_id=${uploadId}`, 200, {
    sessions: [{ session_id: 's-1' }, { session_id: 2 }],
  });
  // Of an id that an earlier sending of the file had: its report was read too.
  await terra.answers(`/lab-reports?upload_id=${uploadId}-earlier`, 200, {
    sessions: [{ session_id: 's-0' }],
  });
  for (const session of ['s-0', 's-1', '2']) await terra.answers(`/lab-reports/${session}`, 204, '');
  return terra;
}

/** The status of a request with a token issued then, in seconds. */
export async function signedIn(user: string, issuedAt: number): Promise<number> {
  const headers = { authorization: `Bearer ${await token(user, issuedAt)}` };
  return (await request('/v1/profile', { headers })).status;
}

export type SmallPerson = Awaited<ReturnType<typeof smallPerson>>;

/** Somebody with a little in every kind of store. */
export async function smallPerson() {
  const [user, terraId, uploadId] = [newUser(), newTerraId(), `upl-${crypto.randomUUID()}`];
  const key = `raw-events/${user}.json`;
  await env.DB.prepare('insert into users(id) values (?)').bind(user).run();
  await env.DB.batch([
    env.DB.prepare(
      "insert into terra_connections(id, user_id, terra_user_id, provider, reference_id) values (?1, ?1, ?2, 'oura', ?1)",
    ).bind(user, terraId),
    env.DB.prepare(
      "insert into lab_uploads(id, user_id, storage_key, terra_upload_id) values (?1, ?1, 'k', ?2)",
    ).bind(user, uploadId),
  ]);
  await insertRaw({ user_id: user, terra_user_id: terraId, payload: '', payload_key: key });
  await env.RAW_PAYLOADS.put(key, user);
  await env.LAB_REPORTS.put(`lab-uploads/${user}/1.pdf`, user);
  await env.CACHE.put(`cache:${user}:me`, user);
  return { user, terraId, uploadId, provider: 'OURA', traces: [user, terraId, uploadId] };
}
