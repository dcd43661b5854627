import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { isoTime } from '../src/clock.ts';
import { reasonOfRefusal } from '../src/imports/refusal-reason.ts';
import { sendBackfill } from '../src/imports/send-backfill.ts';
import { LOST_RACE_RELOADS } from '../src/limits.ts';
import type { TerraHolding } from '../src/queue/messages.ts';
import { day, event, terraUser } from './support/events.ts';
import { envWithInterloper } from './support/interloper.ts';
import { forgetRawEvents } from './support/raw-rows.ts';
import { asOperator, consume, ingest, newTerraId, newUser, rawEvent, rowsOf } from './support/stack.ts';
import { newTerra } from './support/terra.ts';

const terra = newTerra();

async function post(path: string, body: unknown, used = terra.env) {
  const response = await asOperator(path, { method: 'POST', body: JSON.stringify(body), env: used });
  return { status: response.status, answer: await response.json<Record<string, unknown>>() };
}

async function connected() {
  const who = { user: newUser(), terraId: newTerraId() };
  await ingest({ type: 'auth', user: terraUser(who) });
  const row = env.DB.prepare('select id from terra_connections where terra_user_id = ?');
  return { ...who, connection: await row.bind(who.terraId).first<string>('id') };
}

const traced = env.DB.prepare(
  "select message, data from trace_events where event = 'admin_action' order by id desc limit 1",
);

it('asks for a person’s history on their behalf, and leaves a trace', async () => {
  await terra.answers('/userInfo', 200, { user: {} });
  const { user } = await connected();
  const { status, answer } = await post(`/admin/user/${user}/import`, { days: 3 });
  expect({ status, answer }).toMatchObject({ status: 200, answer: { ok: true, days: 3, requests: 4 } });
  expect(await traced.first()).toEqual({ message: 'import', data: '{"days":3,"requests":4}' });
  const imports = env.DB.prepare('select days from imports where id = ? and user_id = ?');
  expect(await imports.bind(answer.import_id, user).first('days')).toBe(3);
  expect((await post(`/admin/user/${newUser()}/import`, { days: 3 })).status).toBe(404);
  for (const body of [{}, { days: 0 }, { days: 'x' }, { days: 1, more: 1 }]) {
    expect((await post(`/admin/user/${user}/import`, body)).status).toBe(400);
  }
});

it('settles whose a connection is: what waited goes on, what was there stays', async () => {
  await forgetRawEvents();
  const first = await connected();
  const second = await connected();
  await ingest(event('daily', first, [day({ steps: 1 })]));
  const named = { user: second.user, terraId: first.terraId };
  const waiting = await ingest(event('daily', named, [day({ steps: 2 })]));
  expect(waiting.process_error).toBe('owner_conflict');
  await post(`/admin/raw-events/${waiting.id}/resolve`, { note: 'two people' });
  const askedFrom = env.DB.prepare('select asked_from from terra_connections where id = ?');
  await env.DB.prepare(`update terra_connections set asked_from = '{"daily":"2026-01-01"}'`).run();
  const path = `/admin/connections/${first.connection}/owner`;
  const done = await post(path, { user_id: second.user });
  expect(done).toEqual({ status: 200, answer: { ok: true, moved: 1, released: 1 } });
  expect(await rawEvent(waiting.id)).toMatchObject({ resolved_at: null, resolve_note: null });
  expect(await askedFrom.bind(first.connection).first('asked_from')).toBeNull();
  expect(await askedFrom.bind(second.connection).first('asked_from')).not.toBeNull();
  await consume([{ rawEventId: waiting.id }]);
  expect(await rawEvent(waiting.id)).toMatchObject({ process_error: null, user_id: second.user });
  expect(await rowsOf('daily_summary', second.user)).toMatchObject([{ steps: 2 }]);
  expect(await rowsOf('daily_summary', first.user)).toMatchObject([{ steps: 1 }]);
  expect(await rowsOf('terra_connections', first.user)).toEqual([]);
  expect(await traced.first()).toEqual({ message: 'owner', data: '{"moved":1,"released":1}' });
  const requests = env.DB.prepare('select distinct status, error from backfills where user_id = ?');
  const { results: ended } = await requests.bind(first.user).all<{ status: string; error: string }>();
  expect(ended).toEqual([{ status: 'failed', error: expect.any(String) }]);
  expect(reasonOfRefusal(ended[0]?.error ?? '')).toBe('the connection turned out to be somebody else’s');
  await env.DB.prepare(`update terra_connections set asked_from = '{"daily":"2026-02-01"}'`).run();
  expect(await post(path, { user_id: second.user })).toMatchObject({ answer: { moved: 0, released: 0 } });
  expect(await askedFrom.bind(first.connection).first('asked_from')).not.toBeNull();
  expect((await post(path, { user_id: newUser() })).status).toBe(404);
  expect((await post('/admin/connections/none/owner', { user_id: second.user })).status).toBe(404);
  expect((await post(path, {})).status).toBe(400);
});

it('settles nothing while others change the same people at every try, and says to try again', async () => {
  const [first, second] = [await connected(), await connected()];
  const path = `/admin/connections/${first.connection}/owner`;
  const changed = env.DB.prepare(
    "update users set clock = strftime('%Y-%m-%dT%H:%M:%fZ', clock, '+1 seconds') where id = ?",
  );
  const used = envWithInterloper(() => changed.bind(first.user).run(), terra.env, LOST_RACE_RELOADS + 1);
  const { status, answer } = await post(path, { user_id: second.user }, used);
  expect({ status, answer }).toMatchObject({ status: 503, answer: { error: { code: 'unavailable' } } });
  expect(await rowsOf('terra_connections', first.user)).toHaveLength(1);
  expect((await post(path, { user_id: second.user })).status).toBe(200);
});

it('ends no request and lets no event go on but those of the connection that is settled', async () => {
  const [first, second, other] = [await connected(), await connected(), await connected()];
  await env.DB.prepare(
    `insert into backfills(id, user_id, terra_user_id, resource, start_date, end_date, created_at, next_attempt_at)
values (?, ?, 'another-connection', 'daily', '2026-01-01', '2026-01-02', '2999', '2999')`,
  )
    .bind(crypto.randomUUID(), first.user)
    .run();
  const elsewhere = await ingest(
    event('daily', { user: second.user, terraId: other.terraId }, [day({ steps: 3 })]),
  );
  const requests = async () => {
    const { results } = await env.DB.prepare(
      'select terra_user_id, status, count(*) as n from backfills where user_id in (?, ?, ?) group by 1, 2 order by 1, 2',
    )
      .bind(first.user, second.user, other.user)
      .all<{ terra_user_id: string; status: string; n: number }>();
    return Object.fromEntries(results.map(({ terra_user_id, status, n }) => [terra_user_id, [status, n]]));
  };
  const pending = {
    [first.terraId]: ['pending', 4],
    [second.terraId]: ['pending', 4],
    [other.terraId]: ['pending', 4],
    'another-connection': ['pending', 1],
  };
  const path = `/admin/connections/${first.connection}/owner`;
  await post(path, { user_id: first.user });
  expect(await requests()).toEqual(pending);
  await post(path, { user_id: second.user });
  expect(await requests()).toEqual({ ...pending, [first.terraId]: ['failed', 4] });
  expect((await rawEvent(elsewhere.id)).process_error).toBe('owner_conflict');
});

it('leaves what came before a settlement where it is, when it is normalized again and when one of the two is erased', async () => {
  await terra.answers('/auth', 200, { status: 'success' });
  const [first, second] = [await connected(), await connected()];
  const before = await ingest({
    ...event('daily', first, [day({ steps: 1 })]),
    user: { user_id: first.terraId, provider: 'OURA' },
  });
  expect(before.user_id).toBe(first.user);
  await post(`/admin/connections/${first.connection}/owner`, { user_id: second.user });
  await consume([{ rawEventId: before.id, force: true }]);
  expect(await rawEvent(before.id)).toMatchObject({ process_error: null, user_id: first.user });
  expect(await rowsOf('daily_summary', second.user)).toEqual([]);
  expect(await post(`/admin/user/${first.user}/wipe`, {})).toMatchObject({ answer: { remaining: 0 } });
  const named = { user: second.user, terraId: first.terraId };
  const theirs = await ingest(event('daily', named, [day({ steps: 3 })]));
  expect(theirs).toMatchObject({ user_id: second.user });
  expect(await rowsOf('daily_summary', second.user)).toMatchObject([{ steps: 3 }]);
  const third = await connected();
  await post(`/admin/connections/${first.connection}/owner`, { user_id: third.user });
  expect(await post(`/admin/user/${third.user}/wipe`, {})).toMatchObject({ answer: { remaining: 0 } });
  await consume([{ rawEventId: theirs.id, force: true }]);
  expect(await rawEvent(theirs.id)).toMatchObject({ process_error: null, user_id: second.user });
});

it('asks nothing of Terra while outbound calls are paused, and counts no attempt', async () => {
  await connected();
  const pending = env.DB.prepare(
    "select id, attempts, error, next_attempt_at from backfills where status = 'pending'",
  );
  const { results: requests } = await pending.all<{ id: string }>();
  const request = requests[0]?.id ?? '';
  const asked = (await terra.calls()).length;
  expect((await post('/admin/outbound', { paused: true })).answer).toEqual({ ok: true, paused: true });
  const nowMs = Date.now();
  await sendBackfill(terra.env, request, nowMs);
  const one = env.DB.prepare('select attempts, error, next_attempt_at from backfills where id = ?').bind(
    request,
  );
  const waits = { attempts: 0, error: 'paused', next_attempt_at: isoTime(nowMs + 3_600_000) };
  expect(await one.first()).toEqual(waits);
  const stats = await (await asOperator('/admin/stats')).json<Record<string, unknown>>();
  expect(stats).toMatchObject({
    outbound_paused_since: expect.any(String),
    outbox_waiting_reasons: expect.arrayContaining([
      expect.objectContaining({ reason: 'requests to Terra are paused, and go on by themselves later' }),
    ]),
  });
  const { user } = await connected();
  await post(`/admin/user/${user}/import`, { days: 3 });
  expect(await terra.calls()).toHaveLength(asked);
  await post('/admin/outbound', { paused: false });
  expect(await one.first()).toMatchObject({ attempts: 0, error: null });
  const due = await env.DB.prepare('select next_attempt_at from backfills where id = ?')
    .bind(request)
    .first('next_attempt_at');
  expect(String(due) <= isoTime(Date.now())).toBe(true);
  await terra.answers('/', 200, { reference: 'r' });
  await sendBackfill(terra.env, request, Date.now());
  expect(await terra.calls()).toHaveLength(asked + 1);
});

it('keeps deletions at Terra over a pause, and counts no attempt', async () => {
  const removal: TerraHolding = { kind: 'user', id: newTerraId() };
  const asked = (await terra.calls('/auth')).length;
  await post('/admin/outbound', { paused: true });
  const sent: MessageSendRequest[] = [];
  const sendBatch = async (messages: Iterable<MessageSendRequest>) => void sent.push(...messages);
  const used = { ...terra.env, TERRA_EVENTS: { sendBatch } as unknown as Queue };
  expect(await consume([{ removal }], used)).toEqual({ acked: [0], retried: [] });
  expect(sent).toEqual([expect.objectContaining({ body: { removal }, delaySeconds: 3_600 })]);
  const full = {
    ...used,
    TERRA_EVENTS: { sendBatch: () => Promise.reject(new Error('full')) } as unknown as Queue,
  };
  expect(await consume([{ removal }], full)).toEqual({ acked: [], retried: [0] });
  expect(await terra.calls('/auth')).toHaveLength(asked);
  await post('/admin/outbound', { paused: false });
  await terra.answers('/auth', 200, { status: 'success' });
  expect(await consume([{ removal }], used)).toEqual({ acked: [0], retried: [] });
  expect(await terra.calls('/auth')).toHaveLength(asked + 1);
});
