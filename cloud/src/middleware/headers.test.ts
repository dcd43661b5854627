import { expect, it } from 'vitest';
import { narrowPolicy, notCached, safeHeaders } from './headers.ts';
import { ask, smallApp } from './small-app.fixture.ts';

const app = smallApp()
  .use(safeHeaders, narrowPolicy, notCached)
  .get('/plain', (c) => c.text('plain'))
  .get('/own', (c) =>
    c.text('own', 200, { 'Content-Security-Policy': "default-src 'self'", 'Cache-Control': 'max-age=60' }),
  );

const headersOf = async (path: string) => Object.fromEntries((await ask(app, path)).headers);

const SAFE = {
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

it('an answer runs nothing, is framed nowhere and kept nowhere', async () => {
  expect(await headersOf('/plain')).toMatchObject({
    ...SAFE,
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'cache-control': 'no-store',
  });
});

it('a policy and a cache time of its own stay', async () => {
  expect(await headersOf('/own')).toMatchObject({
    ...SAFE,
    'content-security-policy': "default-src 'self'",
    'cache-control': 'max-age=60',
  });
});

it('what is refused is no different', async () => {
  expect(await headersOf('/nowhere')).toMatchObject({ ...SAFE, 'cache-control': 'no-store' });
});
