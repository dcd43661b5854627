import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { day, event } from './support/events.ts';
import { insertRaw } from './support/raw-rows.ts';
import { asOperator, ingest, newTerraId, newUser, rawEvent } from './support/stack.ts';

type Line = Record<string, string | number | null>;

async function traces(query: Record<string, string>): Promise<{ rows: Line[]; next_cursor: string | null }> {
  const response = await asOperator(`/admin/traces?${new URLSearchParams(query)}`);
  expect(response.status).toBe(200);
  return (await response.json()) as { rows: Line[]; next_cursor: string | null };
}

async function insertTrace(line: Line): Promise<void> {
  const whole = { level: 'info', event: 'lab_uploaded', ...line };
  const columns = Object.keys(whole);
  await env.DB.prepare(
    `insert into trace_events(${columns.join()}) values (${columns.map(() => '?').join()})`,
  )
    .bind(...Object.values(whole))
    .run();
}

/** An event of somebody, with what was traced while it was worked on. */
async function tracedEvent() {
  const [user, request, terraId] = [newUser(), crypto.randomUUID(), newTerraId()];
  const [id = 0] = await insertRaw({
    user_id: user,
    request_id: request,
    terra_user_id: terraId,
    received_at: '2026-03-01 10:00:00.000',
    processed_at: '2026-03-01 10:00:05.000',
    duration_ms: 12,
  });
  const about = { request_id: request, user_id: user, raw_event_id: id };
  await insertTrace({
    ...about,
    ts: '2026-03-01 10:00:02.000',
    level: 'warn',
    event: 'value_out_of_range',
    data: '{"count":1}',
  });
  await insertTrace({
    ...about,
    ts: '2026-03-01 10:00:01.000',
    level: 'error',
    event: 'normalize_failed',
    message: 'boom',
    error_name: 'TypeError',
  });
  return { id, user, request, terraId };
}

const names = (rows: readonly Line[]) => rows.map((line) => line.event);

describe('traces', () => {
  it('of an event are its receipt, what was traced, and its outcome, newest first, as whole lines', async () => {
    const { id, user, request, terraId } = await tracedEvent();
    const about = { request_id: request, user_id: user, raw_event_id: id };
    const empty = { terra_user_id: null, message: null, data: null, duration_ms: null, error_name: null };
    const expected = [
      {
        ...empty,
        ...about,
        ts: '2026-03-01 10:00:05.000',
        level: 'info',
        event: 'normalize_complete',
        terra_user_id: terraId,
        duration_ms: 12,
      },
      {
        ...empty,
        ...about,
        ts: '2026-03-01 10:00:02.000',
        level: 'warn',
        event: 'value_out_of_range',
        data: '{"count":1}',
      },
      {
        ...empty,
        ...about,
        ts: '2026-03-01 10:00:01.000',
        level: 'error',
        event: 'normalize_failed',
        message: 'boom',
        error_name: 'TypeError',
      },
      {
        ...empty,
        ...about,
        ts: '2026-03-01 10:00:00.000',
        level: 'info',
        event: 'webhook_received',
        terra_user_id: terraId,
        message: 'daily',
      },
    ];
    for (const query of [{ raw_event_id: String(id) }, { request_id: request }, { user_id: user }]) {
      expect(await traces(query)).toEqual({ rows: expected, next_cursor: null });
    }
    const all = { raw_event_id: String(id), request_id: request, user_id: user };
    expect((await traces(all)).rows).toEqual(expected);
    expect((await traces({ ...all, user_id: newUser() })).rows).toEqual([]);
    expect((await traces({ ...all, raw_event_id: '999999999' })).rows).toEqual([]);
  });

  it('come from the real path of an event', async () => {
    const who = { user: newUser(), terraId: newTerraId() };
    const { id } = await ingest(event('daily', who, [day({ steps: 9, restingHeartRate: 255 })]));
    const { rows } = await traces({ request_id: String((await rawEvent(id)).request_id) });
    expect(names(rows)).toEqual(['normalize_complete', 'value_out_of_range', 'webhook_received']);
    expect(names((await traces({ user_id: who.user })).rows)).toEqual(names(rows));
    const skipped = await ingest({
      type: 'nutrition',
      user: { user_id: who.terraId, reference_id: who.user },
      data: [],
    });
    expect((await traces({ raw_event_id: String(skipped.id) })).rows).toMatchObject([
      { event: 'normalize_skipped', message: 'skipped:nutrition' },
      { event: 'webhook_received', message: 'nutrition' },
    ]);
  });

  it('of an event that is not processed have no outcome', async () => {
    const [id] = await insertRaw({ received_at: '2026-03-01 10:00:00.000' });
    expect(names((await traces({ raw_event_id: String(id) })).rows)).toEqual(['webhook_received']);
  });

  it('put receipt before and outcome after what was traced in the same instant', async () => {
    const ts = '2026-03-01 10:00:00.000';
    const [id = 0] = await insertRaw({ received_at: ts, processed_at: ts });
    await insertTrace({ ts, raw_event_id: id, event: 'value_out_of_range' });
    expect(names((await traces({ raw_event_id: String(id) })).rows)).toEqual([
      'normalize_complete',
      'value_out_of_range',
      'webhook_received',
    ]);
  });

  it('are filtered by level and by since, in any form of time', async () => {
    const { user } = await tracedEvent();
    const filtered = async (query: Record<string, string>) =>
      names((await traces({ user_id: user, ...query })).rows);
    expect(await filtered({ level: 'warn' })).toEqual(['value_out_of_range']);
    expect(await filtered({ level: 'error' })).toEqual(['normalize_failed']);
    expect(await filtered({ level: 'info' })).toEqual(['normalize_complete', 'webhook_received']);
    for (const since of ['2026-03-01T10:00:02Z', '2026-03-01 10:00:02', '2026-03-01T11:00:02.000+01:00']) {
      expect(await filtered({ since })).toEqual(['normalize_complete', 'value_out_of_range']);
    }
    expect(await filtered({ since: '2026-03-01T10:00:01Z', level: 'error' })).toEqual(['normalize_failed']);
  });

  it('without an id are the trace rows of everybody', async () => {
    await insertTrace({
      ts: '2031-01-01 00:00:00.000',
      level: 'error',
      event: 'webhook_rejected',
      message: 'newest',
    });
    const { rows } = await traces({ level: 'error', since: '2030-01-01', limit: '1' });
    expect(rows).toMatchObject([{ event: 'webhook_rejected', message: 'newest' }]);
  });

  it.each([1, 2, 3, 4, 5])('come in pages of %i that hold together what one page holds', async (limit) => {
    const { user } = await tracedEvent();
    for (const n of [1, 2, 3])
      await insertTrace({ user_id: user, ts: '2026-03-01 10:00:02.000', message: `n${n}` });
    const whole = (await traces({ user_id: user })).rows;
    expect(whole).toHaveLength(7);
    const rows: Line[] = [];
    let cursor: string | null = null;
    do {
      const query: Record<string, string> = { user_id: user, limit: String(limit) };
      const answer = await traces(cursor === null ? query : { ...query, cursor });
      expect(answer.rows.length).toBeGreaterThan(0);
      rows.push(...answer.rows);
      cursor = answer.next_cursor;
    } while (cursor !== null);
    expect(rows).toEqual(whole);
  });

  it.each([
    ['level', 'fatal'],
    ['since', 'yesterday'],
    ['limit', '501'],
    ['limit', '0'],
    ['raw_event_id', 'x'],
    ['cursor', 'x'],
  ])('refuse a wrong %s', async (name, value) => {
    const response = await asOperator(`/admin/traces?${name}=${value}`);
    expect(response.status).toBe(400);
    const body = (await response.json()) as { error: { message: string } };
    expect(body.error.message).toMatch(new RegExp(`^${name}: `));
  });

  it('seek by the id asked for', async () => {
    const asked: string[] = [];
    const prepare = (sql: string) => {
      asked.push(sql);
      return env.DB.prepare(sql);
    };
    const DB = { prepare, batch: env.DB.batch.bind(env.DB) } as unknown as D1Database;
    for (const query of ['user_id=x', 'raw_event_id=1', 'raw_event_id=1&user_id=x']) {
      await asOperator(`/admin/traces?${query}`, { env: { ...env, DB } });
    }
    for (const sql of asked) {
      const { results } = await env.DB.prepare(`explain query plan ${sql}`)
        .bind(...Array.from({ length: 9 }, () => ''))
        .all<{ detail: string }>();
      expect(results.filter(({ detail }) => /^SCAN (trace_events|raw_events)/.test(detail))).toEqual([]);
    }
    expect(asked).toHaveLength(3);
  });
});
