import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { dateOf, dayNumber } from './calendar.ts';
import { call } from './testing/receiver.ts';
import { startStack, TODAY } from './testing/stack.ts';

async function yearOf(
  seed: number,
): Promise<{ readonly hash: string; readonly webhooks: number; readonly bytes: number }> {
  const { terra, receiver } = await startStack({ seed });
  for (const provider of ['OURA', 'GARMIN']) {
    const user = terra.connect('user_year', provider);
    for (const type of ['activity', 'sleep', 'daily', 'body']) {
      await call(
        terra,
        `/${type}?user_id=${user.user_id}&start_date=2025-07-01&end_date=${TODAY}&to_webhook=true`,
      );
    }
  }
  await terra.settled();
  const hashes = receiver.received.map((one) => createHash('sha256').update(one.body).digest('hex')).sort();
  return {
    hash: createHash('sha256').update(hashes.join()).digest('hex'),
    webhooks: hashes.length,
    bytes: terra.counts().bytes,
  };
}

test('the same seed makes the same year, byte for byte, and another seed another', async () => {
  const first = await yearOf(7);
  expect(await yearOf(7)).toEqual(first);
  expect((await yearOf(8)).hash).not.toBe(first.hash);
  expect(first.webhooks).toBeGreaterThan(100);
});

test('a long request is announced, and its chunks cover exactly the days asked', async () => {
  const { terra, receiver } = await startStack();
  const user = terra.connect('user_chunks', 'OURA');
  const path = `/daily?user_id=${user.user_id}&start_date=2026-01-10&end_date=2026-05-20&to_webhook=true`;
  const answer = await call(terra, path);
  expect(answer.status).toBe(200);
  await terra.settled();

  const events = receiver.events().filter((event) => event.type !== 'auth');
  const chunks = events.filter((event) => event.type === 'daily').map((event) => event.data ?? []);
  expect(events.map((event) => event.type)).toContain('large_request_processing');
  expect(events.find((event) => event.type === 'large_request_sending')?.expected_payloads).toBe(
    chunks.length,
  );
  const reference = (answer.body as { readonly reference: string }).reference;
  const headers = receiver.received.slice(1).map((one) => one.headers['terra-reference']);
  expect(new Set(headers)).toEqual(new Set([reference]));

  const chunkDates = chunks.map((chunk) => chunk.map((item) => item.metadata.start_time.slice(0, 10)));
  const dates = chunkDates.flat().sort();
  expect(new Set(dates).size).toBe(dates.length);
  expect(dates.at(0)).toBe('2026-01-10');
  expect(dates.at(-1)).toBe('2026-05-20');
  for (const chunk of chunkDates) {
    expect(dayNumber(chunk.at(-1) ?? '') - dayNumber(chunk.at(0) ?? '')).toBeLessThan(28);
  }
  // The same days in short requests: chunking neither loses nor invents one.
  const singly: string[] = [];
  for (let day = dayNumber('2026-01-10'); day <= dayNumber('2026-05-20'); day += 20) {
    const until = dateOf(Math.min(day + 19, dayNumber('2026-05-20')));
    const { body } = await call(
      terra,
      `/daily?user_id=${user.user_id}&start_date=${dateOf(day)}&end_date=${until}&to_webhook=false`,
    );
    const { data } = body as {
      readonly data: readonly { readonly metadata: { readonly start_time: string } }[];
    };
    singly.push(...data.map((item) => item.metadata.start_time.slice(0, 10)));
  }
  expect(singly).toEqual(dates);
});

test('a short request is one webhook under the reference of its answer', async () => {
  const { terra, receiver } = await startStack();
  const user = terra.connect('user_short', 'WHOOP');
  const answer = await call(
    terra,
    `/sleep?user_id=${user.user_id}&start_date=2026-06-03&end_date=${TODAY}&to_webhook=true`,
  );
  await terra.settled();
  expect(receiver.events().map((event) => event.type)).toEqual(['auth', 'sleep']);
  expect(receiver.received[1]?.headers['terra-reference']).toBe(
    (answer.body as { readonly reference: string }).reference,
  );
});

test('what a device does not know, and what lies ahead, comes as nothing', async () => {
  const { terra, receiver } = await startStack();
  const user = terra.connect('user_none', 'OURA');
  await call(terra, `/activity?user_id=${user.user_id}&start_date=2026-01-01&end_date=${TODAY}`);
  await call(terra, `/daily?user_id=${user.user_id}&start_date=2026-07-01&end_date=2026-07-09`);
  await terra.settled();
  const events = receiver.events().slice(1);
  expect(events.map((event) => event.expected_payloads ?? event.data)).toEqual([undefined, 0, []]);
});

test('samples come when they are asked for', async () => {
  const { terra } = await startStack();
  const user = terra.connect('user_samples', 'GARMIN');
  const size = async (withSamples: boolean) =>
    JSON.stringify(
      (
        await call(
          terra,
          `/sleep?user_id=${user.user_id}&start_date=2026-06-10&end_date=2026-06-16&to_webhook=false&with_samples=${withSamples}`,
        )
      ).body,
    ).length;
  expect(await size(true)).toBeGreaterThan(2 * (await size(false)));
});

test('asking for the same days again gives other bytes with the same items', async () => {
  const { terra, receiver } = await startStack();
  const user = terra.connect('user_again', 'OURA');
  const path = `/daily?user_id=${user.user_id}&start_date=2026-06-20&end_date=2026-06-25`;
  await call(terra, path);
  await call(terra, path);
  await terra.settled();
  const [, first, second] = receiver.events();
  expect(second?.data).toEqual(first?.data);
  expect(receiver.received[2]?.body.equals(receiver.received[1]?.body ?? Buffer.alloc(0))).toBe(false);
});

test('extra naps and split nights add sessions', async () => {
  const { terra } = await startStack();
  const user = terra.connect('user_naps', 'OURA');
  const path = `/sleep?user_id=${user.user_id}&start_date=2026-05-01&end_date=${TODAY}&to_webhook=false`;
  const count = async () =>
    ((await call(terra, path)).body as { readonly data: readonly unknown[] }).data.length;
  const ordinary = await count();
  terra.chaos({ extraNaps: true });
  const napping = await count();
  terra.chaos({ splitNights: true });
  expect(napping).toBeGreaterThan(ordinary + 10);
  expect(await count()).toBeGreaterThan(napping + 10);
});
