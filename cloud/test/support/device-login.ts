import { env } from 'cloudflare:test';
import type { AccessToken, DeviceLoginStarted } from '../../src/contract/auth.ts';
import { sha256Hex } from '../../src/digest.ts';
import { withToken } from './issuer.ts';
import { asPerson, request } from './stack.ts';

/** A device that asks to be signed in, and what it can be told. */

/** Begins a login; answers what the device was given. */
export async function begin(client = 'amy on a laptop'): Promise<DeviceLoginStarted> {
  const response = await request('/v1/auth/device', { method: 'POST', body: JSON.stringify({ client }) });
  if (response.status !== 200) throw new Error(`the login was answered ${response.status}`);
  return response.json<DeviceLoginStarted>();
}

export function poll(deviceCode: string, used: Env = env): Promise<Response> {
  const body = JSON.stringify({ device_code: deviceCode });
  return request('/v1/auth/device/token', { method: 'POST', body, env: used });
}

/** What a poll came to: the code of the refusal, or `token`. */
export async function polled(deviceCode: string): Promise<string> {
  const response = await poll(deviceCode);
  const body = (await response.json()) as { error?: { code: string } };
  return response.status === 200 ? 'token' : `${response.status} ${body.error?.code}`;
}

export function decide(user: string, userCode: string, approve?: boolean): Promise<Response> {
  const body = JSON.stringify({ user_code: userCode, ...(approve === undefined ? {} : { approve }) });
  return asPerson(user, '/v1/auth/device/approve', { method: 'POST', body });
}

/** Signs a device in for a person. */
export async function signIn(user: string, client?: string): Promise<AccessToken> {
  const login = await begin(client);
  await decide(user, login.user_code);
  return redeem(login);
}

/** Signs a device in with a token: a person's other device approves it. */
export async function signInWith(token: string, client?: string, used: Env = env): Promise<AccessToken> {
  const login = await begin(client);
  await approveWith(token, login.user_code, used);
  return redeem(login);
}

export async function approveWith(token: string, user_code: string, used: Env = env): Promise<void> {
  const approved = await withToken(token, '/v1/auth/device/approve', {
    method: 'POST',
    body: JSON.stringify({ user_code }),
    env: used,
  });
  if (approved.status !== 200) throw new Error(`the approval was answered ${approved.status}`);
}

async function redeem(login: DeviceLoginStarted): Promise<AccessToken> {
  const response = await poll(login.device_code);
  if (response.status !== 200) throw new Error(`the poll was answered ${response.status}`);
  return response.json<AccessToken>();
}

/** Moves times of a login by so many seconds, instead of waiting. */
export async function moveLogin(
  deviceCode: string,
  column: 'polled_at' | 'expires_at',
  byS: number,
): Promise<void> {
  await env.DB.prepare(
    `update device_logins set ${column} = strftime('%Y-%m-%dT%H:%M:%fZ', ${column}, ?2 || ' seconds')
where device_code_hash = ?1`,
  )
    .bind(sha256Hex(deviceCode), byS)
    .run();
}

export async function loginRow(deviceCode: string): Promise<Record<string, unknown> | null> {
  return env.DB.prepare('select * from device_logins where device_code_hash = ?')
    .bind(sha256Hex(deviceCode))
    .first();
}
