import { env } from 'cloudflare:test';
import { SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import { allPages, moment, page, size, write } from './support/mirror.ts';
import { asPerson, newUser, request, token } from './support/stack.ts';

const SECRET = 'test-jwt-secret-of-at-least-32-bytes';

type Claims = { sub?: string; iss?: string; aud?: string; iat?: number; exp?: number };

/** A signed token with these claims instead of the good ones; `undefined` leaves one out. */
async function signed(claims: Claims, secret = SECRET, alg = 'HS256'): Promise<string> {
  const now = Math.floor(Date.now() / 1_000);
  const whole = { sub: newUser(), iss: 'amy', aud: 'amy-api', iat: now, exp: now + 600, ...claims };
  return new SignJWT(whole).setProtectedHeader({ alg }).sign(new TextEncoder().encode(secret));
}

async function answer(authorization: string | null): Promise<Response> {
  return request('/v1/sync', { headers: authorization === null ? {} : { authorization } });
}

describe('a request is refused', () => {
  const past = Math.floor(Date.now() / 1_000) - 7_200;
  it.each<[string, () => Promise<string | null>]>([
    ['without a header', async () => null],
    ['with an empty token', async () => 'Bearer '],
    ['with another scheme', async () => `Basic ${await signed({})}`],
    ['with what is no token', async () => 'Bearer not.a.token'],
    ['with an expired token', async () => `Bearer ${await signed({ iat: past, exp: past + 3_600 })}`],
    ['with a token that never expires', async () => `Bearer ${await signed({ exp: undefined as never })}`],
    [
      'with a token that does not say since when',
      async () => `Bearer ${await signed({ iat: undefined as never })}`,
    ],
    [
      'with another secret',
      async () => `Bearer ${await signed({}, 'another-secret-of-at-least-32-bytes!!')}`,
    ],
    ['with another algorithm', async () => `Bearer ${await signed({}, SECRET, 'HS512')}`],
    [
      'without a signature',
      async () =>
        `Bearer ${new UnsecuredJWT({ sub: newUser(), iss: 'amy', aud: 'amy-api' }).setIssuedAt().setExpirationTime('1h').encode()}`,
    ],
    ['with a token for another audience', async () => `Bearer ${await signed({ aud: 'other-api' })}`],
    ['with a token of another issuer', async () => `Bearer ${await signed({ iss: 'other' })}`],
    ['with a token of nobody', async () => `Bearer ${await signed({ sub: '' })}`],
    ['with a token whose name is endless', async () => `Bearer ${await signed({ sub: 'u'.repeat(256) })}`],
  ])('%s', async (_, authorization) => {
    const response = await answer(await authorization());
    expect(response.status).toBe(401);
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await response.json()).toEqual({
      error: {
        code: 'unauthorized',
        message: expect.any(String),
        request_id: response.headers.get('x-request-id'),
      },
    });
  });

  it('as misconfigured where the server has no secret to check tokens with, and says no more', async () => {
    const used = { ...env, AMY_JWT_SECRET: '' };
    const response = await asPerson(newUser(), '/v1/sync', { env: used });
    expect(response.status).toBe(500);
    const body = (await response.json()) as { error: { code: string; message: string } };
    expect(body.error.code).toBe('misconfigured');
    expect(body.error.message).not.toContain('AMY_JWT_SECRET');
    expect((await request('/healthz', { env: used })).status).toBe(200);
  });
});

describe('a request is taken', () => {
  it('with the scheme in any case, and answers its request id', async () => {
    const response = await answer(`bearer ${await signed({})}`);
    expect(response.status).toBe(200);
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('of somebody who was never here, who has a row from then on', async () => {
    const user = newUser();
    expect((await asPerson(user, '/v1/sync')).status).toBe(200);
    const row = await env.DB.prepare('select id, email, clock from users where id = ?').bind(user).first();
    expect(row).toEqual({ id: user, email: '', clock: '1970-01-01T00:00:00.000Z' });
  });

  it('with its own request id, not the caller’s', async () => {
    const response = await request('/v1/sync', {
      headers: { authorization: `Bearer ${await token(newUser())}`, 'x-request-id': 'mine' },
    });
    expect(response.headers.get('x-request-id')).not.toBe('mine');
  });
});

describe('two people', () => {
  it('never see each other’s rows, whoever’s cursor it is', async () => {
    const [one, other] = [newUser(), newUser()];
    // A wide row has no text of its own: whose it is tells the value.
    const tshOf = (user: string) => (user === one ? 11 : 7);
    for (const user of [one, other]) {
      for (const n of [1, 2, 3]) {
        await write(user, moment(n), [
          ['daily_summary', { source: user, datetime: `2026-03-0${n}` }],
          [
            'biomarkers_raw',
            {
              source: 'lab',
              draw_date: `2026-03-0${n}`,
              code: 'tsh',
              value: tshOf(user),
              unit: user,
              canonical: 1,
            },
          ],
          ['tombstones', { table_name: 'activities', key: `{"source":"${user}","start_time":"${n}"}` }],
        ]);
      }
    }
    const query = { limit: '2', tables: 'daily_summary,biomarkers_raw,biomarkers_wide' };
    const theirs = await allPages(other, query);
    expect(theirs.reduce((rows, part) => rows + size(part), 0)).toBe(12);
    expect(JSON.stringify(theirs)).not.toContain(one);
    const wide = theirs.flatMap(({ data }) => data.biomarkers_wide ?? []);
    expect(wide.map(({ tsh }) => tsh)).toEqual([7, 7, 7]);
    // The other's rows of the same moment come right after one's own.
    expect(JSON.stringify(await allPages(one, query))).not.toContain(other);
    expect(JSON.stringify(await page(one, { ...query, cursor: theirs[0]?.next_cursor ?? '' }))).toContain(
      one,
    );
    for (const { next_cursor } of theirs) {
      if (next_cursor === null) continue;
      const mine = JSON.stringify(await page(one, { ...query, cursor: next_cursor }));
      expect(mine).not.toContain(other);
      expect(Buffer.from(next_cursor, 'base64url').toString()).not.toContain(other);
    }
  });
});
