import { env } from 'cloudflare:test';
import { createHmac } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import {
  answerOf,
  deliver,
  envWithOutbox,
  newTerraId,
  newUser,
  rawEvent,
  request,
  SECRET,
  sign,
} from './support/stack.ts';

function daily(user = newUser(), terraId = newTerraId()) {
  return {
    type: 'daily',
    user: { user_id: terraId, provider: 'OURA', reference_id: user },
    data: [{ metadata: { start_time: '2026-03-01T00:00:00+01:00' }, distance_data: { steps: 4321 } }],
  };
}

describe('a signed delivery', () => {
  it('is stored verbatim before it is acknowledged, and enqueued once', async () => {
    const { env: used, outbox } = envWithOutbox();
    const body = daily();
    const response = await deliver(body, {
      env: used,
      orderingMs: 1_700_000_000_123,
      headers: { 'terra-reference': 'ref-1', 'x-terra-trace-id': 'trace-1' },
    });
    const answer = (await response.json()) as { raw_event_id: number; request_id: string };
    expect(response.status).toBe(200);
    expect(answer).toEqual({
      ok: true,
      raw_event_id: expect.any(Number),
      type: 'daily',
      request_id: response.headers.get('x-request-id'),
    });
    expect(await rawEvent(answer.raw_event_id)).toMatchObject({
      event_type: 'daily',
      terra_user_id: body.user.user_id,
      reference_id: body.user.reference_id,
      provider: 'oura',
      payload: JSON.stringify(body),
      payload_key: null,
      signature_verified: 1,
      processed_at: null,
      attempts: 0,
      request_id: answer.request_id,
      terra_reference: 'ref-1',
      trace_id: 'trace-1',
      order_ms: 1_700_000_000_123,
    });
    expect(outbox.messages).toEqual([
      { rawEventId: answer.raw_event_id, requestId: answer.request_id, bytes: JSON.stringify(body).length },
    ]);
  });

  it.each(['/webhook/terra', '/webhook', '/terra', '/', '/webhook/terra/', '/terra/'])(
    'is taken at %s',
    async (path) => {
      expect((await deliver(daily(), { path })).status).toBe(200);
      expect(await (await request(path)).text()).toBe('ok');
      expect((await request(path, { method: 'HEAD' })).status).toBe(200);
    },
  );

  it('is a duplicate the second time, enqueued again only while it was never attempted', async () => {
    const body = daily();
    const first = (await (await deliver(body)).json()) as { raw_event_id: number };
    const { env: used, outbox } = envWithOutbox();
    const second = await deliver(body, { env: used });
    expect(await second.json()).toEqual({
      ok: true,
      duplicate: true,
      raw_event_id: first.raw_event_id,
      type: 'daily',
      request_id: expect.any(String),
    });
    expect(outbox.messages).toHaveLength(1);
    await env.DB.prepare('update raw_events set attempts = 1 where id = ?').bind(first.raw_event_id).run();
    await deliver(body, { env: used });
    expect(outbox.messages).toHaveLength(1);
  });

  it('is one row for a lab report without a user, whose terra_user_id is empty and never null', async () => {
    const body = { upload_id: `upl_${crypto.randomUUID()}`, data: [{ results: [] }] };
    const first = (await (await deliver(body)).json()) as { raw_event_id: number; type: string };
    const second = (await (await deliver(body)).json()) as { raw_event_id: number };
    expect(first.type).toBe('lab_report');
    expect(second.raw_event_id).toBe(first.raw_event_id);
    expect(await rawEvent(first.raw_event_id)).toMatchObject({
      terra_user_id: '',
      reference_id: body.upload_id,
    });
  });

  it('of an erased person is stored nowhere', async () => {
    const body = daily();
    const { createHash } = await import('node:crypto');
    const hash = createHash('sha256').update(body.user.user_id).digest('hex');
    await env.DB.prepare("insert into erased_subjects values (?, 'terra_user', '2026-01-01T00:00:00.000Z')")
      .bind(hash)
      .run();
    const before = await env.DB.prepare('select count(*) as n from raw_events').first();
    const response = await deliver(body);
    expect(await response.json()).toEqual({
      ok: true,
      skipped: 'user_erased',
      request_id: expect.any(String),
    });
    expect(await env.DB.prepare('select count(*) as n from raw_events').first()).toEqual(before);
  });

  it('without a type and without the shape of a lab report is unknown', async () => {
    const response = await deliver({ hello: crypto.randomUUID() });
    expect(await response.json()).toMatchObject({ ok: true, type: 'unknown' });
  });

  it('that the database does not take is a 503 with Retry-After, never a 200', async () => {
    const broken = { batch: async () => Promise.reject(new Error('D1_ERROR: no answer')) };
    const { env: used } = envWithOutbox({
      ...env,
      DB: Object.assign(Object.create(env.DB), broken, { prepare: env.DB.prepare.bind(env.DB) }),
    });
    const response = await deliver(daily(), { env: used });
    expect(response.status).toBe(503);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await response.json()).toEqual({ error: 'unavailable', request_id: expect.any(String) });
  });
});

describe('a database that is slow', () => {
  it('is waited for 6 s, which leaves Terra time to hear a 503 within its 8 s', async () => {
    const asked = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<never>();
    const stalled = {
      batch: () => {
        asked.resolve();
        return answered.promise;
      },
    };
    const { env: used } = envWithOutbox({
      ...env,
      DB: Object.assign(Object.create(env.DB), stalled, { prepare: env.DB.prepare.bind(env.DB) }),
    });
    const text = JSON.stringify(daily());
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      let status: number | null = null;
      const headers = { 'terra-signature': sign(text) };
      const pending = answerOf('/webhook', { method: 'POST', body: text, headers, env: used });
      void pending.then(({ response }) => {
        status = response.status;
      });
      await asked.promise;
      await vi.advanceTimersByTimeAsync(5_999);
      expect(status).toBeNull();
      await vi.advanceTimersByTimeAsync(1);
      const { response, settled } = await pending;
      expect([response.status, Number(response.headers.get('retry-after')) > 0]).toEqual([503, true]);
      answered.reject(new Error('D1_ERROR: no answer'));
      await settled();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('a body that does not go into its row', () => {
  async function stored(
    body: Uint8Array,
  ): Promise<{ row: Record<string, unknown>; object: Uint8Array | null }> {
    const answer = (await (await deliver(body)).json()) as { raw_event_id: number };
    const row = await rawEvent(answer.raw_event_id);
    const object = row.payload_key === null ? null : await env.RAW_PAYLOADS.get(String(row.payload_key));
    return { row, object: object === null ? null : new Uint8Array(await object.arrayBuffer()) };
  }

  it('is in R2 under its request id, byte for byte, when it is large', async () => {
    const body = new TextEncoder().encode(JSON.stringify({ ...daily(), padding: 'x'.repeat(1_000_000) }));
    const { row, object } = await stored(body);
    expect(row).toMatchObject({ payload: '', payload_key: `raw-events/${row.request_id}.json` });
    expect(object).toEqual(body);
  });

  it('is in R2 when it is not valid UTF-8', async () => {
    const text = new TextEncoder().encode(JSON.stringify({ ...daily(), note: '??' }));
    const body = text.map((byte) => (byte === 0x3f ? 0xff : byte));
    const { row, object } = await stored(body);
    expect(row.payload).toBe('');
    expect(object).toEqual(body);
  });

  it('keeps its BOM', async () => {
    const body = new Uint8Array([0xef, 0xbb, 0xbf, ...new TextEncoder().encode(JSON.stringify(daily()))]);
    const { row } = await stored(body);
    expect(new TextEncoder().encode(String(row.payload))).toEqual(body);
  });

  it('leaves no second object when the delivery is a duplicate', async () => {
    const body = JSON.stringify({ ...daily(), padding: 'x'.repeat(1_000_000) });
    await deliver(body);
    const before = (await env.RAW_PAYLOADS.list()).objects.length;
    await deliver(body);
    expect((await env.RAW_PAYLOADS.list()).objects).toHaveLength(before);
  });
});

describe('a delivery that is refused', () => {
  async function countRows(): Promise<number> {
    return (await env.DB.prepare('select count(*) as n from raw_events').first<{ n: number }>())?.n ?? -1;
  }

  const body = JSON.stringify(daily());
  const now = Math.floor(Date.now() / 1_000);
  const cases: [string, string, Record<string, string>][] = [
    ['missing', 'no header', {}],
    ['malformed', 'no timestamp', { 'terra-signature': `v1=${'0'.repeat(64)}` }],
    ['malformed', 'no v1', { 'terra-signature': `t=${now}` }],
    ['malformed', 'only another scheme', { 'terra-signature': `t=${now},v0=${'0'.repeat(64)}` }],
    ['malformed', 'no hex', { 'terra-signature': `t=${now},v1=${'z'.repeat(64)}` }],
    ['mismatch', 'a wrong secret', { 'terra-signature': sign(body, 'another secret') }],
    ['mismatch', 'one byte changed', { 'terra-signature': sign(`${body} `) }],
    ['stale', 'older than 48 h', { 'terra-signature': sign(body, SECRET, now - 172_900) }],
    ['future', 'more than 5 min ahead', { 'terra-signature': sign(body, SECRET, now + 400) }],
  ];

  it.each(cases)('is %s: %s', async (reason, _, headers) => {
    const before = await countRows();
    const response = await request('/webhook', { method: 'POST', body, headers });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({
      error: 'invalid_signature',
      reason,
      request_id: expect.any(String),
    });
    expect(await countRows()).toBe(before);
  });

  it.each([
    ['not JSON', '{"type":'],
    ['an array', '[]'],
    ['a text', '"daily"'],
    ['null', 'null'],
    ['empty', ''],
  ])('is a 400 with a trace when it is %s', async (_, text) => {
    const response = await deliver(text);
    const answer = (await response.json()) as { request_id: string };
    expect(response.status).toBe(400);
    expect(answer).toEqual({ error: 'invalid_json', request_id: expect.any(String) });
    const trace = await env.DB.prepare('select event, level from trace_events where request_id = ?')
      .bind(answer.request_id)
      .first();
    expect(trace).toEqual({ event: 'webhook_rejected', level: 'warn' });
  });

  it('is too large by Content-Length, and while reading without one', async () => {
    const { env: used } = envWithOutbox({ ...env, MAX_WEBHOOK_BYTES: '100' });
    const text = JSON.stringify(daily());
    const response = await deliver(text, { env: used });
    expect(response.status).toBe(413);
    expect(await response.json()).toEqual({ error: 'payload_too_large', request_id: expect.any(String) });
    const streamed = new Response(text).body;
    const unannounced = await request('/webhook', {
      method: 'POST',
      ...(streamed === null ? {} : { body: streamed }),
      headers: { 'terra-signature': sign(text) },
      env: used,
    });
    expect(unannounced.status).toBe(413);
  });

  it.each(['', ' , '])(
    'is a clear 500 where the signing secret is %j, on this route only',
    async (secret) => {
      const { env: used } = envWithOutbox({ ...env, TERRA_SIGNING_SECRET: secret });
      const response = await deliver(daily(), { env: used });
      expect(response.status).toBe(500);
      expect(await response.json()).toEqual({ error: 'misconfigured', request_id: expect.any(String) });
      expect((await request('/healthz', { env: used })).status).toBe(200);
    },
  );
});

describe('signatures', () => {
  const body = JSON.stringify(daily());
  const digest = (secret: string, at: number) =>
    createHmac('sha256', secret).update(`${at}.${body}`).digest('hex');
  const now = Math.floor(Date.now() / 1_000);

  it.each([
    ['the second secret', { 'terra-signature': `t=${now},v1=${digest('test-signing-secret-before', now)}` }],
    [
      'several v1, one right',
      { 'terra-signature': `t=${now},v1=${'0'.repeat(64)},v1=${digest(SECRET, now)}` },
    ],
    ['another scheme beside it', { 'terra-signature': `t=${now},v0=abc,v1=${digest(SECRET, now)}` }],
    ['the other header name', { 'X-Terra-Signature': `t=${now},v1=${digest(SECRET, now)}` }],
    ['both names', { 'Terra-Signature': sign(body), 'x-terra-signature': sign(body) }],
    ['a day-old retry', { 'terra-signature': `t=${now - 86_400},v1=${digest(SECRET, now - 86_400)}` }],
  ])('accepts %s', async (_, headers) => {
    const response = await request('/webhook', {
      method: 'POST',
      body,
      headers: headers as Record<string, string>,
    });
    expect(response.status).toBe(200);
  });
});
