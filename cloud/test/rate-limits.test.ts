import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { asOperator, asPerson, deliver, newAddress, newUser, request } from './support/stack.ts';

/** Windows are minutes of the clock: within two of them a limit must have been passed. */
const PERSON_LIMIT = 120;
const WRONG_KEY_LIMIT = 30;

const brokenLimiter: RateLimit = {
  limit: async () => {
    throw new Error('the limiter is away');
  },
};

/** Asks until the limit says no; answers how often it said yes before. */
async function untilLimited(ask: () => Promise<Response>, most: number): Promise<[number, Response]> {
  for (let asked = 0; asked <= most; asked += 1) {
    const response = await ask();
    if (response.status === 429) return [asked, response];
  }
  throw new Error(`${most} requests passed`);
}

async function expectLimited(response: Response): Promise<void> {
  expect(response.headers.get('retry-after')).toBe('60');
  const requestId = response.headers.get('x-request-id');
  expect(await response.json()).toEqual({
    error: { code: 'rate_limited', message: expect.stringContaining('Retry-After'), request_id: requestId },
  });
}

describe('a person’s requests', () => {
  it(`are limited to ${PERSON_LIMIT} a minute, and another’s are not touched`, async () => {
    const user = newUser();
    const [passed, limited] = await untilLimited(() => asPerson(user, '/v1/sync?limit=1'), 2 * PERSON_LIMIT);
    expect(passed).toBeGreaterThanOrEqual(PERSON_LIMIT);
    await expectLimited(limited);
    expect((await asPerson(newUser(), '/v1/sync')).status).toBe(200);
  });

  it('pass where the limiter fails', async () => {
    const response = await asPerson(newUser(), '/v1/sync', { env: { ...env, PERSON_LIMIT: brokenLimiter } });
    expect(response.status).toBe(200);
  });
});

describe('wrong tokens and admin keys', () => {
  const wrongToken = (address: string) => () =>
    request('/v1/sync', { headers: { authorization: 'Bearer wrong', 'cf-connecting-ip': address } });
  const wrongKey = (address: string) => () =>
    request('/admin/stats', { headers: { 'x-admin-key': 'wrong', 'cf-connecting-ip': address } });

  it.each([
    ['tokens', wrongToken],
    ['admin keys', wrongKey],
  ])(`are limited to ${WRONG_KEY_LIMIT} an address and minute: %s`, async (_, wrong) => {
    const address = newAddress();
    const [passed, limited] = await untilLimited(wrong(address), 2 * WRONG_KEY_LIMIT);
    expect(passed).toBeGreaterThanOrEqual(WRONG_KEY_LIMIT);
    await expectLimited(limited);
    expect((await wrong(newAddress())()).status).toBe(401);
  });

  it('share one limit, over all addresses of a /64', async () => {
    const neighbour = async () => {
      const network = newAddress().split('::')[0];
      await untilLimited(wrongToken(`${network}::1`), 2 * WRONG_KEY_LIMIT);
      return (await wrongKey(`${network}:0:0:0:2`)()).status;
    };
    // A minute may end between the two; not three times.
    const statuses = [await neighbour(), await neighbour(), await neighbour()];
    expect(statuses).toContain(429);
  });

  it('leave the right ones of the same address unaffected', async () => {
    const address = newAddress();
    await untilLimited(wrongKey(address), 2 * WRONG_KEY_LIMIT);
    const headers = { 'cf-connecting-ip': address };
    expect((await asOperator('/admin/stats', { headers })).status).toBe(200);
    expect((await asPerson(newUser(), '/v1/sync', { headers })).status).toBe(200);
  });

  it('stay refused where the limiter fails', async () => {
    const used = { ...env, WRONG_KEY_LIMIT: brokenLimiter };
    const headers = { 'x-admin-key': 'wrong' };
    expect((await request('/admin/stats', { headers, env: used })).status).toBe(401);
    expect((await asOperator('/admin/stats', { env: used })).status).toBe(200);
  });
});

describe('signed deliveries', () => {
  it('are never limited', async () => {
    const headers = { 'cf-connecting-ip': newAddress() };
    for (let sent = 0; sent < 2 * PERSON_LIMIT + 1; sent += 1) {
      expect((await deliver({ type: 'healthcheck', sent }, { headers })).status).toBe(200);
    }
  });
});
