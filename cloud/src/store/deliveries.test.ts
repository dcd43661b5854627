import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { newTerraId, newUser, rawEvent } from '../../test/support/stack.ts';
import { isoTime, sqliteTime } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { asTerraUserId } from '../ids.ts';
import { REDELIVERIES_PER_EVENT_MAX } from '../limits.ts';
import { type NewEvent, writeDelivery } from './deliveries.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const NOW = isoTime(NOW_MS);

/** A delivery that is like no other, but for these columns. */
function delivery(columns: Partial<NewEvent> = {}): NewEvent {
  return {
    event_type: 'daily',
    terra_user_id: newTerraId(),
    dedup_key: crypto.randomUUID(),
    received_at: sqliteTime(NOW_MS),
    reference_id: null,
    provider: 'oura',
    payload: '{}',
    payload_key: null,
    payload_bytes: 2,
    request_id: crypto.randomUUID(),
    trace_id: null,
    terra_reference: null,
    order_ms: NOW_MS,
    next_attempt_at: NOW,
    ...columns,
  };
}

const write = (event: NewEvent, ...subjects: readonly string[]) =>
  writeDelivery(env.DB, event, subjects.map(sha256Hex));

/** The same bytes, delivered another time. */
const again = (event: NewEvent, columns: Partial<NewEvent> = {}) =>
  write({ ...event, request_id: crypto.randomUUID(), ...columns });

async function erased(id: string): Promise<string> {
  await env.DB.prepare("insert into erased_subjects values (?, 'user', ?)").bind(sha256Hex(id), NOW).run();
  return id;
}

describe('a delivery', () => {
  it('is stored once, and the second one is told what stands', async () => {
    const event = delivery();
    const first = await write(event);
    expect(first).toEqual({
      newId: expect.any(Number),
      isErased: false,
      removals: [],
      same: { id: first.newId, processed_at: null, attempts: 0 },
    });
    expect(await again(event, { payload: '{"other":1}' })).toEqual({ ...first, newId: null });
    expect(await rawEvent(first.newId ?? 0)).toMatchObject({ payload: '{}', request_id: event.request_id });
  });

  it('is another where its type, its Terra id or its bytes are', async () => {
    const event = delivery();
    const ids = [await write(event)];
    ids.push(await again(event, { event_type: 'sleep' }));
    ids.push(await again(event, { terra_user_id: newTerraId() }));
    ids.push(await again(event, { dedup_key: crypto.randomUUID() }));
    expect(new Set(ids.map(({ newId }) => newId)).size).toBe(4);
    for (const { newId, same } of ids) expect(same?.id).toBe(newId);
  });

  it('of a ping is the same whoever it turned out to be of', async () => {
    const ping = delivery({ event_type: 's3_payload', terra_user_id: '' });
    const first = await write(ping);
    await env.DB.prepare('update raw_events set terra_user_id = ? where id = ?')
      .bind(newTerraId(), first.newId ?? 0)
      .run();
    const second = await again(ping);
    expect([second.newId, second.same?.id]).toEqual([null, first.newId]);
    const other = await again(ping, { dedup_key: crypto.randomUUID() });
    expect(other.newId).not.toBeNull();
    expect(other.same?.id).toBe(other.newId);
  });

  it('is not stored where it speaks of somebody erased, and nobody else’s erasure counts', async () => {
    const [gone, here] = [await erased(newUser()), newUser()];
    const refused = await write(delivery(), here, gone);
    expect(refused).toEqual({ newId: null, isErased: true, removals: [], same: null });
    expect(await write(delivery(), here)).toMatchObject({ newId: expect.any(Number), isErased: false });
    expect(await write(delivery())).toMatchObject({ newId: expect.any(Number), isErased: false });
  });

  it('of a sign-in of somebody erased has Terra delete it, and no other delivery has', async () => {
    const [gone, terraId] = [await erased(newUser()), newTerraId()];
    const signIn = delivery({ event_type: 'auth', terra_user_id: terraId });
    expect((await write(delivery({ terra_user_id: terraId }), gone)).removals).toEqual([]);
    expect((await write({ ...signIn, terra_user_id: '' }, gone)).removals).toEqual([]);
    expect((await write(signIn, newUser())).removals).toEqual([]);
    expect((await write(signIn, gone)).removals).toEqual([{ kind: 'user', id: terraId }]);
  });
});

describe('bytes that are delivered again', () => {
  type Request = { reference?: string | null; status?: string; terraId?: string };

  /** A person with a connection who asked for history, as their row of the outbox says. */
  async function asked({ reference = null, status = 'sent', ...of }: Request = {}) {
    const [user, terraId] = [newUser(), newTerraId()];
    await env.DB.batch([
      env.DB.prepare('insert into users(id) values (?)').bind(user),
      env.DB.prepare(
        `insert into terra_connections(id, user_id, terra_user_id, provider, reference_id)
values (?2, ?1, ?2, 'oura', ?1)`,
      ).bind(user, terraId),
      env.DB.prepare(
        `insert into backfills(id, user_id, terra_user_id, resource, start_date, end_date, status, next_attempt_at,
  terra_reference, created_at)
values (?, ?, ?, 'daily', '2026-02-01', '2026-02-02', ?, ?, ?, ?)`,
      ).bind(crypto.randomUUID(), user, of.terraId ?? terraId, status, NOW, reference, NOW),
    ]);
    return { user, terraId: asTerraUserId(terraId) };
  }

  /** What is noted of an event that was there, when it comes again with these columns. */
  async function noted(event: NewEvent, columns: Partial<NewEvent>) {
    const { newId } = await write(event);
    await again(event, columns);
    const { results } = await env.DB.prepare(
      'select terra_reference, trace_id, delivered_at from redeliveries where raw_event_id = ?',
    )
      .bind(newId)
      .all();
    return results;
  }

  const NOTED = { terra_reference: 'ref', trace_id: 'trace', delivered_at: sqliteTime(NOW_MS) };
  const ANSWER = { terra_reference: 'ref', trace_id: 'trace' };

  it('answer the request that waits under their reference, once', async () => {
    const { terraId } = await asked({ reference: 'ref' });
    const event = delivery({ terra_user_id: terraId });
    expect(await noted(event, ANSWER)).toEqual([NOTED]);
    await again(event, ANSWER);
    const part = { terra_reference: 'ref:chunk:2', trace_id: 'other' };
    expect(await noted(delivery({ terra_user_id: terraId }), part)).toEqual([
      { ...NOTED, terra_reference: part.terra_reference, trace_id: '' },
    ]);
  });

  it('answer one whose reference is not known yet, of that very connection', async () => {
    const { terraId } = await asked({ status: 'pending' });
    expect(await noted(delivery({ terra_user_id: terraId }), ANSWER)).toEqual([NOTED]);
    const sent = await asked();
    expect(await noted(delivery({ terra_user_id: sent.terraId }), ANSWER)).toEqual([]);
    const elsewhere = await asked({ status: 'pending', terraId: newTerraId() });
    expect(await noted(delivery({ terra_user_id: elsewhere.terraId }), ANSWER)).toEqual([]);
  });

  it('answer nobody else’s request, nor one under another reference', async () => {
    await asked({ reference: 'ref' });
    const { terraId } = await asked({ reference: 'other' });
    expect(await noted(delivery({ terra_user_id: terraId }), ANSWER)).toEqual([]);
  });

  it('are no second answer where they are the delivery that is there, by reference and trace', async () => {
    const { terraId } = await asked({ reference: 'ref' });
    const event = () => delivery({ terra_user_id: terraId, ...ANSWER });
    expect(await noted(event(), ANSWER)).toEqual([]);
    expect(await noted(event(), { ...ANSWER, trace_id: null })).toEqual([]);
    expect(await noted(event(), { ...ANSWER, trace_id: 'later' })).toEqual([{ ...NOTED, trace_id: 'later' }]);
  });

  it('are noted so often of one event, and no more', async () => {
    const { terraId } = await asked({ reference: 'ref' });
    const event = delivery({ terra_user_id: terraId });
    const { newId } = await write(event);
    await env.DB.prepare(
      `insert into redeliveries
with recursive n(n) as (select 2 union all select n + 1 from n where n < ?2)
select ?1, 'ref', n, ?3 from n`,
    )
      .bind(newId, REDELIVERIES_PER_EVENT_MAX, sqliteTime(NOW_MS))
      .run();
    const count = async (trace_id: string) => {
      await again(event, { ...ANSWER, trace_id });
      return env.DB.prepare('select count(*) as rows from redeliveries where raw_event_id = ?')
        .bind(newId)
        .first('rows');
    };
    expect(await count('last')).toBe(REDELIVERIES_PER_EVENT_MAX);
    expect(await count('too many')).toBe(REDELIVERIES_PER_EVENT_MAX);
  });
});
