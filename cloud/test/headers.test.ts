import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { asOperator, asPerson, deliver, newUser, request } from './support/stack.ts';

const ORIGIN = 'https://app.example';

describe('every answer', () => {
  it.each([
    ['of a person', () => asPerson(newUser(), '/v1/sync')],
    ['to nobody', () => request('/v1/sync')],
    ['of the operator', () => asOperator('/admin/stats')],
    ['about nothing', () => request('/nowhere')],
    ['to Terra', () => deliver({ type: 'healthcheck' })],
    ['to who is not Terra', () => request('/terra/', { method: 'POST', body: '{}' })],
  ])('%s tells browsers to do nothing with it', async (_, ask) => {
    const { headers } = await ask();
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    expect(headers.get('x-powered-by')).toBeNull();
  });

  it.each([
    ['of a person', () => asPerson(newUser(), '/v1/sync')],
    ['to nobody', () => request('/v1/sync')],
    ['of the operator', () => asOperator('/admin/stats')],
  ])('%s is kept in no cache', async (_, ask) => {
    expect((await ask()).headers.get('cache-control')).toBe('no-store');
  });
});

describe('pages of other origins', () => {
  const preflight = (used: Env, origin = ORIGIN) =>
    request('/v1/sync', {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'GET' },
      env: used,
    });

  it('may not call the API unless they are named', async () => {
    expect((await preflight(env)).headers.get('access-control-allow-origin')).toBeNull();
    const answer = await asPerson(newUser(), '/v1/sync', { headers: { origin: ORIGIN } });
    expect(answer.headers.get('access-control-allow-origin')).toBeNull();
  });

  it('may where ALLOWED_ORIGINS names them, without cookies', async () => {
    const used = { ...env, ALLOWED_ORIGINS: `https://other.example, ${ORIGIN}` };
    const answer = await preflight(used);
    expect(answer.status).toBe(204);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'access-control-allow-origin': ORIGIN,
      'access-control-allow-methods': 'GET,POST,PUT,PATCH,DELETE',
      'access-control-allow-headers': 'Authorization,Content-Type,Idempotency-Key',
    });
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    const synced = await asPerson(newUser(), '/v1/sync', { headers: { origin: ORIGIN }, env: used });
    expect(synced.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(synced.headers.get('access-control-expose-headers')).toBe(
      'X-Request-Id,Retry-After,Idempotency-Replayed',
    );
  });

  it('another origin is told nothing, nor is the operator’s side', async () => {
    const used = { ...env, ALLOWED_ORIGINS: ORIGIN };
    expect(
      (await preflight(used, 'https://evil.example')).headers.get('access-control-allow-origin'),
    ).toBeNull();
    const admin = await asOperator('/admin/stats', { headers: { origin: ORIGIN }, env: used });
    expect(admin.headers.get('access-control-allow-origin')).toBeNull();
  });
});
