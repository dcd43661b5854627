import { env } from 'cloudflare:test';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { timedId } from '../src/ids.ts';
import { day, event, night, terraUser, workout } from './support/events.ts';
import { plansOf } from './support/plans.ts';
import { insertRaw } from './support/raw-rows.ts';
import { asOperator, consume, ingest, newTerraId, newUser, rawEvent } from './support/stack.ts';

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
    const of = (afterMs: readonly (number | null)[]) =>
      expected.map((line, at) => ({ ...line, after_ms: afterMs[at] }));
    const life = of([3_000, 1_000, 1_000, null]);
    for (const query of [{ raw_event_id: String(id) }, { request_id: request }]) {
      expect(await traces(query)).toEqual({ rows: life, next_cursor: null });
      expect((await traces({ ...query, order: 'oldest' })).rows).toEqual(life.toReversed());
    }
    expect((await traces({ user_id: user })).rows).toEqual(of([null, null, null, null]));
    const all = { raw_event_id: String(id), request_id: request, user_id: user };
    expect((await traces(all)).rows).toEqual(life);
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

  it('of a delivery are its whole life, by its request and by its number: parked, released, replayed, resolved', async () => {
    const who = { user: newUser(), terraId: newTerraId() };
    const unnamed = { user_id: who.terraId, provider: 'OURA' };
    const { id, request_id } = await ingest({ ...event('daily', who, [day({ steps: 9 })]), user: unnamed });
    await asOperator(`/admin/raw-events/${id}/resolve`, { method: 'POST' });
    const parked = await traces({ raw_event_id: String(id), order: 'oldest' });
    expect(names(parked.rows)).toEqual(['webhook_received', 'normalize_parked', 'resolved']);
    const auth = await ingest({ type: 'auth', status: 'success', user: terraUser(who) });
    await asOperator(`/admin/raw-events/${id}/replay`, { method: 'POST' });
    await consume([{ rawEventId: id, force: true }]);
    const { rows } = await traces({ request_id: String(request_id), order: 'oldest' });
    expect(names(rows)).toEqual([
      'webhook_received',
      'normalize_parked',
      'released',
      'replayed',
      'normalize_complete',
    ]);
    expect(rows.every((line) => line.raw_event_id === id)).toBe(true);
    const [first, last] = [rows[0]?.ts, rows.at(-1)?.ts].map((ts) => Date.parse(`${ts}Z`));
    expect(rows.reduce((sum, { after_ms }) => sum + Number(after_ms), 0)).toBe((last ?? 0) - (first ?? 0));
    expect((await traces({ raw_event_id: String(id), order: 'oldest' })).rows).toEqual(rows);
    expect((await traces({ request_id: String(auth.request_id) })).rows).toMatchObject([
      { event: 'normalize_complete', raw_event_id: auth.id },
      { event: 'webhook_received' },
    ]);
    expect(await traces({ request_id: timedId(Date.now()) })).toEqual({ rows: [], next_cursor: null });
  });

  it('tell how many tries an outcome took, where it was not the first', async () => {
    const [id = 0] = await insertRaw({
      received_at: '2026-03-01 10:00:00.000',
      processed_at: '2026-03-01 10:01:00.000',
      attempts: 2,
      lost_races: 3,
    });
    await env.DB.prepare(`insert into redeliveries values (?, 'ref', 't1', '2026-03-01 10:00:30.000'),
      (?, 'ref', 't2', '2026-03-01 10:00:30.000')`)
      .bind(id, id)
      .run();
    expect((await traces({ raw_event_id: String(id), order: 'oldest' })).rows).toMatchObject([
      { event: 'webhook_received', data: null },
      { event: 'redelivered', after_ms: 30_000 },
      { event: 'normalize_complete', data: '{"attempts":2,"lost_races":3,"halvings":0}', after_ms: 30_000 },
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

  it.each([
    [1, 'oldest'],
    [2, 'newest'],
    [3, 'oldest'],
    [4, 'newest'],
  ])('come in pages of %i, the %s first, that hold together what one page holds', async (limit, order) => {
    const { id } = await tracedEvent();
    for (const n of [1, 2, 3])
      await insertTrace({ raw_event_id: id, ts: '2026-03-01 10:00:02.000', message: `n${n}` });
    const life = { raw_event_id: String(id), order };
    const whole = (await traces(life)).rows;
    expect(whole).toHaveLength(7);
    const rows: Line[] = [];
    let cursor: string | null = null;
    do {
      const query: Record<string, string> = { ...life, limit: String(limit) };
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

  it('without an id come in pages too, of one level and of all', async () => {
    for (const n of [1, 2, 3])
      await insertTrace({ ts: `2032-01-01 00:00:0${n}.000`, level: 'error', message: `e${n}` });
    for (const level of [{}, { level: 'error' }]) {
      const query = { ...level, since: '2032-01-01', limit: '2' };
      const first = await traces(query);
      const second = await traces({ ...query, cursor: first.next_cursor ?? '' });
      expect([...first.rows, ...second.rows].map(({ message }) => message)).toEqual(['e3', 'e2', 'e1']);
      expect(second.next_cursor).toBeNull();
    }
  });

  it.each([
    ['user_id=x'],
    ['raw_event_id=1'],
    ['raw_event_id=1&user_id=x'],
    [`request_id=${timedId(Date.now())}`],
    [`request_id=${crypto.randomUUID()}&order=oldest`],
    ['level=error'],
    ['level=info&since=2026-03-01'],
    [''],
  ])('are found by an index: %s', async (query) => {
    const steps = (await plansOf(`/admin/traces?${query}`, {}, /raw_events|trace_events/)).flat();
    expect(
      steps.filter((step) => /^SCAN (trace_events|raw_events|redeliveries)(?! USING INDEX)/.test(step)),
    ).toEqual([]);
    expect(steps.length).toBeGreaterThan(0);
    if (query === 'level=error') expect(steps.join()).toContain('idx_trace_alarms (level=?)');
    if (!/_id=/.test(query)) expect(steps.filter((step) => /TEMP B-TREE/.test(step))).toEqual([]);
  });
});

/** Every value that somebody measured or said in place of the event's own: numbers, or words. */
function marked(value: unknown, mark: number | string, key = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => marked(one, mark, key));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, marked(one, mark, name)]));
  return /time|date|id$|^type$|status|provider|version|upload_type/.test(key) ? value : mark;
}

it('neither a trace nor a log line holds a value of anybody’s health', async () => {
  const written: string[] = [];
  for (const method of ['log', 'warn', 'error'] as const)
    vi.spyOn(console, method).mockImplementation((line: unknown) => void written.push(String(line)));
  onTestFinished(() => void vi.restoreAllMocks());
  const who = { user: newUser(), terraId: newTerraId() };
  const unnamed = { user_id: newTerraId(), provider: 'OURA' };
  const bodies = [
    event('daily', who, [day({ steps: 1, restingHeartRate: 2, stress: 3, sleepScore: 4 })]),
    event('sleep', who, [night({ asleep: 20_000, score: 70 })]),
    event('activity', who, [workout({ name: 'run', distance: 1, calories: 2 })]),
    event('body', who, [
      { metadata: { start_time: '2026-03-01T08:00:00Z' }, glucose_data: { samples: [{ glucose: 1 }] } },
    ]),
    event('nutrition', who, [{ summary: { macros: { calories: 1 } } }]),
    event('lab_report', who, [
      { biomarker: 'glucose', value: 90, unit: 'mg/dL', collection_date: '2026-02-01' },
    ]),
  ];
  for (const mark of [98_765.4321, 'ZzMarker'])
    for (const body of bodies) {
      const data = marked(body.data, mark);
      const { id } = await ingest({ ...body, data });
      await consume([{ rawEventId: id, force: true }]);
      await ingest({ ...body, data, user: unnamed });
    }
  const { results } = await env.DB.prepare('select * from trace_events').all();
  const errors = await env.DB.prepare('select process_error from raw_events').all();
  expect(written.length).toBeGreaterThan(20);
  expect(results.length).toBeGreaterThan(3);
  expect(JSON.stringify([written, results, errors.results])).not.toMatch(/98765|ZzMarker/);
});
