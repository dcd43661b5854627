import { accessToken, deviceDecision, deviceLoginStarted } from '../../src/contract/auth.ts';
import type { LocalStack } from './stack.ts';

/**
 * Signs a person of the local stack in as a device does (RFC 8628), approving it in their stead. Answers a
 * token. Throws with the Worker's words where it refuses.
 */
export async function signIn({ worker, identity }: LocalStack, person: string): Promise<string> {
  const post = async (path: string, body: unknown, token?: string): Promise<unknown> => {
    const response = await fetch(`${worker.url}${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`);
    return response.json();
  };
  const login = deviceLoginStarted.parse(await post('/v1/auth/device', { client: 'npm start' }));
  const approver = await identity.token(person, worker.url);
  deviceDecision.parse(await post('/v1/auth/device/approve', { user_code: login.user_code }, approver));
  const answer = await post('/v1/auth/device/token', { device_code: login.device_code });
  return accessToken.parse(answer).access_token;
}
