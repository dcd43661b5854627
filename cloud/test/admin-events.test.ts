import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { day, event } from './events.ts';
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
} from './stack.ts';

async function shown(id: number): Promise<Record<string, unknown>> {
  const response = await asOperator(`/admin/raw-events/${id}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Record<string, unknown>;
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
    expect(await shown(id)).toEqual({ ...(await rawEvent(id)), payload: body });
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

  it('has a null for a body that R2 does not have', async () => {
    const id = await delivered(
      `{"type":"processing","x":"${'x'.repeat(1_000_000)}","id":"${crypto.randomUUID()}"}`,
    );
    await env.RAW_PAYLOADS.delete(String((await rawEvent(id)).payload_key));
    expect((await shown(id)).payload).toBeNull();
  });

  it.each([
    ['/admin/raw-events/999999999', 'GET', 404],
    ['/admin/raw-events/999999999/replay', 'POST', 404],
    ['/admin/raw-events/many', 'GET', 400],
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
