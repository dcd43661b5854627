import { env } from 'cloudflare:test';
import { describe, expect, it, vi } from 'vitest';
import { isoTime } from '../src/clock.ts';
import { SIGNATURE_REASONS } from '../src/contract/stats.ts';
import { RejectionTally } from '../src/ingest/rejection-tally.ts';
import {
  COUNT_SLOT_MS,
  DAY_MS,
  FORGED_DELIVERIES_MAX,
  HOUR_MS,
  REJECTED_COUNT_MAX,
  REJECTED_COUNTED_ALONE,
  REJECTED_TRACES_A_SLOT,
  REJECTED_TRACES_AN_HOUR,
} from '../src/limits.ts';
import { countRejectionStatement } from '../src/store/rejected-signatures.ts';
import { runAll } from '../src/store/statements.ts';
import { readStats } from '../src/store/stats.ts';
import { rejectionTraceStatements, writeRejection } from '../src/store/traces.ts';
import { inChunks, largeActivity } from './support/large-events.ts';
import {
  asOperator,
  envWithOutbox,
  newAddress,
  newTerraId,
  newUser,
  request,
  SECRET,
  sign,
} from './support/stack.ts';

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
    await env.DB.prepare('delete from rejected_signatures').run();
    const nowMs = Date.now();
    const insert = async (ms: number) => runAll(env.DB, rejectionTraceStatements(trace, 'mismatch', ms));
    for (let i = 0; i < REJECTED_TRACES_AN_HOUR + 5; i += 1) await insert(nowMs + i);
    expect(await count()).toBe(REJECTED_TRACES_AN_HOUR);
    await insert(nowMs + HOUR_MS);
    expect(await count()).toBe(REJECTED_TRACES_AN_HOUR + 1);
  });

  it('are few of one reason, so that a flood of it leaves room for the others', async () => {
    await env.DB.prepare('delete from trace_events').run();
    await env.DB.prepare('delete from rejected_signatures').run();
    for (let i = 0; i < REJECTED_TRACES_A_SLOT + 3; i += 1)
      await writeRejection(env.DB, trace, { reason: 'mismatch', weight: 1, nowMs: NOW });
    await writeRejection(env.DB, trace, { reason: 'stale', weight: 1, nowMs: NOW });
    expect(await count()).toBe(REJECTED_TRACES_A_SLOT + 1);
  });

  it('are counted by reading no more than that', async () => {
    const [only] = rejectionTraceStatements(trace, 'mismatch', Date.now());
    const { results } = await env.DB.prepare(`explain query plan ${only?.sql}`)
      .bind(...(only?.parameters ?? []))
      .all<{ detail: string }>();
    expect(results.map(({ detail }) => detail).join('\n')).toContain(
      'trace_events USING COVERING INDEX idx_trace_rejected',
    );
  });
});

const NOW = Date.parse('2026-03-01T12:04:00Z');

describe('refused signatures', () => {
  const rejections = async (nowMs: number) => (await readStats(env.DB, nowMs)).rejections;
  const rejected = (reason: 'mismatch' | 'stale', weight: number, ms: number) =>
    runAll(env.DB, [countRejectionStatement(reason, weight, ms)]);

  it('are counted by reason for the last hour and the last day', async () => {
    await env.DB.prepare('delete from rejected_signatures').run();
    await rejected('mismatch', 1, NOW);
    await rejected('mismatch', 1, NOW - HOUR_MS);
    await rejected('mismatch', 20, NOW - 2 * HOUR_MS);
    await rejected('stale', 1, NOW - 23 * HOUR_MS);
    expect(await rejections(NOW)).toEqual([
      { reason: 'mismatch', hour: 2, day: 22 },
      { reason: 'stale', hour: 0, day: 1 },
    ]);
    expect(await rejections(NOW + DAY_MS + HOUR_MS)).toEqual([]);
  });

  it('take a slot of yesterday anew, and write no more once a count has reached its most', async () => {
    await env.DB.prepare('delete from rejected_signatures').run();
    await rejected('mismatch', 7, NOW - DAY_MS);
    await rejected('mismatch', 2, NOW);
    await rejected('mismatch', 1, NOW - DAY_MS);
    const startedAt = isoTime(NOW - (NOW % COUNT_SLOT_MS));
    const rows = await env.DB.prepare('select * from rejected_signatures').all();
    expect(rows.results).toEqual([{ slot: 72, reason: 'mismatch', started_at: startedAt, count: 2 }]);
    await rejected('mismatch', REJECTED_COUNT_MAX, NOW);
    const [beyond] = await runAll(env.DB, [countRejectionStatement('mismatch', 1, NOW)]);
    expect(beyond?.meta.rows_written).toBe(0);
    expect(await rejections(NOW)).toEqual([
      { reason: 'mismatch', hour: REJECTED_COUNT_MAX, day: REJECTED_COUNT_MAX },
    ]);
  });

  it('are written down one by one at first, then some for all of a flood', () => {
    const tally = new RejectionTally();
    const weights = Array.from({ length: 1_000 }, () => tally.weightOf('mismatch', NOW));
    const written = weights.filter((weight) => weight > 0);
    expect(weights.slice(0, REJECTED_COUNTED_ALONE).every((weight) => weight === 1)).toBe(true);
    expect(written.length).toBeLessThan(REJECTED_COUNTED_ALONE + 50);
    expect(written.reduce((sum, weight) => sum + weight, 0)).toBe(1_000);
    expect([tally.weightOf('stale', NOW), tally.weightOf('mismatch', NOW + COUNT_SLOT_MS)]).toEqual([1, 1]);
  });

  it('are in the operator’s figures and among the traces of their request', async () => {
    await env.DB.prepare('delete from trace_events').run();
    await env.DB.prepare('delete from rejected_signatures').run();
    const refused = await send(
      new TextEncoder().encode('{}'),
      sign('{}', 'another secret'),
      newAddress(),
      env,
    );
    const { request_id } = await refused.json<{ request_id: string }>();
    const figures = await asOperator('/admin/stats');
    const { rejected_signatures } = await figures.json<{
      rejected_signatures: { last_hour: Record<string, number> };
    }>();
    const none = Object.fromEntries(SIGNATURE_REASONS.map((reason) => [reason, 0]));
    expect(rejected_signatures).toEqual({
      last_hour: { ...none, mismatch: 1 },
      last_day: { ...none, mismatch: 1 },
    });
    const traces = await asOperator(`/admin/traces?request_id=${request_id}`);
    expect(await traces.json()).toMatchObject({
      rows: [{ event: 'webhook_rejected', message: 'invalid_signature: mismatch' }],
    });
  });
});
