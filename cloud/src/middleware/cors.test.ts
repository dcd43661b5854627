import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { allowedOrigins } from './cors.ts';
import { ask, smallApp } from './small-app.fixture.ts';

const PAGE = 'https://app.example';

const app = smallApp()
  .use(allowedOrigins)
  .get('/', (c) => c.json({ inside: true }));

/** The CORS headers of an answer to a page of this origin. */
async function allowed(method: string, origin: string, named: string): Promise<Record<string, string>> {
  const headers = { origin, ...(method === 'OPTIONS' && { 'access-control-request-method': 'GET' }) };
  const response = await ask(app, '/', { method, headers, env: { ...env, ALLOWED_ORIGINS: named } });
  return Object.fromEntries([...response.headers].filter(([name]) => name.startsWith('access-control-')));
}

it('a page that is named may read answers, without cookies', async () => {
  expect(await allowed('GET', PAGE, `https://other.example, ${PAGE}`)).toEqual({
    'access-control-allow-origin': PAGE,
    'access-control-expose-headers': 'X-Request-Id,Retry-After,Idempotency-Replayed',
  });
});

it('a page that is named is told before what it may send', async () => {
  expect(await allowed('OPTIONS', PAGE, PAGE)).toMatchObject({
    'access-control-allow-origin': PAGE,
    'access-control-allow-methods': 'GET,POST,PUT,PATCH,DELETE',
    'access-control-allow-headers': 'Authorization,Content-Type,Idempotency-Key',
    'access-control-max-age': expect.stringMatching(/^\d+$/),
  });
});

it.each([
  ['another page', 'https://evil.example', PAGE],
  ['a page whose address begins alike', `${PAGE}.evil.example`, PAGE],
  ['every page, where none is named', PAGE, ''],
])('%s may not', async (_, origin, named) => {
  for (const method of ['GET', 'OPTIONS']) {
    expect(await allowed(method, origin, named)).not.toHaveProperty('access-control-allow-origin');
  }
});

it('where no page is named, no question is answered before', async () => {
  expect(await allowed('OPTIONS', PAGE, '')).toEqual({});
});
