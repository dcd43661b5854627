import { env } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { sqliteTime } from '../src/clock.ts';
import { HOUR_MS, SEARCH_TIME_IDS } from '../src/limits.ts';
import { readSearchRange } from '../src/store/event-search.ts';
import { countingDatabase } from './support/counting-database.ts';
import { plansOf } from './support/plans.ts';
import { forgetRawEvents, insertAlike, insertRaw } from './support/raw-rows.ts';
import { asOperator, envWithOutbox, newUser, rawEvent } from './support/stack.ts';

const NOW = Date.now();
const ago = (hours: number) => sqliteTime(NOW - hours * HOUR_MS);

type Found = { rows: { id: number }[]; next_cursor: string | null; bodies_not_searched?: number };

async function search(filter: Record<string, string>): Promise<Found> {
  const response = await asOperator(`/admin/events?${new URLSearchParams(filter)}`);
  expect(response.status).toBe(200);
  return response.json();
}

async function idsOf(filter: Record<string, string>): Promise<number[]> {
  return (await search(filter)).rows.map(({ id }) => id);
}

async function act(what: 'replay' | 'resolve', body: unknown) {
  const { env: used, outbox } = envWithOutbox();
  const init = { method: 'POST', body: JSON.stringify(body), env: used };
  const response = await asOperator(`/admin/events/${what}`, init);
  const answer = await response.json<Record<string, unknown>>();
  return { status: response.status, answer, sent: outbox.messages };
}

beforeEach(forgetRawEvents);

describe('a search for events', () => {
  it('narrows by everything that can be said, the newest first', async () => {
    const user = newUser();
    const done = ago(0);
    const [a, b, c, d, e, f] = await insertRaw(
      { provider: 'OURA', user_id: user, received_at: ago(50), processed_at: done },
      { event_type: 'sleep', terra_user_id: 'terra-s', reference_id: user, received_at: ago(40) },
      { process_error: 'owner_conflict', terra_user_id: 'terra-s', received_at: ago(30) },
      { process_error: 'payload_invalid:x', processed_at: done, user_id: user, received_at: ago(20) },
      {
        process_error: 'skipped:nutrition',
        event_type: 'nutrition',
        processed_at: done,
        received_at: ago(10),
      },
      { process_error: 'TypeError: x', dead_lettered_at: done, resolved_at: done, received_at: ago(1) },
    );
    expect(await idsOf({})).toEqual([f, e, d, c, b, a]);
    expect(await idsOf({ type: 'sleep' })).toEqual([b]);
    expect(await idsOf({ provider: 'oura' })).toEqual([a]);
    expect(await idsOf({ user_id: user })).toEqual([d, b, a]);
    expect(await idsOf({ terra_user_id: 'terra-s' })).toEqual([c, b]);
    expect(await idsOf({ terra_user_id: 'terra-s', type: 'sleep' })).toEqual([b]);
    expect(await idsOf({ error: 'payload_invalid' })).toEqual([d]);
    expect(await idsOf({ error: 'skipped:nut' })).toEqual([e]);
    expect(await idsOf({ since: ago(35), until: ago(10) })).toEqual([d, c]);
    const byState = {
      open: [d, c],
      unprocessed: [f, c, b],
      backlog: [b],
      parked: [f, c],
      dead_lettered: [f],
      normalized: [d, a],
      partial: [d],
      skipped: [e],
      resolved: [f],
    };
    for (const [state, ids] of Object.entries(byState))
      expect([state, await idsOf({ state })]).toEqual([state, ids]);
    const first = await search({ limit: '4' });
    expect(first.rows.map(({ id }) => id)).toEqual([f, e, d, c]);
    expect(await idsOf({ cursor: String(first.next_cursor) })).toEqual([b, a]);
  });

  it('begins and ends with a whole second, events of the first version too, whose times have no milliseconds', async () => {
    const ids = await insertRaw(
      { received_at: '2026-02-03 09:59:59' },
      { received_at: '2026-02-03 10:00:00' },
      { received_at: '2026-02-03 10:00:00.000' },
      { received_at: '2026-02-03 10:00:05' },
      { received_at: '2026-02-03 10:00:05.000' },
    );
    const found = await idsOf({ since: '2026-02-03T10:00:00Z', until: '2026-02-03T10:00:05.000Z' });
    expect(found).toEqual([ids[2], ids[1]]);
  });

  it('without a time is one statement', async () => {
    await insertRaw({});
    const { db, cost } = countingDatabase(env.DB);
    expect((await asOperator('/admin/events', { env: { ...env, DB: db } })).status).toBe(200);
    expect(cost.roundTrips).toBe(1);
  });

  it('finds a text in bodies of the last days, and counts the bodies that it did not read', async () => {
    const [inline, , , packed] = await insertRaw(
      { payload: '{"summary_id":"marker 7"}', received_at: ago(3) },
      { payload: '{"summary_id":"other"}', received_at: ago(2) },
      { payload: '', payload_key: 'raw-events/x.json', received_at: ago(1) },
      { payload: '', received_at: ago(1) },
    );
    // Where bodies move to R2 sooner than after the days that may be searched.
    await env.DB.prepare('insert into packed_bodies(raw_event_id, pack_id, start, bytes) values (?, 1, 0, 1)')
      .bind(packed)
      .run();
    const found = await search({ text: 'marker 7', since: ago(24) });
    expect(found).toMatchObject({ rows: [{ id: inline }], next_cursor: null, bodies_not_searched: 2 });
    for (const query of [
      'text=marker',
      'text=ma',
      `text=marker&since=${ago(24 * 8)}`,
      'since=x',
      'state=x',
    ]) {
      expect((await asOperator(`/admin/events?${query}`)).status).toBe(400);
    }
  });

  it('ends a step after so many events, and goes on from there', async () => {
    const [oldest] = await insertRaw({ payload: '{"marker":1}', received_at: ago(3) });
    await insertAlike(1_050, { received_at: ago(2) });
    const first = await search({ text: 'marker', since: ago(24) });
    expect(first.rows).toEqual([]);
    const cursor = String(first.next_cursor);
    const second = await search({ text: 'marker', since: ago(24), cursor });
    expect(second).toMatchObject({ rows: [{ id: oldest }], next_cursor: null });
  });

  it('finds the ids of a time by halving', async () => {
    const far = SEARCH_TIME_IDS * 8;
    await insertRaw(
      { id: far, received_at: ago(9) },
      { id: far * 2, received_at: ago(6) },
      { id: far * 3, received_at: ago(3) },
    );
    const { lowId, beforeId } = await readSearchRange(env.DB, ago(7), ago(5));
    expect(lowId).toBeGreaterThan(far - SEARCH_TIME_IDS);
    expect(lowId).toBeLessThanOrEqual(far * 2);
    expect(beforeId).toBeGreaterThan(far * 2);
    expect(beforeId).toBeLessThanOrEqual(far * 3);
    expect(await idsOf({ since: ago(7), until: ago(5) })).toEqual([far * 2]);
  });

  it.each([
    ['type=daily'],
    ['provider=oura&since=2026-01-01'],
    ['error=TypeError'],
    ['state=open'],
    ['state=parked'],
    ['state=resolved'],
    ['user_id=x'],
    ['terra_user_id=x'],
  ])('reads no table through: %s', async (query) => {
    const steps = (await plansOf(`/admin/events?${query}`)).flat();
    expect(steps.filter((step) => /^SCAN (raw_events|e)\b/.test(step))).toEqual([]);
    expect(steps.filter((step) => step.includes('TEMP B-TREE'))).toEqual([]);
  });
});

describe('what a search finds', () => {
  it('is counted first, then normalized again, but for sign-ins that took effect', async () => {
    const user = newUser();
    const done = ago(1);
    const [a, , c] = await insertRaw(
      { user_id: user, processed_at: done, process_error: 'payload_invalid:x', resolved_at: done },
      { user_id: user, processed_at: done, event_type: 'auth' },
      { user_id: user, event_type: 'auth', payload_bytes: null },
      { user_id: newUser() },
    );
    const counted = { ok: true, dry_run: true, matched: 2, done: 0, next_cursor: null };
    expect(await act('replay', { user_id: user, dry_run: true })).toEqual({
      status: 200,
      answer: counted,
      sent: [],
    });
    const { answer, sent } = await act('replay', { user_id: user });
    expect(answer).toEqual({ ...counted, dry_run: false, done: 2 });
    expect(sent).toEqual([
      { rawEventId: c, force: true },
      { rawEventId: a, bytes: 2, force: true },
    ]);
    expect((await rawEvent(Number(a))).resolved_at).toBeNull();
    expect((await act('replay', { user_id: user, type: 'auth' })).answer).toMatchObject({ done: 2 });
    // A replay keeps no note.
    expect(await act('replay', { user_id: user, note: 'x' })).toMatchObject({ status: 400, sent: [] });
  });

  it('leaves the list, with a note', async () => {
    const user = newUser();
    const [a, b] = await insertRaw({ user_id: user, process_error: 'owner_conflict' }, { user_id: user });
    expect((await act('resolve', { user_id: user, dry_run: true })).answer).toMatchObject({
      matched: 1,
      done: 0,
    });
    expect((await act('resolve', { user_id: user, note: 'seen' })).answer).toMatchObject({
      matched: 1,
      done: 1,
    });
    expect(await rawEvent(Number(a))).toMatchObject({
      resolve_note: 'seen',
      resolved_at: expect.any(String),
    });
    expect((await rawEvent(Number(b))).resolved_at).toBeNull();
    expect((await act('resolve', { user_id: user })).answer).toMatchObject({ matched: 0, done: 0 });
  });

  it('is never everything', async () => {
    await insertRaw({ process_error: 'owner_conflict' });
    for (const body of [{}, { dry_run: true }, { note: 'x' }, { tipe: 'daily' }]) {
      for (const what of ['replay', 'resolve'] as const) {
        expect(await act(what, body)).toMatchObject({ status: 400, sent: [] });
      }
    }
  });
});
