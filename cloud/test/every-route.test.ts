import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { begin, decide, poll, signIn } from './support/device-login.ts';
import { OPERATIONS, succeeded } from './support/documented.ts';
import { day, event, terraUser } from './support/events.ts';
import { formWith, PDF } from './support/lab-files.ts';
import { insertRaw } from './support/raw-rows.ts';
import { asOperator, ingest, newTerraId, newUser, request } from './support/stack.ts';
import { newTerra } from './support/terra.ts';

/**
 * Every documented route, called as it is meant to be. That each answer is as documented is seen to by
 * `request`; here is seen to that none is left out.
 */

const terra = newTerra();
const who = { user: newUser(), terraId: newTerraId() };

type Ask = (method: string, path: string, body?: unknown) => Promise<Record<string, unknown>>;

/** Asks under a token and wants success; answers the JSON, or nothing of what is none. */
function askAs(token: string): Ask {
  return async (method, path, body) => {
    const response = await request(path, {
      method,
      headers: { authorization: `Bearer ${token}` },
      env: terra.env,
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
    expect(response.ok, `${method} ${path} answered ${response.status}`).toBe(true);
    const isJson = response.headers.get('content-type')?.startsWith('application/json');
    return isJson ? response.json() : {};
  };
}

async function asksOperator(method: string, path: string, body?: unknown): Promise<void> {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await asOperator(path, { method, env: terra.env, ...sent });
  expect(response.ok, `${method} ${path} answered ${response.status}`).toBe(true);
  await response.arrayBuffer();
}

async function signInRoutes(): Promise<Ask> {
  const login = await begin();
  const ask = askAs((await signIn(who.user)).access_token);
  await ask('GET', `/v1/auth/device/${login.user_code}`);
  expect((await decide(who.user, login.user_code)).status).toBe(200);
  const { session_id } = await (await poll(login.device_code)).json<{ session_id: string }>();
  await ask('GET', '/v1/auth/sessions');
  await ask('PATCH', `/v1/auth/sessions/${session_id}`, { name: 'work laptop' });
  await ask('DELETE', `/v1/auth/sessions/${session_id}`);
  await ask('POST', '/v1/auth/refresh');
  await askAs((await signIn(who.user)).access_token)('POST', '/v1/auth/logout');
  return ask;
}

async function connectionRoutes(ask: Ask): Promise<void> {
  await terra.answers('/auth/generateWidgetSession', 200, { url: 'https://terra.test/1', expires_in: 900 });
  await terra.answers('/userInfo', 200, []);
  await terra.answers('/auth/deauthenticateUser', 200, { status: 'success' });
  await ask('POST', '/v1/connect', {});
  const { import_id } = await ask('POST', '/v1/import', { days: 7 });
  await ask('GET', '/v1/imports');
  await ask('GET', `/v1/imports/${import_id}`);
  await ingest({ type: 'auth', user: terraUser(who) });
  await ask('GET', '/v1/me');
  const row = env.DB.prepare('select id from terra_connections where terra_user_id = ?');
  await ask('DELETE', `/v1/connections/${await row.bind(who.terraId).first('id')}`);
}

async function labRoutes(ask: Ask): Promise<void> {
  await terra.answers('/lab-reports', 202, { upload_id: `upl_${crypto.randomUUID()}` });
  const { upload_id: id } = await ask('POST', '/v1/labs/upload', formWith(PDF));
  await ask('GET', '/v1/labs');
  await ask('GET', `/v1/labs/${id}`);
  await ask('GET', `/v1/labs/${id}/file`);
  await env.DB.prepare("update lab_uploads set terra_status = 'failed:network' where id = ?").bind(id).run();
  await ask('POST', `/v1/labs/${id}/retry`);
  await ask('DELETE', `/v1/labs/${id}`);
}

async function operatorRoutes(eventId: number): Promise<void> {
  await env.RAW_PAYLOADS.put('fetched/every-route.json', '{}');
  const fetched = { event_type: 's3_payload', fetched_key: 'fetched/every-route.json', user_id: who.user };
  const dedup_key = crypto.randomUUID();
  await insertRaw({ ...fetched, dedup_key });
  const ping = env.DB.prepare('select id from raw_events where dedup_key = ?');
  await asksOperator('GET', `/admin/raw-events/${await ping.bind(dedup_key).first('id')}/fetched-payload`);
  await asksOperator('GET', `/admin/raw-events/${eventId}`);
  await asksOperator('GET', `/admin/raw-events/${eventId}/payload`);
  await asksOperator('POST', `/admin/raw-events/${eventId}/replay`);
  await asksOperator('POST', `/admin/raw-events/${eventId}/resolve`, { note: 'seen' });
  for (const path of ['/admin/dlq', '/admin/stats', '/admin/silences', '/admin/traces', '/admin/metrics'])
    await asksOperator('GET', path);
  await asksOperator('GET', `/admin/events?user_id=${who.user}`);
  await asksOperator('POST', '/admin/events/replay', { user_id: who.user, dry_run: true });
  await asksOperator('POST', '/admin/events/resolve', { user_id: who.user, dry_run: true });
  await asksOperator('GET', `/admin/user/${who.user}`);
  await asksOperator('POST', `/admin/user/${who.user}/import`, { days: 7 });
  const connection = await env.DB.prepare('select id from terra_connections').first('id');
  await asksOperator('POST', `/admin/connections/${connection}/owner`, { user_id: who.user });
  await asksOperator('POST', '/admin/outbound', { paused: false });
  await asksOperator('POST', `/admin/rebuild?user_id=${who.user}&dry_run=true`);
  await asksOperator('GET', `/admin/rebuild?user_id=${who.user}`);
  await asksOperator('POST', '/admin/sweeps', { held: false });
  await asksOperator('POST', '/admin/restored', { to: new Date().toISOString() });
  await asksOperator('POST', '/admin/drain?limit=1');
  await asksOperator('POST', `/admin/user/${newUser()}/wipe`, { force: true });
}

it('answers as documented, every one', async () => {
  const ask = await signInRoutes();
  await connectionRoutes(ask);
  await labRoutes(ask);
  const { id } = await ingest(event('daily', who, [day({ steps: 1 })]));
  await ask('GET', '/v1/events');
  await ask('GET', `/v1/payloads/${id}`);
  const key = encodeURIComponent('{"source":"oura","datetime":"2026-03-02"}');
  await ask('GET', `/v1/explain?table=daily_summary&key=${key}`);
  await ask('PUT', '/v1/profile', { age: 41 });
  await ask('GET', '/v1/profile');
  await ask('GET', '/v1/sync?include=raw');
  await ask('GET', '/v1/digest');
  await ask('GET', '/v1/digest/rows?table=daily_summary');
  await operatorRoutes(id);
  await ask('DELETE', '/v1/me');
  const documented = OPERATIONS.map(({ method, path }) => `${method} ${path}`);
  expect([...succeeded].toSorted()).toEqual(documented.toSorted());
});
