import { expect, test } from 'vitest';
import { startStack } from '../testing/stack.ts';

async function control(url: string, command: string, body?: unknown): Promise<unknown> {
  const response = await fetch(
    `${url}/sim/${command}`,
    body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
  );
  expect(response.status).toBe(200);
  return response.json();
}

test('another process connects, breaks and changes a connection, and waits for the webhooks', async () => {
  const { terra, receiver } = await startStack();
  const first = (await control(terra.url, 'connect', {
    reference_id: 'user_remote',
    provider: 'garmin',
  })) as { readonly user_id: string };
  await control(terra.url, 'connection-error', first);
  await control(terra.url, 'permission-change', {
    ...first,
    added: ['BODY_EXPORT'],
    removed: ['HEALTH_EXPORT'],
  });
  await control(terra.url, 'revoke', first);
  await control(terra.url, 'healthcheck', {});
  await control(terra.url, 'event', { body: { type: 'brand_new' }, headers: { 'terra-reference': 'x' } });
  await control(terra.url, 'push', { ...first, start_date: '2026-06-01', end_date: '2026-06-07' });
  const second = (await control(terra.url, 'reauth', { ...first, first: 'user_reauth' })) as {
    readonly user_id: string;
  };
  const counts = await control(terra.url, 'settled');
  const events = receiver.events();
  expect(counts).toMatchObject({ waiting: 0, lost: 0, acknowledged: events.length });
  expect(second.user_id).not.toBe(first.user_id);
  const types = events.map((event) => event.type);
  expect(types).toEqual(
    expect.arrayContaining([
      'auth',
      'connection_error',
      'permission_change',
      'access_revoked',
      'healthcheck',
      'brand_new',
      'daily',
      'user_reauth',
    ]),
  );
  expect(events.find((event) => event.type === 'permission_change')).toMatchObject({
    scopes_added: 'BODY_EXPORT',
    scopes_removed: 'HEALTH_EXPORT',
    user: { scopes: 'ACTIVITY_EXPORT,BODY_EXPORT' },
  });
  expect(events.find((event) => event.type === 'user_reauth')).toMatchObject({
    old_user: { user_id: first.user_id, active: false },
    new_user: { user_id: second.user_id, active: true },
  });
});

test.each(['auth', 'user_reauth'] as const)('a reauthentication can begin with %s', async (first) => {
  const { terra, receiver } = await startStack({ concurrency: 1 });
  terra.reauth(terra.connect('user_re', 'OURA').user_id, first);
  await terra.settled();
  expect(receiver.events()[1]?.type).toBe(first);
});

test('connecting a provider one has is a reauthentication', async () => {
  const { terra, receiver } = await startStack();
  terra.connect('user_twice', 'OURA');
  terra.connect('user_twice', 'OURA');
  await terra.settled();
  expect(
    receiver
      .events()
      .map((event) => event.type)
      .sort(),
  ).toEqual(['auth', 'auth', 'user_reauth']);
  expect(terra.users()).toHaveLength(1);
});

test('says what is wrong with a command', async () => {
  const { terra } = await startStack();
  const response = await fetch(`${terra.url}/sim/webhook`, {
    method: 'POST',
    body: '{"url":"http://example.com/"}',
  });
  expect(response.status).toBe(400);
  expect(await response.text()).toContain('delivers only to');
  expect(
    (await fetch(`${terra.url}/sim/connect`, { method: 'POST', body: '{"provider":"TOASTER"}' })).status,
  ).toBe(400);
  expect((await fetch(`${terra.url}/sim/revoke`, { method: 'POST', body: 'nonsense' })).status).toBe(400);
});
