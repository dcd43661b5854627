import { env } from 'cloudflare:test';
import { describe, expect, it, vi } from 'vitest';
import { FORGED_DELIVERIES_MAX, HOUR_MS, REJECTED_TRACES_AN_HOUR } from '../src/limits.ts';
import { rejectionTraceStatements, writeRejectionTrace } from '../src/store/traces.ts';
import { inChunks, largeActivity } from './support/large-events.ts';
import { envWithOutbox, newAddress, newTerraId, newUser, request, SECRET, sign } from './support/stack.ts';

vi.setConfig({ testTimeout: 60_000 });

const LARGE_BYTES = 8_200_000;

function largeBody(): Uint8Array {
  return new TextEncoder().encode(largeActivity({ user: newUser(), terraId: newTerraId() }, LARGE_BYTES));
}

/** An env that remembers which uploads were begun in R2. */
function envWithUploads(): { env: Env; keys: string[] } {
  const keys: string[] = [];
  const createMultipartUpload = (key: string): Promise<R2MultipartUpload> => {
    keys.push(key);
    return env.RAW_PAYLOADS.createMultipartUpload(key);
  };
  const bucket = Object.assign(Object.create(env.RAW_PAYLOADS), { createMultipartUpload });
  return { env: envWithOutbox({ ...env, RAW_PAYLOADS: bucket }).env, keys };
}

function send(body: Uint8Array, signature: string, address: string, used: Env): Promise<Response> {
  const headers = { 'terra-signature': signature, 'cf-connecting-ip': address };
  return request('/webhook', { method: 'POST', body: inChunks(body), headers, env: used });
}

const forged = (): string => sign('another body');

describe('an address whose signatures did not match', () => {
  const small = () => new TextEncoder().encode(JSON.stringify({ type: 'daily', n: crypto.randomUUID() }));
  const forgeSome = async (address: string, used: Env) => {
    for (let i = 0; i < FORGED_DELIVERIES_MAX; i += 1)
      expect((await send(small(), forged(), address, used)).status).toBe(401);
  };

  it('leaves nothing in R2 any more; what it signs is asked for again, and kept the second time', async () => {
    const { env: used, keys } = envWithUploads();
    const [address, body] = [newAddress(), largeBody()];
    await forgeSome(address, used);
    expect((await send(body, forged(), address, used)).status).toBe(401);
    const first = await send(body, sign(body), address, used);
    expect([first.status, Number(first.headers.get('retry-after')) > 0]).toEqual([503, true]);
    expect(keys).toEqual([]);
    expect((await send(body, sign(body), address, used)).status).toBe(200);
    expect(keys).toHaveLength(1);
  });

  it('is let alone where it signed a delivery before, and so are small ones of any', async () => {
    const { env: used, keys } = envWithUploads();
    const [mixed, forging] = [newAddress(), newAddress()];
    const [one, other, large] = [small(), small(), largeBody()];
    expect((await send(one, sign(one), mixed, used)).status).toBe(200);
    for (const address of [mixed, forging]) await forgeSome(address, used);
    expect((await send(other, sign(other), forging, used)).status).toBe(200);
    expect((await send(large, sign(large), mixed, used)).status).toBe(200);
    expect(keys).toHaveLength(1);
  });
});

describe('of a delivery nothing is read', () => {
  const now = Math.floor(Date.now() / 1_000);
  const old = now - 200_000;

  it.each([
    ['missing', {}],
    ['malformed', { 'terra-signature': 't=1' }],
    ['stale', { 'terra-signature': sign('x', SECRET, old) }],
    ['future', { 'terra-signature': sign('x', SECRET, now + 1_000) }],
  ])('whose signature is %s, however long the body is', async (reason, headers: Record<string, string>) => {
    let pulled = 0;
    const body = new ReadableStream(
      {
        pull(controller) {
          pulled += 1;
          controller.enqueue(new Uint8Array(1_024));
        },
      },
      { highWaterMark: 0 },
    );
    const response = await request('/webhook', { method: 'POST', body, headers });
    expect([response.status, pulled]).toEqual([401, 0]);
    expect(await response.json()).toMatchObject({ error: 'invalid_signature', reason });
  });
});

describe('traces of unsigned deliveries', () => {
  const trace = { level: 'warn', event: 'webhook_rejected', message: 'invalid_signature: mismatch' } as const;
  const count = () =>
    env.DB.prepare("select count(*) as n from trace_events where event = 'webhook_rejected'").first('n');

  it('are so many an hour, however many come', async () => {
    await env.DB.prepare('delete from trace_events').run();
    const nowMs = Date.now();
    for (let i = 0; i < REJECTED_TRACES_AN_HOUR + 5; i += 1)
      await writeRejectionTrace(env.DB, trace, nowMs + i);
    expect(await count()).toBe(REJECTED_TRACES_AN_HOUR);
    await writeRejectionTrace(env.DB, trace, nowMs + HOUR_MS);
    expect(await count()).toBe(REJECTED_TRACES_AN_HOUR + 1);
  });

  it('are counted by reading no more than that', async () => {
    const [only] = rejectionTraceStatements(trace, Date.now());
    const { results } = await env.DB.prepare(`explain query plan ${only?.sql}`)
      .bind(...(only?.parameters ?? []))
      .all<{ detail: string }>();
    expect(results.map(({ detail }) => detail).join('\n')).toContain(
      'trace_events USING COVERING INDEX idx_trace_rejected',
    );
  });
});
