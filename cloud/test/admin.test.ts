import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { insertAlike, insertRaw } from './support/raw-rows.ts';
import { asOperator, envWithOutbox, newUser, request } from './support/stack.ts';

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
    });
  });

  it('has the last 50', async () => {
    const ids = await insertAlike(55, { process_error: 'payload_missing' });
    const { rows, next_cursor } = await list('/admin/dlq');
    expect(next_cursor).toBeNull();
    expect(rows.map(({ id }) => id)).toEqual(ids.slice(5).toReversed());
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
