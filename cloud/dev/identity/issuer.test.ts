import { createLocalJWKSet, decodeJwt, type JSONWebKeySet, jwtVerify } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PAGE_STYLE } from '../../src/pages/style.ts';
import { type LocalIdentity, startIdentity } from './issuer.ts';
import { personOf } from './person.ts';

const PAGE = 'http://127.0.0.1:8787/activate?user_code=BCDF-GHJK';
const ORIGIN = 'http://127.0.0.1:8787';

let identity: LocalIdentity;
beforeAll(async () => {
  identity = await startIdentity();
});
afterAll(() => identity.close());

function post(path: string, body: URLSearchParams | string, headers: Record<string, string> = {}) {
  return fetch(`${identity.url}${path}`, { method: 'POST', body, headers, redirect: 'manual' });
}

/** Signs in as the page has it; answers the session the browser comes back with. */
async function signIn(person: string): Promise<string> {
  const answer = await post('/sign-in', new URLSearchParams({ person, redirect_url: PAGE }));
  expect(answer.status).toBe(303);
  const back = new URL(answer.headers.get('location') ?? '');
  expect(`${back.origin}${back.pathname}${back.search}`).toBe(PAGE);
  return new URLSearchParams(back.hash.slice(1)).get('session') ?? '';
}

describe('signing in', () => {
  test('asks who it is and comes back with a session that gives tokens to the page that asks', async () => {
    const page = await fetch(`${identity.url}/sign-in?redirect_url=${encodeURIComponent(PAGE)}`);
    expect(page.status).toBe(200);
    const shown = await page.text();
    expect(shown).toContain('<label for="person">');
    // It looks as our own pages do.
    expect(shown).toContain(PAGE_STYLE);
    expect(page.headers.get('content-security-policy')).toContain("style-src 'unsafe-inline'");
    const session = await signIn('Ada@Example.org');
    const answer = await post('/token', JSON.stringify({ session }), { origin: ORIGIN });
    expect(answer.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    const { token, account } = (await answer.json()) as { token: string; account: string };
    expect(account).toBe('ada@example.org');
    const keys = (await (await fetch(`${identity.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
    expect(JSON.stringify(keys)).not.toContain('"d"');
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys));
    expect(protectedHeader).toMatchObject({ alg: 'RS256', kid: keys.keys[0]?.kid });
    expect(payload).toMatchObject({
      iss: identity.url,
      sub: personOf('ada@example.org')?.userId,
      email: 'ada@example.org',
      azp: ORIGIN,
      sid: session,
      sts: 'active',
    });
    expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60);
  });

  test('sends nobody to another machine', async () => {
    for (const target of ['https://evil.example/', 'http://evil.example/', 'javascript:alert(1)', '']) {
      const page = await fetch(`${identity.url}/sign-in?redirect_url=${encodeURIComponent(target)}`);
      expect(page.status).toBe(400);
      const answer = await post('/sign-in', new URLSearchParams({ person: 'ada', redirect_url: target }));
      expect([answer.status, answer.headers.get('location')]).toEqual([400, null]);
    }
  });

  test('asks again where nobody was named, and shows nothing as markup', async () => {
    const answer = await post('/sign-in', new URLSearchParams({ person: ' ', redirect_url: `${PAGE}"><b>` }));
    expect(answer.status).toBe(400);
    const text = await answer.text();
    expect(text).toContain('role="alert"');
    expect(text).not.toContain('<b>');
  });
});

describe('a token', () => {
  test('is for pages of this machine and for known sessions', async () => {
    const session = await signIn('user_ada');
    const ask = async (sent: string, headers: Record<string, string>) =>
      (await post('/token', sent, headers)).status;
    expect(await ask(JSON.stringify({ session }), { origin: 'https://evil.example' })).toBe(403);
    expect(await ask(JSON.stringify({ session }), {})).toBe(403);
    expect(await ask(JSON.stringify({ session: 'sess_other' }), { origin: ORIGIN })).toBe(401);
    expect(await ask('no json', { origin: ORIGIN })).toBe(401);
    expect(await ask(JSON.stringify({ session }), { origin: 'http://localhost:3000' })).toBe(200);
  });

  test('can be had without the page, of the life and at the time one likes', async () => {
    const own = await startIdentity({ tokenLifeSeconds: 5, clock: () => 1_780_000_000_000 });
    try {
      const claims = decodeJwt(await own.token('ada', ORIGIN));
      expect(claims).toMatchObject({
        sub: 'user_ada',
        azp: ORIGIN,
        iat: 1_780_000_000,
        nbf: 1_779_999_990,
        exp: 1_780_000_005,
      });
      expect(claims).not.toHaveProperty('email');
      expect(() => own.token('two words', ORIGIN)).toThrow(RangeError);
    } finally {
      await own.close();
    }
  });
});

test('who somebody is follows from what they typed', () => {
  expect([personOf(' ada '), personOf('user_ada')].map((person) => person?.userId)).toEqual([
    'user_ada',
    'user_ada',
  ]);
  expect(personOf('ada@example.org')?.userId).toMatch(/^user_[0-9a-f]{24}$/);
  expect(personOf('ADA@example.org')?.userId).toBe(personOf('ada@example.org')?.userId);
  expect([personOf(''), personOf('a b'), personOf('<ada>'), personOf('x'.repeat(101))]).toEqual([
    null,
    null,
    null,
    null,
  ]);
});

test('other addresses are 404', async () => {
  expect((await fetch(`${identity.url}/nowhere`)).status).toBe(404);
});
