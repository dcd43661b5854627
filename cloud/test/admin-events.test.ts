import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { isoTime, sqliteTime } from '../src/clock.ts';
import { sha256Hex } from '../src/digest.ts';
import { SHOWN_PAYLOAD_BYTES_MAX } from '../src/limits.ts';
import { day, event } from './support/events.ts';
import { insertRaw } from './support/raw-rows.ts';
import {
  asOperator,
  consume,
  deliver,
  envWithOutbox,
  ingest,
  newTerraId,
  newUser,
  rawEvent,
  rowsOf,
} from './support/stack.ts';

async function shown(id: number): Promise<Record<string, unknown>> {
  const response = await asOperator(`/admin/raw-events/${id}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
}

const ON_ITS_WAY = {
  code: null,
  says: 'it is on its way: the queue has it, or the drain takes it',
  waits_for: 'attempt',
  tried_next_at: expect.any(String),
};

async function bytesAt(path: string): Promise<Uint8Array> {
  const response = await asOperator(path);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/json']);
  return new Uint8Array(await response.arrayBuffer());
}

async function delivered(body: string | Uint8Array): Promise<number> {
  const response = await deliver(body);
  expect(response.status).toBe(200);
  return ((await response.json()) as { raw_event_id: number }).raw_event_id;
}

describe('one event', () => {
  it('is shown whole, its body as it came, spaces and all', async () => {
    const body = ` {"type":"processing",  "n":1.0, "who":"Zoë 🚲", "id":"${crypto.randomUUID()}" }\n`;
    const id = await delivered(body);
    expect(await shown(id)).toEqual({
      ...(await rawEvent(id)),
      payload: body,
      explanation: ON_ITS_WAY,
    });
  });

  it('says what keeps it, what lets it go on and when it is tried next, or why it was skipped', async () => {
    const received_at = sqliteTime(Date.now());
    const next_attempt_at = isoTime(Date.now() + 3_600_000);
    const failed = { received_at, next_attempt_at, attempts: 1 };
    const skipped = { processed_at: received_at, process_error: 'skipped:healthcheck' };
    const [waiting, missing, asked, signIn, unknown] = await insertRaw(
      { ...failed, process_error: 'no_connection_for_terra_user' },
      { ...failed, process_error: 'payload_missing' },
      skipped,
      { ...skipped, process_error: 'skipped:auth_error' },
      { ...skipped, process_error: 'skipped:of_a_later_version' },
    );
    const explained = async (id = 0) => (await shown(id)).explanation;
    expect(await explained(waiting)).toMatchObject({ waits_for: 'connection', tried_next_at: null });
    expect(await explained(missing)).toMatchObject({ waits_for: 'attempt', tried_next_at: next_attempt_at });
    expect(await explained(asked)).toEqual({
      code: 'skipped',
      says: 'it was skipped on purpose: Terra asks whether we are there',
      waits_for: 'nothing',
      tried_next_at: null,
    });
    expect(await explained(signIn)).toMatchObject({
      says: 'it was skipped on purpose: a sign-in at a provider that did not succeed',
    });
    expect(await explained(unknown)).toMatchObject({ says: 'it was skipped on purpose' });
  });

  it('is shown from R2 when it is large', async () => {
    const body = `{"type":"processing","x":"${'é'.repeat(600_000)}","id":"${crypto.randomUUID()}"}`;
    const id = await delivered(body);
    const row = await rawEvent(id);
    expect([row.payload, row.payload_key]).toEqual(['', expect.stringMatching(/^raw-events\//)]);
    expect((await shown(id)).payload).toBe(body);
  });

  it('is shown in base64 when its bytes are not UTF-8', async () => {
    const head = new TextEncoder().encode(`{"type":"processing","id":"${crypto.randomUUID()}","x":"`);
    const body = new Uint8Array([...head, 0xff, 0xfe, 0x22, 0x7d]);
    const answer = await shown(await delivered(body));
    expect(answer.payload).toBeNull();
    expect(Buffer.from(String(answer.payload_base64), 'base64')).toEqual(Buffer.from(body));
  });

  it('is shown with its BOM', async () => {
    const body = `\ufeff{"type":"processing","id":"${crypto.randomUUID()}"}`;
    expect((await shown(await delivered(new TextEncoder().encode(body)))).payload).toBe(body);
  });

  it('of a ping is shown with what it pointed at, in text or base64', async () => {
    const key = `fetched/${crypto.randomUUID()}.json`;
    const [id = 0] = await insertRaw({ event_type: 's3_payload', payload: '{"url":"x"}', fetched_key: key });
    expect(await shown(id)).toEqual({
      ...(await rawEvent(id)),
      payload: '{"url":"x"}',
      fetched_payload: null,
      explanation: ON_ITS_WAY,
    });
    await env.RAW_PAYLOADS.put(key, '{"type":"daily"}');
    expect(await shown(id)).toMatchObject({ payload: '{"url":"x"}', fetched_payload: '{"type":"daily"}' });
    await env.RAW_PAYLOADS.put(key, new Uint8Array([0x7b, 0xff, 0x7d]));
    expect(await shown(id)).toMatchObject({ fetched_payload: null, fetched_payload_base64: 'e/99' });
  });

  it('is shown without bodies that are too large, and says where they are, byte for byte', async () => {
    const body = new Uint8Array(SHOWN_PAYLOAD_BYTES_MAX + 1).fill(0x20);
    body.set([0x7b, 0xff, 0x7d]);
    const [key, fetchedKey] = [
      `raw-events/${crypto.randomUUID()}.json`,
      `fetched/${crypto.randomUUID()}.json`,
    ];
    const [id = 0] = await insertRaw({ payload: '', payload_key: key, fetched_key: fetchedKey });
    await env.RAW_PAYLOADS.put(key, body);
    await env.RAW_PAYLOADS.put(fetchedKey, body.toReversed());
    const answer = await shown(id);
    expect(answer).toEqual({
      ...(await rawEvent(id)),
      payload: null,
      payload_url: `/admin/raw-events/${id}/payload`,
      fetched_payload: null,
      fetched_payload_url: `/admin/raw-events/${id}/fetched-payload`,
      explanation: ON_ITS_WAY,
    });
    expect(sha256Hex(await bytesAt(String(answer.payload_url)))).toBe(sha256Hex(body));
    expect(sha256Hex(await bytesAt(String(answer.fetched_payload_url)))).toBe(sha256Hex(body.toReversed()));
    await env.RAW_PAYLOADS.put(key, body.slice(1));
    expect((await shown(id)).payload_base64).toHaveLength(Math.ceil(SHOWN_PAYLOAD_BYTES_MAX / 3) * 4);
  });

  it('gives its body by itself, from its row too', async () => {
    const body = `\ufeff{"type":"processing","id":"${crypto.randomUUID()}"} `;
    const id = await delivered(new TextEncoder().encode(body));
    expect(await bytesAt(`/admin/raw-events/${id}/payload`)).toEqual(new TextEncoder().encode(body));
  });

  it('has a null for a body that R2 does not have', async () => {
    const id = await delivered(
      `{"type":"processing","x":"${'x'.repeat(1_000_000)}","id":"${crypto.randomUUID()}"}`,
    );
    await env.RAW_PAYLOADS.delete(String((await rawEvent(id)).payload_key));
    expect((await shown(id)).payload).toBeNull();
    expect((await asOperator(`/admin/raw-events/${id}/payload`)).status).toBe(404);
    expect((await asOperator(`/admin/raw-events/${id}/fetched-payload`)).status).toBe(404);
  });

  it.each([
    ['/admin/raw-events/999999999', 'GET', 404],
    ['/admin/raw-events/999999999/replay', 'POST', 404],
    ['/admin/raw-events/999999999/payload', 'GET', 404],
    ['/admin/raw-events/999999999/fetched-payload', 'GET', 404],
    ['/admin/raw-events/many', 'GET', 400],
    ['/admin/raw-events/many/payload', 'GET', 400],
    ['/admin/raw-events/0', 'GET', 400],
    ['/admin/raw-events/1.5/replay', 'POST', 400],
  ])('that is not there, or has no such id, is refused: %s', async (path, method, status) => {
    const { env: used, outbox } = envWithOutbox();
    const response = await asOperator(path, { method, env: used });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      error: {
        code: status === 404 ? 'not_found' : 'invalid_request',
        message: expect.any(String),
        request_id: response.headers.get('x-request-id'),
      },
    });
    expect(outbox.messages).toEqual([]);
  });
});

describe('a replay', () => {
  it('normalizes a processed event again, and puts back a row that was deleted by hand', async () => {
    const who = { user: newUser(), terraId: newTerraId() };
    const { id } = await ingest(event('daily', who, [day({ steps: 4321 })]));
    const before = await rowsOf('daily_summary', who.user);
    expect(before).toMatchObject([{ source: 'oura', datetime: '2026-03-02', steps: 4321 }]);
    await env.DB.prepare('delete from daily_summary where user_id = ?').bind(who.user).run();
    await consume([{ rawEventId: id }]);
    expect(await rowsOf('daily_summary', who.user)).toEqual([]);
    const { env: used, outbox } = envWithOutbox();
    const response = await asOperator(`/admin/raw-events/${id}/replay`, { method: 'POST', env: used });
    expect(await response.json()).toEqual({ ok: true, enqueued: 1, raw_event_id: id });
    expect(outbox.messages).toEqual([
      {
        rawEventId: id,
        bytes: (await rawEvent(id)).payload.length,
        requestId: response.headers.get('x-request-id'),
        force: true,
      },
    ]);
    await consume(outbox.messages);
    expect(await rowsOf('daily_summary', who.user)).toEqual(before);
  });

  it('leaves a trace of who asked for what, not of whom', async () => {
    const who = { user: newUser(), terraId: newTerraId() };
    const { id } = await ingest(event('daily', who, [day({ steps: 1 })]));
    const response = await asOperator(`/admin/raw-events/${id}/replay`, { method: 'POST' });
    const traced = await env.DB.prepare('select * from trace_events where request_id = ?')
      .bind(response.headers.get('x-request-id'))
      .first();
    expect(traced).toMatchObject({
      event: 'admin_action',
      level: 'info',
      message: 'replay',
      user_id: null,
      data: `{"raw_event_id":${id}}`,
    });
  });
});
