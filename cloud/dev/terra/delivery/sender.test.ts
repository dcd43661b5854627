import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, onTestFinished, test } from 'vitest';
import { startReceiver } from '../testing/receiver.ts';
import { SECRET, startStack } from '../testing/stack.ts';
import { loopbackUrl } from './loopback.ts';
import { signatureOf } from './signature.ts';

test('the signature has the value Terra documents', () => {
  expect(signatureOf('key', Buffer.from('123'), 12_345_678)).toBe(
    't=12345678,v1=dca55eca8f595bd4d80250ab9609c7cbecec8e581c5c3822294f7c2ee1c99377',
  );
});

test('every delivery is signed over its bytes', async () => {
  const { terra, receiver } = await startStack();
  terra.connect('user_signed', 'OURA');
  terra.deliver('{"type":"anything","text":"\\u00e9 é"}');
  await terra.settled();
  expect(receiver.received).toHaveLength(2);
  for (const { headers, body } of receiver.received) {
    const [, stamp, digest] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['terra-signature'])) ?? [];
    expect(createHmac('sha256', SECRET).update(`${stamp}.`).update(body).digest('hex')).toBe(digest);
  }
});

test('a refused delivery is retried until it is taken, with the same trace id and time, stamped anew', async () => {
  let nowMs = 1_780_000_000_000;
  const clock = () => {
    nowMs += 5_000;
    return nowMs;
  };
  const { terra, receiver } = await startStack({ clock }, (index) => [500, 302, 200][index] ?? 200);
  terra.healthcheck();
  await terra.settled();
  const sent = receiver.received.map((one) => one.headers);
  expect(sent).toHaveLength(3);
  for (const name of ['x-terra-trace-id', 'x-terra-ordering-timestamp']) {
    expect(new Set(sent.map((headers) => headers[name])).size).toBe(1);
  }
  expect(new Set(sent.map((headers) => headers['terra-signature'])).size).toBe(3);
  expect(terra.deliveries()).toMatchObject([
    { attempts: 3, status: 200, acknowledged: true, type: 'healthcheck' },
  ]);
  expect(terra.counts()).toMatchObject({ sent: 1, acknowledged: 1, retried: 2, lost: 0, waiting: 0 });
});

test('stale retries carry the first stamp', async () => {
  let nowMs = 1_780_000_000_000;
  const clock = () => {
    nowMs += 5_000;
    return nowMs;
  };
  const { terra, receiver } = await startStack({ clock, chaos: { staleRetries: true } }, (index) =>
    index === 0 ? 503 : 200,
  );
  terra.healthcheck();
  await terra.settled();
  const [first, second] = receiver.received.map((one) => one.headers['terra-signature']);
  expect(second).toBe(first);
});

test('a delivery nobody takes is lost after the schedule', async () => {
  const { terra, receiver } = await startStack({}, () => 401);
  terra.healthcheck();
  await terra.settled();
  expect(receiver.received).toHaveLength(4);
  expect(terra.counts()).toMatchObject({ sent: 1, acknowledged: 0, retried: 3, lost: 1 });
});

test('no answer in time counts as a refusal', async () => {
  const { terra } = await startStack({ timeoutMs: 1_000 }, (index) => (index === 0 ? null : 200));
  terra.healthcheck();
  await terra.settled();
  expect(terra.deliveries()).toMatchObject([{ attempts: 2, acknowledged: true }]);
});

test('every Nth delivery comes twice, the same in all but the attempt', async () => {
  const { terra, receiver } = await startStack({ chaos: { duplicateEvery: 3 } });
  for (let count = 0; count < 9; count += 1) terra.healthcheck();
  await terra.settled();
  const traces = receiver.received.map((one) => String(one.headers['x-terra-trace-id']));
  expect(traces).toHaveLength(12);
  expect(new Set(traces).size).toBe(9);
  expect(terra.deliveries().filter((one) => one.duplicate)).toHaveLength(3);
});

test('reordering shuffles the arrivals, not the ordering timestamps, and the seed decides how', async () => {
  const arrivals = async (seed: number) => {
    const { terra, receiver } = await startStack({ seed, concurrency: 1, chaos: { reorderWindow: 10 } });
    for (let number = 0; number < 30; number += 1) terra.deliver({ type: 'counted', number });
    await terra.settled();
    const times = terra.deliveries().map((one) => one.emittedMs);
    expect(times).toEqual([...times].sort());
    return receiver.events().map((event) => (event as { readonly number?: number }).number);
  };
  const first = await arrivals(1);
  expect(first).not.toEqual(Array.from({ length: 30 }, (_, index) => index));
  expect([...first].sort((a, b) => Number(a) - Number(b))).toEqual(
    Array.from({ length: 30 }, (_, index) => index),
  );
  expect(await arrivals(1)).toEqual(first);
  expect(await arrivals(2)).not.toEqual(first);
});

test('no more deliveries are under way at once than allowed', async () => {
  const { terra } = await startStack({ concurrency: 2, timeoutMs: 50, retryDelaysMs: [] }, () => null);
  for (let count = 0; count < 5; count += 1) terra.healthcheck();
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  expect(terra.deliveries().filter((one) => one.attempts > 0)).toHaveLength(2);
  await terra.settled();
  expect(terra.counts()).toMatchObject({ lost: 5 });
});

test('deliveries wait while held, and until there is a webhook', async () => {
  const { terra, receiver } = await startStack();
  terra.hold();
  terra.healthcheck();
  terra.release();
  await terra.settled();
  expect(receiver.received).toHaveLength(1);
  const second = await startReceiver();
  terra.pointWebhookAt(second.url);
  terra.healthcheck();
  await terra.settled();
  expect(second.received).toHaveLength(1);
  await second.close();
});

test('headers of a custom event go in place of the usual ones', async () => {
  const { terra, receiver } = await startStack();
  terra.deliver({ type: 'odd' }, { 'terra-signature': 't=1,v1=00', 'terra-reference': 'r' });
  await terra.settled();
  expect(receiver.received[0]?.headers).toMatchObject({
    'terra-signature': 't=1,v1=00',
    'terra-reference': 'r',
  });
});

test.each([
  'https://api.amy.health/',
  'http://example.com/',
  'http://127.0.0.1@example.com/',
  'http://10.0.0.1/',
  'http://127.0.0.1.nip.io/',
  'file:///etc/passwd',
  'nonsense',
])('refuses to deliver to %s', async (webhookUrl) => {
  expect(() => loopbackUrl(webhookUrl)).toThrow(RangeError);
  await expect(startStack({ webhookUrl })).rejects.toThrow(RangeError);
});

test.each(['http://127.0.0.1:8787/webhook/terra', 'http://localhost/', 'http://[::1]:1/'])(
  'delivers to %s',
  (url) => {
    expect(loopbackUrl(url).href).toBe(url);
  },
);

test('an attempt that breaks off half-way is not acknowledged, and is sent again whole', async () => {
  const { terra, receiver } = await startStack({ chaos: { disconnectEvery: 2 } });
  const bodies = Array.from(
    { length: 5 },
    (_, n) => `{"type":"anything","n":${n},"text":"${'x'.repeat(100_000)}"}`,
  );
  for (const body of bodies) terra.deliver(body);
  await terra.settled();
  expect(receiver.received.map(({ body }) => body.toString()).toSorted()).toEqual(bodies);
  const counts = terra.counts();
  expect(counts).toMatchObject({ acknowledged: 5, lost: 0 });
  expect(counts.retried).toBeGreaterThan(0);
});

test('a body that is not kept is let go of once it is delivered', async () => {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.end('{}'));
  });
  const port = await listening(server);
  const { terra } = await startStack({ keepBodies: false, webhookUrl: `http://127.0.0.1:${port}/` });
  const before = bytesInBuffers();
  for (let sent = 0; sent < 16; sent += 1) terra.deliver(Buffer.alloc(5_000_000, ' '));
  await terra.settled();
  expect(terra.counts()).toMatchObject({ acknowledged: 16, bytes: 80_000_000 });
  // Connections that are kept open may hold the last they sent; and V8 gives memory of buffers back in a thread of its own.
  await expect.poll(() => bytesInBuffers() - before, { timeout: 20_000 }).toBeLessThan(45_000_000);
});

async function listening(server: ReturnType<typeof createServer>): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server is not listening');
  return address.port;
}

/** What buffers take after a collection of garbage. */
function bytesInBuffers(): number {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  return process.memoryUsage().arrayBuffers;
}
