import { expect, test } from 'vitest';
import { call } from '../testing/receiver.ts';
import { startStack } from '../testing/stack.ts';

test('refuses calls without the right credentials', async () => {
  const { terra } = await startStack({ devId: 'mine', apiKey: 'also mine' });
  expect((await fetch(`${terra.apiUrl}/subscriptions`)).status).toBe(401);
  expect((await call({ ...terra, apiKey: 'wrong' }, '/subscriptions')).status).toBe(401);
  expect((await call(terra, '/subscriptions')).status).toBe(200);
});

test('lists connections, whole or in pages', async () => {
  const { terra } = await startStack();
  const ids = ['a', 'b', 'c'].map((name) => terra.connect(`user_${name}`, 'OURA').user_id);
  const { body } = await call(terra, '/subscriptions');
  expect(
    (body as { readonly users: readonly { readonly user_id: string }[] }).users.map((user) => user.user_id),
  ).toEqual(ids);
  expect((await call(terra, '/subscriptions?page=0&per_page=2')).body).toMatchObject({
    data: { next: 1, max_page: 1, results: [{ user_id: ids[0] }, { user_id: ids[1] }] },
  });
  expect((await call(terra, '/subscriptions?page=1&per_page=2')).body).toMatchObject({
    data: { next: null, max_page: 1, results: [{ user_id: ids[2] }] },
  });
});

test('tells of a person by reference, and of a connection by id', async () => {
  const { terra } = await startStack();
  const ids = ['OURA', 'whoop'].map((provider) => terra.connect('user_two', provider).user_id);
  expect((await call(terra, '/userInfo?reference_id=user_two')).body).toMatchObject(
    ids.map((user_id) => ({ user_id })),
  );
  expect((await call(terra, `/userInfo?user_id=${ids[0]}`)).body).toMatchObject({
    status: 'success',
    user: { user_id: ids[0], provider: 'OURA', reference_id: 'user_two' },
  });
  expect((await call(terra, '/userInfo?user_id=nobody')).status).toBe(404);
});

test('a widget session lists its providers and connects the chosen one', async () => {
  const { terra, receiver } = await startStack();
  const { body } = await call(terra, '/auth/generateWidgetSession', {
    method: 'POST',
    body: JSON.stringify({ reference_id: 'user_widget', providers: 'OURA,GARMIN' }),
  });
  const { url } = body as { readonly url: string };
  const page = await (await fetch(url)).text();
  expect(page).toContain('?provider=OURA');
  expect(page).not.toContain('WHOOP');
  expect((await fetch(`${url}?provider=OURA`)).status).toBe(200);
  await terra.settled();
  expect(receiver.events()).toMatchObject([
    { type: 'auth', user: { reference_id: 'user_widget', provider: 'OURA' } },
  ]);
});

test('a widget session returns to the app on this machine, and offers a link to one elsewhere', async () => {
  const { terra } = await startStack();
  const leave = async (target: string) => {
    const { body } = await call(terra, '/auth/generateWidgetSession', {
      method: 'POST',
      body: JSON.stringify({ reference_id: 'user_back', auth_success_redirect_url: target }),
    });
    return fetch(`${(body as { readonly url: string }).url}?provider=OURA`, { redirect: 'manual' });
  };
  const local = await leave('http://127.0.0.1:9/done?x=1');
  expect(local.status).toBe(302);
  expect(local.headers.get('location')).toMatch(/^http:\/\/127\.0\.0\.1:9\/done\?x=1&user_id=/);
  const elsewhere = await leave('https://app.example/done');
  expect(elsewhere.status).toBe(200);
  expect(await elsewhere.text()).toContain('https://app.example/done');
});

test('a widget session expires', async () => {
  let nowMs = 1_780_000_000_000;
  const { terra } = await startStack({ clock: () => nowMs });
  const { body } = await call(terra, '/auth/generateWidgetSession', { method: 'POST', body: '{}' });
  nowMs += 901_000;
  expect((await fetch((body as { readonly url: string }).url)).status).toBe(404);
});

test('deauthenticating tells the webhook and forgets the connection', async () => {
  const { terra, receiver } = await startStack();
  const { user_id } = terra.connect('user_gone', 'OURA');
  expect(
    (await call(terra, `/auth/deauthenticateUser?user_id=${user_id}`, { method: 'DELETE' })).body,
  ).toEqual({ status: 'success' });
  expect((await call(terra, `/daily?user_id=${user_id}&start_date=2026-06-01`)).status).toBe(404);
  expect(
    (await call(terra, `/auth/deauthenticateUser?user_id=${user_id}`, { method: 'DELETE' })).status,
  ).toBe(404);
  await terra.settled();
  expect(receiver.events()).toMatchObject([
    { type: 'auth' },
    { type: 'deauth', user: { user_id, active: false } },
  ]);
});

test('refuses wrong dates and too many days at once', async () => {
  const { terra } = await startStack();
  const { user_id } = terra.connect('user_dates', 'DEXCOM');
  const status = async (query: string) => (await call(terra, `/daily?user_id=${user_id}&${query}`)).status;
  expect(await status('end_date=2026-06-01')).toBe(400);
  expect(await status('start_date=2026-02-30')).toBe(400);
  expect(await status('start_date=2026-06-02&end_date=2026-06-01')).toBe(400);
  expect(await status('start_date=2021-06-30&end_date=2026-06-30')).toBe(400);
  expect(await status('start_date=2021-07-01&end_date=2026-06-30')).toBe(200);
  expect(await status('start_date=1780272000&end_date=1780358400')).toBe(200);
});

test('refuses a connection more than 6,000 days an hour, and no other', async () => {
  let nowMs = 1_780_000_000_000;
  const { terra } = await startStack({ clock: () => nowMs });
  const ask = async (userId: string) =>
    call(terra, `/daily?user_id=${userId}&start_date=2022-06-30&end_date=2026-06-30`);
  const { user_id } = terra.connect('user_eager', 'DEXCOM');
  for (let count = 0; count < 4; count += 1) expect((await ask(user_id)).status).toBe(200);
  const refused = await ask(user_id);
  expect(refused.status).toBe(429);
  expect(refused.headers.get('x-terra-ratelimit-remaining')).toBe(String(6_000 - 4 * 1_461));
  expect(refused.headers.get('retry-after')).toBe('3600');
  expect((await ask(terra.connect('user_other', 'DEXCOM').user_id)).status).toBe(200);
  nowMs += 3_600_001;
  expect((await ask(user_id)).status).toBe(200);
});

test('answers an unknown path with 404 and JSON', async () => {
  const { terra } = await startStack();
  expect(await call(terra, '/nothing')).toMatchObject({ status: 404, body: { title: 'not found' } });
  expect((await fetch(`${terra.url}/elsewhere`)).status).toBe(404);
});
