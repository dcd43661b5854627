import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type Json, type JsonObject, valueAt } from '../json.ts';
import { postControl } from '../testing/control.ts';
import { startStack } from '../testing/stack.ts';
import type { DataType } from './devices.ts';

function arrayAt(event: object, path: string): readonly Json[] {
  const found = valueAt(event as JsonObject, `data.0.${path}`);
  if (!Array.isArray(found)) throw new Error(`no array at ${path}`);
  return found;
}

const ARRAYS: readonly (readonly [DataType, string, object])[] = [
  ['activity', 'heart_rate_data.detailed.hr_samples', { bpm: expect.any(Number), context: 0 }],
  [
    'activity',
    'position_data.position_samples',
    { coords_lat_lng_deg: [expect.any(Number), expect.any(Number)] },
  ],
  ['activity', 'power_data.power_samples', { watts: expect.any(Number) }],
  ['body', 'heart_data.rr_interval_samples', { rr_interval_ms: expect.any(Number) }],
  ['daily', 'heart_rate_data.detailed.hr_samples', { bpm: expect.any(Number) }],
  ['daily', 'MET_data.MET_samples', { level: expect.any(Number) }],
  ['daily', 'oxygen_data.saturation_samples', { percentage: expect.any(Number) }],
  ['sleep', 'heart_rate_data.detailed.hr_samples', { bpm: expect.any(Number) }],
  ['sleep', 'sleep_durations_data.hypnogram_samples', { level: expect.any(Number) }],
  ['sleep', 'respiration_data.breaths_data.samples', { breaths_per_min: expect.any(Number) }],
];

test.each(ARRAYS)(
  'an oversize %s is of the size asked for, most of it in arrays such as %s',
  async (type, path, sample) => {
    const { terra, receiver } = await startStack();
    const user = terra.connect('user_große', 'GARMIN');
    const { traceId } = terra.oversize(user.user_id, type, 1_100_000);
    await terra.settled();
    const received = receiver.received[1];
    expect(received?.body.byteLength).toBe(1_100_000);
    expect(received?.headers['x-terra-trace-id']).toBe(traceId);
    const [event] = receiver.events().slice(1);
    expect(event).toMatchObject({ type, user: { reference_id: 'user_große' } });
    const samples = arrayAt(event ?? {}, path);
    expect(samples.length).toBeGreaterThan(2_000);
    expect(samples.at(-1)).toMatchObject({ timestamp: expect.any(String), ...sample });
  },
);

test('samples lie in order between the start and the end of their item, at its offset', async () => {
  const { terra, receiver } = await startStack();
  const user = terra.connect('user_ordered', 'GARMIN');
  terra.oversize(user.user_id, 'activity', 300_000);
  await terra.settled();
  const [, event] = receiver.events();
  const { start_time: start, end_time: end } = event?.data?.[0]?.metadata ?? { start_time: '', end_time: '' };
  const times = arrayAt(event ?? {}, 'power_data.power_samples').map((one) =>
    String(valueAt(one, 'timestamp')),
  );
  expect(times[0]).toBe(start);
  expect(times).toEqual(times.toSorted());
  expect(times.every((time) => /^[\d-]{10}T[\d:]{8}\.\d{6}[+-]\d\d:\d\d$/.test(time) && time <= end)).toBe(
    true,
  );
  expect(new Set(times).size).toBe(times.length);
});

test('the same seed makes the same bytes', async () => {
  const hashes: string[] = [];
  for (let run = 0; run < 2; run += 1) {
    const { terra, receiver } = await startStack();
    const user = terra.connect('user_same', 'OURA');
    const { sha256 } = terra.oversize(user.user_id, 'sleep', 50_001);
    await terra.settled();
    expect(
      createHash('sha256')
        .update(receiver.received[1]?.body ?? '')
        .digest('hex'),
    ).toBe(sha256);
    hashes.push(sha256);
  }
  expect(hashes[1]).toBe(hashes[0]);
});

test('another process asks for a date and a size, and the body is let go of once it is delivered', async () => {
  const { terra, receiver } = await startStack();
  const { user_id } = terra.connect('user_asked', 'OURA');
  const asked = { user_id, type: 'daily', bytes: 9_000_000, date: '2026-06-11' };
  const { status, body } = await postControl(terra, 'oversize', asked);
  expect(status).toBe(200);
  await terra.settled();
  const delivery = terra.deliveries()[1];
  expect(body).toEqual({ date: '2026-06-11', trace_id: delivery?.traceId });
  expect(delivery).toMatchObject({ bytes: 9_000_000, acknowledged: true, body: Buffer.alloc(0) });
  expect(receiver.events()[1]?.data?.[0]?.metadata.start_time).toContain('2026-06-11');
});

test.each([
  [{ type: 'nutrition' }, 'type is one of activity, body, daily, sleep'],
  [{ bytes: 0 }, 'bytes is a whole number from 1 to 200000000'],
  [{ bytes: '9 MB' }, 'bytes is a whole number'],
  [{ bytes: 300 }, 'bytes is at least'],
  [{ date: 'yesterday' }, 'date is YYYY-MM-DD'],
  [{ date: '2026-07-01' }, 'OURA has no daily on 2026-07-01: leave date out'],
  [{ type: 'activity' }, 'OURA has no activity lately'],
  [{ user_id: 7 }, 'user_id is required'],
  [{ user_id: 'nobody' }, 'user not found: nobody'],
  [{ size: 9 }, 'size is not known here'],
])('refuses %j and says why', async (change, message) => {
  const { terra } = await startStack();
  const { user_id } = terra.connect('user_refused', 'OURA');
  const asked = { user_id, type: 'daily', bytes: 1_000_000, ...change };
  const { status, body } = await postControl(terra, 'oversize', asked);
  expect([status, body.message]).toEqual([400, expect.stringContaining(message)]);
});
