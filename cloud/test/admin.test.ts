import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { plansOf } from './support/plans.ts';
import { forgetRawEvents, insertAlike, insertRaw } from './support/raw-rows.ts';
import { asOperator, envWithOutbox, newUser, rawEvent, request } from './support/stack.ts';

type List = { rows: Record<string, unknown>[]; next_cursor: string | null };

async function list(path: string): Promise<List> {
  const response = await asOperator(path);
  expect(response.status).toBe(200);
  return (await response.json()) as List;
}

async function deadLetterQueue(): Promise<Record<string, unknown>[]> {
  return (await list('/admin/dlq')).rows;
}

/** What a drain with this query and body enqueued. */
async function drained(
  query: string,
  body?: string,
): Promise<{ status: number; ids: number[]; sent: unknown[] }> {
  const { env: used, outbox } = envWithOutbox();
  const response = await asOperator(`/admin/drain${query}`, {
    method: 'POST',
    env: used,
    ...(body === undefined ? {} : { body }),
  });
  const answer = (await response.json()) as { ids?: number[]; enqueued?: number };
  if (response.status === 200)
    expect(answer).toEqual({ ok: true, enqueued: answer.ids?.length, ids: answer.ids });
  return { status: response.status, ids: answer.ids ?? [], sent: outbox.messages };
}

describe('the operator’s door', () => {
  it.each([
    ['GET', '/admin/dlq'],
    ['POST', '/admin/drain'],
    ['GET', '/admin/raw-events/1'],
    ['POST', '/admin/raw-events/1/replay'],
    ['POST', '/admin/raw-events/1/resolve'],
    ['GET', '/admin/traces'],
    ['POST', '/admin/user/somebody/wipe'],
    ['GET', '/admin/nothing-here'],
  ])('is shut without the key, and with another: %s %s', async (method, path) => {
    for (const headers of [
      {},
      { 'x-admin-key': 'test-admin-key-of-at-least-32-bytes ?' },
      { 'x-admin-key': '' },
    ]) {
      const response = await request(path, { method, headers });
      expect(response.status).toBe(401);
      expect(await response.json()).toEqual({
        error: {
          code: 'unauthorized',
          message: expect.any(String),
          request_id: response.headers.get('x-request-id'),
        },
      });
    }
  });

  it('stays shut where no key is set, and says so on these routes only', async () => {
    const { env: used } = envWithOutbox({ ...env, AMY_ADMIN_KEY: ' ' });
    for (const key of ['', ' ', 'test-admin-key-of-at-least-32-bytes']) {
      const response = await request('/admin/dlq', { headers: { 'x-admin-key': key }, env: used });
      expect(response.status).toBe(500);
      expect(await response.json()).toMatchObject({ error: { code: 'misconfigured' } });
    }
    expect((await request('/healthz', { env: used })).status).toBe(200);
    expect((await request('/webhook', { env: used })).status).toBe(200);
  });

  it('leads to a 404 in the same shape where there is nothing', async () => {
    const response = await asOperator('/admin/nothing-here');
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { code: 'not_found' } });
  });
});

describe('the list of what needs an operator', () => {
  it('has what failed, was refused, is parked or dead, and nothing else', async () => {
    const done = '2026-03-01 10:00:00.000';
    const ids = await insertRaw(
      { process_error: 'x'.repeat(300), attempts: 3, terra_user_id: 'terra-1', reference_id: 'user_1' },
      { process_error: 'owner_conflict' },
      { process_error: 'payload_invalid:data[0]', processed_at: done },
      { process_error: 'TypeError', dead_lettered_at: '2026-03-01T10:00:00.000Z' },
      { process_error: null, dead_lettered_at: '2026-03-01T10:00:00.000Z' },
      { process_error: null },
      { process_error: null, processed_at: done, dead_lettered_at: '2026-03-01T10:00:00.000Z' },
      { process_error: 'skipped:nutrition', processed_at: done },
      { process_error: 'owner_conflict', resolved_at: '2026-03-01T10:00:00.000Z' },
    );
    const rows = await deadLetterQueue();
    const shown = rows.filter(({ id }) => ids.includes(Number(id)));
    expect(shown.map(({ id, dead_lettered }) => [id, dead_lettered])).toEqual([
      [ids[4], true],
      [ids[3], true],
      [ids[2], false],
      [ids[1], false],
      [ids[0], false],
    ]);
    expect(shown.at(-1)).toEqual({
      id: ids[0],
      received_at: expect.any(String),
      event_type: 'daily',
      provider: null,
      terra_user_id: 'terra-1',
      reference_id: 'user_1',
      user_id: null,
      attempts: 3,
      next_attempt_at: null,
      processed_at: null,
      process_error: 'x'.repeat(200),
      dead_lettered_at: null,
      resolved_at: null,
      dead_lettered: false,
      explanation: {
        code: 'exception',
        says: "any other text: an exception's message",
        waits_for: 'attempt',
        tried_next_at: expect.any(String),
      },
    });
  });

  it('has the last 50, and goes on with those before', async () => {
    await forgetRawEvents();
    const ids = await insertAlike(55, { process_error: 'payload_missing' });
    const { rows, next_cursor } = await list('/admin/dlq');
    expect(rows.map(({ id }) => id)).toEqual(ids.slice(5).toReversed());
    const rest = await list(`/admin/dlq?limit=5&cursor=${next_cursor}`);
    expect(rest.rows.map(({ id }) => id)).toEqual(ids.slice(0, 5).toReversed());
    expect(rest.next_cursor).toBeNull();
    expect((await asOperator('/admin/dlq?cursor=x')).status).toBe(400);
  });

  it('is read from its index, however many events went well', async () => {
    const plans = await plansOf('/admin/dlq');
    expect(plans).toEqual([['SEARCH raw_events USING INDEX idx_raw_open (id<?)']]);
  });
});

describe('an event that an operator has seen', () => {
  const resolve = async (id: number | undefined, body?: unknown) => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await asOperator(`/admin/raw-events/${id}/resolve`, { method: 'POST', ...sent });
    return { status: response.status, answer: await response.json() };
  };

  it('leaves the list with a note and a trace, and comes back when it is tried again', async () => {
    await forgetRawEvents();
    const [failed, fine] = await insertRaw({ process_error: 'owner_conflict' }, {});
    const done = { ok: true, resolved: 1, raw_event_id: failed };
    expect(await resolve(failed, { note: 'their old account' })).toEqual({ status: 200, answer: done });
    expect((await deadLetterQueue()).length).toBe(0);
    const row = await rawEvent(Number(failed));
    expect(row).toMatchObject({ resolve_note: 'their old account', resolved_at: expect.any(String) });
    expect(await resolve(failed)).toEqual({ status: 200, answer: { ...done, resolved: 0 } });
    expect(await rawEvent(Number(failed))).toEqual(row);
    expect(await resolve(fine)).toMatchObject({ answer: { resolved: 0 } });
    expect((await rawEvent(Number(fine))).resolved_at).toBeNull();
    const trace = env.DB.prepare(
      "select message, data from trace_events where event = 'admin_action' order by id",
    );
    expect((await trace.all()).results[0]).toEqual({
      message: 'resolve',
      data: JSON.stringify({ raw_event_id: failed, resolved: 1 }),
    });
    await asOperator(`/admin/raw-events/${failed}/replay`, { method: 'POST' });
    expect((await deadLetterQueue()).map(({ id }) => id)).toEqual([failed]);
  });

  it('is refused where there is none, or the note cannot be understood', async () => {
    expect((await resolve(999_999_999)).status).toBe(404);
    const [id] = await insertRaw({ process_error: 'owner_conflict' });
    for (const body of [{ note: 7 }, { note: 'x'.repeat(1_001) }, { nota: 'x' }, []]) {
      expect((await resolve(id, body)).status).toBe(400);
    }
  });
});

describe('a drain by hand', () => {
  it('takes up to 100 unprocessed rows, whatever their error or age', async () => {
    await env.DB.prepare("update raw_events set processed_at = '2026-01-01'").run();
    const [old, owned] = await insertRaw(
      { process_error: 'no_connection_for_terra_user', attempts: 1, received_at: '2020-01-01 00:00:00' },
      { process_error: 'skipped:by_hand', next_attempt_at: '2999-01-01T00:00:00.000Z', payload_bytes: null },
    );
    await insertRaw({ processed_at: '2026-03-01 10:00:00.000', process_error: 'payload_invalid:x' });
    const more = await insertAlike(105, { payload_bytes: 7 });
    const { ids, sent } = await drained('');
    expect(ids).toEqual([old, owned, ...more.slice(0, 98)]);
    expect(sent).toEqual([
      { rawEventId: old, bytes: 2 },
      { rawEventId: owned },
      ...more.slice(0, 98).map((rawEventId) => ({ rawEventId, bytes: 7 })),
    ]);
  });

  it('filters by the query, by a JSON body, by both', async () => {
    const [user, event_type] = [newUser(), `type-${crypto.randomUUID()}`];
    const [sleep, named, failed] = await insertRaw(
      { event_type, user_id: user },
      { event_type: 'sleep', reference_id: user, process_error: 'payload_missing' },
      { event_type, user_id: user, process_error: 'TypeError: x is 100% null' },
    );
    await insertRaw({ event_type: 'sleep', user_id: newUser() });
    expect((await drained(`?user_id=${user}`)).ids).toEqual([sleep, named, failed]);
    expect((await drained(`?event_type=${event_type}`)).ids).toEqual([sleep, failed]);
    expect((await drained('', JSON.stringify({ user_id: user, error: 'TypeError: x is 100%' }))).ids).toEqual(
      [failed],
    );
    expect((await drained('', JSON.stringify({ user_id: user, limit: 1 }))).ids).toEqual([sleep]);
    expect((await drained(`?user_id=${user}&limit=2`, '{}')).ids).toEqual([sleep, named]);
    expect((await drained(`?user_id=${user}`, JSON.stringify({ event_type }))).ids).toEqual([sleep, failed]);
    expect((await drained(`?user_id=${user}`, ' ')).ids).toEqual([sleep, named, failed]);
    expect((await drained(`?user_id=${newUser()}`)).ids).toEqual([]);
  });

  it.each([
    ['', '{"limit":'],
    ['', '[]'],
    ['', '"all"'],
    ['', 'limit=1'],
    ['', '{"limit":101}'],
    ['', '{"limit":0}'],
    ['', '{"user_id":7}'],
    ['?limit=many', ''],
  ])('is refused when it cannot be understood, and enqueues nothing: %s %s', async (query, body) => {
    await insertRaw({});
    expect(await drained(query, body)).toEqual({ status: 400, ids: [], sent: [] });
  });

  it('may say that its body is JSON and have none', async () => {
    const response = await asOperator('/admin/drain?limit=1', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    expect(response.status).toBe(200);
  });
});
