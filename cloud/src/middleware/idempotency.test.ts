import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { PersonApp } from '../app-env.ts';
import { readRequestBody } from '../body/read-body.ts';
import { ApiError } from '../errors.ts';
import { asUserId } from '../ids.ts';
import { IDEMPOTENCY_RETRY_AFTER_S, JSON_BODY_BYTES_MAX } from '../limits.ts';
import { claimKey } from '../store/idempotency.ts';
import { idempotency } from './idempotency.ts';
import { requestHash } from './request-hash.ts';
import { ask, refusalOf, smallApp } from './small-app.fixture.ts';

/** An app of one person; `effects` are the bodies that reached its route, in order. */
async function counting(statusOf: (count: number) => 200 | 429 | 500 | 503 = () => 200) {
  const userId = asUserId(`user_${crypto.randomUUID()}`);
  await env.DB.prepare('insert into users(id) values (?1)').bind(userId).run();
  const effects: string[] = [];
  const app = smallApp<PersonApp>()
    .use(async (c, next) => {
      c.set('userId', userId);
      c.set('requestId', crypto.randomUUID());
      await next();
    })
    .use(idempotency)
    .all('*', async (c) => {
      effects.push(await bodyOf(c.req.raw));
      return c.json({ count: effects.length }, statusOf(effects.length));
    });
  const post = (path: string, init: RequestInit = {}, key = 'k') =>
    ask(app, path, {
      method: 'POST',
      body: '{}',
      ...init,
      headers: { 'idempotency-key': key, ...init.headers },
    });
  return { userId, effects, post, app };
}

async function bodyOf(request: Request): Promise<string> {
  const body = await readRequestBody(request, 1_000_000);
  return body.state === 'read' ? new TextDecoder().decode(body.bytes) : body.state;
}

async function shown(response: Response): Promise<readonly unknown[]> {
  return [response.status, response.headers.get('idempotency-replayed'), await response.text()];
}

describe('a POST with a key', () => {
  it('sent again has no second effect, and gets the first answer', async () => {
    const { effects, post } = await counting();
    expect(await shown(await post('/v1/import'))).toEqual([200, null, '{"count":1}']);
    const again = await post('/v1/import');
    expect(again.headers.get('content-type')).toBe('application/json');
    expect(await shown(again)).toEqual([200, 'true', '{"count":1}']);
    expect(effects.length).toBe(1);
  });

  it('gives the route the body it read', async () => {
    const { effects, post } = await counting();
    await post('/v1/import', { body: '{"days":7}' });
    expect(effects).toEqual(['{"days":7}']);
  });

  it('and another request is refused', async () => {
    const { effects, post } = await counting();
    await post('/v1/import');
    const other = await post('/v1/import', { body: '{"days":7}' });
    expect(await refusalOf(other)).toEqual([409, 'idempotency_key_mismatch']);
    expect(effects.length).toBe(1);
  });

  it('whose first is still at work is told to wait', async () => {
    const { userId, effects, post } = await counting();
    const sent = new Request('http://localhost/v1/import', { method: 'POST' });
    const claim = {
      userId,
      key: 'k',
      requestHash: requestHash(sent, new TextEncoder().encode('{}')),
      claim: crypto.randomUUID(),
    };
    expect(await claimKey(env.DB, claim, Date.now())).toEqual({ state: 'taken' });
    const response = await post('/v1/import', { headers: { 'content-type': '' } });
    expect(await refusalOf(response)).toEqual([409, 'idempotency_key_in_use', IDEMPOTENCY_RETRY_AFTER_S]);
    expect(effects.length).toBe(0);
  });

  it.each([500, 503, 429] as const)('answered %i is tried anew', async (status) => {
    const { post } = await counting((count) => (count === 1 ? status : 200));
    expect(await shown(await post('/v1/import'))).toEqual([status, null, '{"count":1}']);
    expect(await shown(await post('/v1/import'))).toEqual([200, null, '{"count":2}']);
  });

  it('refused for what it asks is refused again', async () => {
    const { post } = await counting(() => {
      throw new ApiError('invalid_request', 'no');
    });
    expect((await shown(await post('/v1/import'))).slice(0, 2)).toEqual([400, null]);
    expect((await shown(await post('/v1/import'))).slice(0, 2)).toEqual([400, 'true']);
  });

  it('of 1 to 255 printable characters, and no other, is taken', async () => {
    const { post } = await counting();
    const status = async (key: string) => (await post('/v1/import', {}, key)).status;
    expect([await status('~'), await status('x'.repeat(255))]).toEqual([200, 200]);
    expect([await status(''), await status('x'.repeat(256)), await status('a\tb')]).toEqual([400, 400, 400]);
  });

  it('with a body that no route takes is refused before it is kept', async () => {
    const { effects, post } = await counting();
    const large = await post('/v1/import', { body: ' '.repeat(JSON_BODY_BYTES_MAX + 1) });
    expect(await refusalOf(large)).toEqual([400, 'invalid_request']);
    const form = { 'content-type': 'multipart/form-data; boundary=b' };
    expect(
      (await post('/v1/labs/upload', { body: 'x'.repeat(JSON_BODY_BYTES_MAX + 1), headers: form }, 'f'))
        .status,
    ).toBe(200);
    expect(effects.length).toBe(1);
  });
});

describe('every time anew happens', () => {
  it('what has no key', async () => {
    const { effects, app } = await counting();
    for (const _ of [1, 2]) await ask(app, '/v1/import', { method: 'POST', body: '{}' });
    expect(effects.length).toBe(2);
  });

  it.each(['PUT', 'DELETE'])('a %s', async (method) => {
    const { effects, post } = await counting();
    for (const _ of [1, 2]) await post('/v1/profile', { method });
    expect(effects.length).toBe(2);
  });

  it('what is answered with a token', async () => {
    const { userId, effects, post } = await counting();
    for (const _ of [1, 2]) await post('/v1/auth/refresh');
    expect(effects.length).toBe(2);
    const kept = env.DB.prepare('select count(*) as n from idempotency_keys where user_id = ?1').bind(userId);
    expect(await kept.first('n')).toBe(0);
  });
});
