import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { adminKey } from './admin-key.ts';
import { ask, refusalOf, smallApp } from './small-app.fixture.ts';

const app = smallApp()
  .use(adminKey)
  .get('/', (c) => c.json({ inside: true }));

it('lets in who has the key', async () => {
  const response = await ask(app, '/', { headers: { 'x-admin-key': 'test-admin-key-of-at-least-32-bytes' } });
  expect(await response.json()).toEqual({ inside: true });
});

it.each<[string, Record<string, string>]>([
  ['none', {}],
  ['an empty one', { 'x-admin-key': '' }],
  ['another', { 'x-admin-key': 'test-admin-kex' }],
  ['the beginning of it', { 'x-admin-key': 'test-admin' }],
  ['more than it', { 'x-admin-key': 'test-admin-key-of-at-least-32-bytes-2' }],
  ['a token in its place', { authorization: 'Bearer test-admin-key-of-at-least-32-bytes' }],
])('refuses %s', async (_, headers) => {
  expect(await refusalOf(await ask(app, '/', { headers }))).toEqual([401, 'unauthorized']);
});

it('lets in who has either key while they are rotated, and nobody while one of them is short', async () => {
  const [one, other] = ['n'.repeat(32), 'o'.repeat(32)];
  const asked = (key: string, keys: string) =>
    ask(app, '/', { headers: { 'x-admin-key': key }, env: { ...env, AMY_ADMIN_KEY: keys } });
  for (const key of [one, other]) expect((await asked(key, `${one}, ${other}`)).status).toBe(200);
  expect((await asked(`${one}, ${other}`, `${one}, ${other}`)).status).toBe(401);
  for (const keys of [`${one},short`, ',', `${one.slice(1)},${other}`]) {
    expect(await refusalOf(await asked(other, keys))).toEqual([500, 'misconfigured']);
  }
});

it('lets nobody in where no key is set', async () => {
  const headers = { 'x-admin-key': '' };
  const response = await ask(app, '/', { headers, env: { ...env, AMY_ADMIN_KEY: '' } });
  expect(await refusalOf(response)).toEqual([500, 'misconfigured']);
});
