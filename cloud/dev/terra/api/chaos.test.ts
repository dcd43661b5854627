import { expect, test } from 'vitest';
import { postControl } from '../testing/control.ts';
import { startStack } from '../testing/stack.ts';

test('a switch that is not named stays as it is', async () => {
  const { terra } = await startStack();
  await postControl(terra, 'chaos', { duplicate_every: 3, extra_naps: true });
  const { status, body } = await postControl(terra, 'chaos', { duplicate_every: 0 });
  expect(status).toBe(200);
  expect(body).toMatchObject({ duplicateEvery: 0, extraNaps: true, splitNights: false });
});

test.each([
  [{ duplicate_every: '3' }, 'duplicate_every is a whole number from 0 up'],
  [{ disconnect_every: -1 }, 'disconnect_every is a whole number from 0 up'],
  [{ reorder_window: 0 }, 'reorder_window is a whole number from 1 up'],
  [{ stale_retries: 1 }, 'stale_retries is true or false'],
  [{ extra_naps: true, duplicates: 2 }, 'duplicates is not known here'],
])('refuses %j, names the member, and switches nothing', async (changes, message) => {
  const { terra } = await startStack();
  const { status, body } = await postControl(terra, 'chaos', changes);
  expect(status).toBe(400);
  expect(body.message).toContain(message);
  expect((await postControl(terra, 'chaos', {})).body).toMatchObject({ extraNaps: false, duplicateEvery: 0 });
});

test('what nobody asked for is lost on request, and told of; what is asked for comes', async () => {
  const { terra, receiver } = await startStack({ chaos: { loseEvery: 1 } });
  const { user_id } = terra.connect('user_lost', 'OURA');
  await postControl(terra, 'push', { user_id, start_date: '2026-06-01' });
  const lost = terra.deliveries().filter(({ state }) => state === 'lost');
  expect(lost.map(({ type }) => type)).toEqual(expect.arrayContaining(['daily', 'sleep']));
  const asked = new URLSearchParams({
    user_id,
    start_date: '2026-06-01',
    end_date: '2026-06-01',
    to_webhook: 'true',
  });
  const headers = { 'dev-id': terra.devId, 'x-api-key': terra.apiKey };
  expect((await fetch(`${terra.apiUrl}/daily?${asked}`, { headers })).status).toBe(200);
  await terra.settled();
  expect(receiver.events().map(({ type }) => type)).toEqual(['auth', 'daily']);
  expect(terra.counts()).toMatchObject({ lost: lost.length, waiting: 0 });
});
