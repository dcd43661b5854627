import { expect, test } from 'vitest';
import { type JsonObject, valueAt } from '../json.ts';
import type { TerraSimulator } from '../simulator.ts';
import { postControl } from '../testing/control.ts';
import { call } from '../testing/receiver.ts';
import { startStack } from '../testing/stack.ts';

type Ping = { readonly url: string; readonly expires_in: number };

function pingsOf(terra: TerraSimulator): readonly Ping[] {
  return terra
    .deliveries()
    .filter(({ type }) => type === 's3_payload')
    .map(({ body }) => JSON.parse(body.toString()) as Ping);
}

async function ask(url: string): Promise<{ readonly status: number; readonly text: string }> {
  const response = await fetch(url);
  return { status: response.status, text: await response.text() };
}

test('in ping mode data comes as the URL of what came before, with no user in it; connections come as ever', async () => {
  const inline = await startStack();
  const pinged = await startStack();
  await postControl(pinged.terra, 'chaos', { pings: true });
  for (const { terra } of [inline, pinged]) {
    const user = terra.connect('user_pinged', 'WHOOP');
    terra.push(user.user_id, '2026-06-08');
    await terra.settled();
  }
  const [auth, ...pings] = pinged.terra.deliveries();
  expect(auth?.type).toBe('auth');
  const events = inline.terra.deliveries().slice(1);
  expect(pings).toHaveLength(events.length);
  for (const [index, ping] of pings.entries()) {
    const body = JSON.parse(ping.body.toString()) as Ping;
    expect(body).toEqual({ type: 's3_payload', status: 'success', url: expect.any(String), expires_in: 300 });
    expect(body.url.startsWith(`${pinged.terra.url}/payloads/`)).toBe(true);
    expect(await ask(body.url)).toEqual({ status: 200, text: events[index]?.body.toString() });
  }
});

test('chunks come as pings under the reference of their request', async () => {
  const { terra } = await startStack({ chaos: { pings: true } });
  const user = terra.connect('user_chunks', 'OURA');
  const path = `/daily?user_id=${user.user_id}&start_date=2026-04-01&end_date=2026-06-30`;
  const { body } = await call(terra, path);
  await terra.settled();
  const types = terra.deliveries().map(({ type }) => type);
  expect(types).toEqual([
    'auth',
    'large_request_processing',
    'large_request_sending',
    ...Array(4).fill('s3_payload'),
  ]);
  const references = terra
    .deliveries()
    .slice(1)
    .map(({ reference }) => reference);
  expect(new Set(references)).toEqual(new Set([valueAt(body, 'reference')]));
});

test('a URL dies after its time, and serves nobody with another signature', async () => {
  let nowMs = 1_780_000_000_000;
  const { terra } = await startStack({ clock: () => nowMs, chaos: { pings: true, pingLifeSeconds: 60 } });
  const user = terra.connect('user_late', 'OURA');
  terra.push(user.user_id, '2026-06-08');
  await terra.settled();
  const [ping] = pingsOf(terra);
  const url = ping?.url ?? '';
  expect(ping?.expires_in).toBe(60);
  nowMs += 59_999;
  expect((await ask(url)).status).toBe(200);
  expect(await ask(`${url}0`)).toMatchObject({
    status: 403,
    text: expect.stringContaining('SignatureDoesNotMatch'),
  });
  expect((await ask(url.replace(/\?.*/, ''))).status).toBe(403);
  expect(await ask(url.replace('/payloads/', '/payloads/0'))).toMatchObject({ status: 404 });
  nowMs += 1;
  expect(await ask(url)).toMatchObject({ status: 403, text: expect.stringContaining('Request has expired') });
});

test('a later run of the same seed makes other pings for the same data', async () => {
  const urls: string[] = [];
  for (const nowMs of [1_780_000_000_000, 1_780_000_000_001]) {
    const { terra } = await startStack({ clock: () => nowMs, chaos: { pings: true } });
    terra.push(terra.connect('user_again', 'OURA').user_id, '2026-06-08');
    await terra.settled();
    urls.push(...pingsOf(terra).map(({ url }) => url));
  }
  expect(new Set(urls.map((url) => new URL(url).pathname + new URL(url).search)).size).toBe(urls.length);
});

test('a ping can name a host that does not exist; what it points at is served here', async () => {
  const { terra } = await startStack();
  const asked = { pings: true, ping_origin: 'https://payloads.amy.invalid/anything', ping_expires_in: 5 };
  expect((await postControl(terra, 'chaos', asked)).body).toMatchObject({
    pings: true,
    pingOrigin: 'https://payloads.amy.invalid',
    pingLifeSeconds: 5,
  });
  const user = terra.connect('user_elsewhere', 'OURA');
  terra.oversize(user.user_id, 'sleep', 1_100_000);
  await terra.settled();
  const url = new URL(pingsOf(terra)[0]?.url ?? '');
  expect(url.origin).toBe('https://payloads.amy.invalid');
  const { status, text } = await ask(`${terra.url}${url.pathname}${url.search}`);
  expect([status, text.length]).toEqual([200, 1_100_000]);
  expect((JSON.parse(text) as JsonObject).type).toBe('sleep');
  expect((await postControl(terra, 'chaos', { ping_origin: null })).body).toMatchObject({ pingOrigin: null });
});

test.each([
  [{ pings: 'yes' }, 'pings is true or false'],
  [{ ping_expires_in: 0 }, 'ping_expires_in is a whole number from 1 to 86400'],
  [{ ping_origin: 7 }, 'ping_origin is required, as text'],
  [
    { ping_origin: 'https://payloads.s3.amazonaws.com' },
    'ping_origin is http on this machine or https under .invalid',
  ],
  [{ ping_origin: 'http://payloads.invalid' }, 'ping_origin is'],
  [{ ping_origin: 'https://evilinvalid/' }, 'ping_origin is'],
  [{ ping_origin: 'nonsense' }, 'ping_origin is'],
])('refuses %j', async (changes, message) => {
  const { terra } = await startStack();
  const { status, body } = await postControl(terra, 'chaos', changes);
  expect([status, body.message]).toEqual([400, expect.stringContaining(message)]);
});

test('nor does a simulator start with pings that would lead elsewhere', async () => {
  await expect(startStack({ chaos: { pingOrigin: 'https://example.com' } })).rejects.toThrow('ping_origin');
});
