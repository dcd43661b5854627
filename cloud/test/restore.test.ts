import { createScheduledController, env } from 'cloudflare:test';
import { beforeEach, expect, it } from 'vitest';
import { isoText, isoTime } from '../src/clock.ts';
import { onCron } from '../src/cron/schedule.ts';
import { listErasure } from '../src/erasure/erased-list.ts';
import { asTerraUserId, asUserId } from '../src/ids.ts';
import { DAY_MS } from '../src/limits.ts';
import { afterRestore } from '../src/operator/restore.ts';
import { tellMirrors } from '../src/store/restored.ts';
import { copyDatabase, restoreDatabase } from './support/database-copy.ts';
import { day, event, terraUser, type Who } from './support/events.ts';
import {
  asOperator,
  asPerson,
  deliver,
  ingest,
  newTerraId,
  newUser,
  request,
  rowsOf,
  token,
} from './support/stack.ts';
import { newTerra } from './support/terra.ts';

const terra = newTerra();

async function connected(): Promise<Who> {
  const who = { user: newUser(), terraId: newTerraId() };
  await ingest({ type: 'auth', user: terraUser(who) });
  await ingest(event('daily', who, [day({ steps: 1 })]));
  return who;
}

async function act(path: string, body: Record<string, unknown>): Promise<Record<string, unknown>> {
  const answer = await asOperator(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
    env: terra.env,
  });
  expect(answer.status).toBe(200);
  return answer.json<Record<string, unknown>>();
}

async function erase({ user }: Who): Promise<void> {
  await act(`/admin/user/${user}/wipe`, {});
}

async function sync(user: string, since: string): Promise<{ status: number; now: string }> {
  const answer = await asPerson(user, `/v1/sync?since=${encodeURIComponent(since)}`);
  return { status: answer.status, now: (await answer.json<{ now?: string }>()).now ?? '' };
}

beforeEach(async () => {
  for (const { key } of (await env.RAW_PAYLOADS.list()).objects) await env.RAW_PAYLOADS.delete(key);
});

it('repeats the erasures since then, of their hashes alone, and nobody else', async () => {
  const before = await connected();
  await erase(before);
  const [gone, stays] = [await connected(), await connected()];
  const copy = await copyDatabase();
  await erase(gone);
  const keys = (await env.RAW_PAYLOADS.list({ prefix: 'erasures/' })).objects.map(({ key }) => key);
  expect(keys).toHaveLength(2);
  const restoredTo =
    keys[1]?.slice('erasures/'.length, 'erasures/'.length + '2026-01-01T00:00:00.000Z'.length) ?? '';
  for (const key of keys) {
    const noted = key + (await (await env.RAW_PAYLOADS.get(key))?.text());
    for (const id of [gone.user, gone.terraId]) expect(noted).not.toContain(id);
  }
  await restoreDatabase(copy);
  expect(await rowsOf('daily_summary', gone.user)).toHaveLength(1);

  // Mirrors are told by the last call alone, else one that has synced in full between two would do it again.
  const atMost = 0;
  expect(await afterRestore(env, isoText(restoredTo), 'r', Date.now(), atMost)).toMatchObject({
    erasures_repeated: 0,
    erasures_waiting: 1,
    people_told: 0,
  });
  const done = await act('/admin/restored', { to: restoredTo });
  expect(done).toMatchObject({ ok: true, erasures_listed: 1, erasures_repeated: 1, erasures_waiting: 0 });
  expect(done.people_told).toBeGreaterThan(0);
  for (const table of ['daily_summary', 'terra_connections', 'raw_events', 'backfills'])
    expect(await rowsOf(table, gone.user), table).toEqual([]);
  expect(await rowsOf('daily_summary', stays.user)).toHaveLength(1);
  const late = await deliver(event('daily', { ...gone, user: '' }, [day({ steps: 2 })]));
  expect(await late.json()).toMatchObject({ skipped: 'user_erased' });
  expect(await act('/admin/restored', { to: restoredTo })).toMatchObject({ erasures_repeated: 0 });
});

it.each([{}, { to: 'yesterday' }, { to: 5 }])(
  'refuses a restore to %j, and names the field',
  async (body) => {
    const answer = await asOperator('/admin/restored', {
      method: 'POST',
      body: JSON.stringify(body),
      env: terra.env,
    });
    expect(answer.status).toBe(400);
    const { error } = await answer.json<{ error: { message: string } }>();
    expect(error.message).toMatch(/^to: /);
  },
);

it('takes who came after their erasure for somebody new', async () => {
  const who = await connected();
  const to = isoTime(Date.now() - 1_000);
  await erase(who);
  await env.DB.prepare('insert into users(id, created_at) values (?, ?)')
    .bind(who.user, isoTime(Date.now() + 60_000))
    .run();
  expect(await act('/admin/restored', { to })).toMatchObject({ erasures_listed: 1, erasures_repeated: 0 });
  expect(await env.DB.prepare('select 1 as one from users where id = ?').bind(who.user).first()).toEqual({
    one: 1,
  });
});

it('notes again the marks of an erasure whose person is not in the restored database', async () => {
  const copy = await copyDatabase();
  const to = isoTime(Date.now() - 1);
  const who = await connected();
  await erase(who);
  await restoreDatabase(copy);
  expect(await act('/admin/restored', { to })).toMatchObject({ erasures_listed: 1, erasures_repeated: 0 });
  const late = await deliver(event('daily', who, [day({ steps: 2 })]));
  expect(await late.json()).toMatchObject({ skipped: 'user_erased' });
});

it('keeps all that was noted of an erasure, however little is left when it is gone on with', async () => {
  const whole = {
    userId: asUserId(newUser()),
    terraUserIds: [asTerraUserId(newTerraId())],
    terraUploadIds: [],
    terraReportIds: [],
    unansweredSince: null,
  };
  const noted = async () => {
    const { objects } = await env.RAW_PAYLOADS.list({ prefix: 'erasures/' });
    return (await env.RAW_PAYLOADS.get(objects[0]?.key ?? ''))?.text();
  };
  await listErasure(env.RAW_PAYLOADS, whole, 1_000);
  const first = await noted();
  await listErasure(env.RAW_PAYLOADS, { ...whole, terraUserIds: [] }, 1_000);
  expect(await noted()).toBe(first);
});

it('tells every mirror once to sync in full, though changes come before it asks', async () => {
  const [busy, idle] = [await connected(), await connected()];
  const copy = await copyDatabase();
  await ingest(event('daily', busy, [day({ steps: 5 })]));
  const since = (await sync(busy.user, '')).now;
  const idleSince = (await sync(idle.user, '')).now;
  await restoreDatabase(copy);
  await act('/admin/restored', { to: isoTime(Date.now()) });
  await ingest(event('daily', busy, [day({ steps: 6 })]));
  for (const [user, at] of [
    [busy.user, since],
    [idle.user, idleSince],
  ] as const) {
    expect((await sync(user, at)).status).toBe(410);
    const { now } = await sync(user, '');
    expect((await sync(user, now)).status).toBe(200);
  }
});

it('holds the sweeps of orphans until they are let go on, whatever the database forgets', async () => {
  await connected();
  const key = 'raw-events/younger-than-the-database.json';
  await env.RAW_PAYLOADS.put(key, '{}');
  expect(await act('/admin/sweeps', { held: true })).toEqual({ ok: true, held: true });
  const { cron, scheduledTime } = createScheduledController({ cron: '30 3 * * *' });
  const later = scheduledTime + 400 * DAY_MS;
  await onCron(cron, env, later);
  expect(await env.RAW_PAYLOADS.head(key)).not.toBeNull();
  await act('/admin/sweeps', { held: false });
  await onCron(cron, env, later);
  expect(await env.RAW_PAYLOADS.head(key)).toBeNull();
});

it('leaves a trace of each act', async () => {
  await act('/admin/sweeps', { held: true });
  await act('/admin/sweeps', { held: false });
  await act('/admin/restored', { to: isoTime(Date.now()) });
  const traced = await env.DB.prepare(
    "select message from trace_events where event = 'admin_action' order by id desc limit 3",
  ).all();
  expect(traced.results.map(({ message }) => message)).toEqual([
    'restored',
    'let_sweeps_go_on',
    'hold_sweeps',
  ]);
});

it('begins a sync of everything anew that began before the restore: its first pages hold what is gone', async () => {
  const who = await connected();
  await ingest(event('daily', who, [day({ date: '2026-03-05', steps: 2 })]));
  const pageOf = (query: string) => asPerson(who.user, `/v1/sync?limit=1${query}`);
  const { next_cursor } = await (await pageOf('')).json<{ next_cursor: string }>();
  expect((await pageOf(`&cursor=${next_cursor}`)).status).toBe(200);
  await tellMirrors(env.DB, '', Date.now(), 1_000);
  const refused = await pageOf(`&cursor=${next_cursor}`);
  expect(refused.status).toBe(410);
  expect(await refused.json()).toMatchObject({ error: { code: 'sync_expired' } });
  const anew = await (await pageOf('')).json<{ next_cursor: string }>();
  expect((await pageOf(`&cursor=${anew.next_cursor}`)).status).toBe(200);
});

it('tells a mirror from before the erasure of somebody who came back to sync in full', async () => {
  const who = await connected();
  const { now } = await sync(who.user, '2026-01-01');
  await erase(who);
  const issuedAt = Math.floor(Date.now() / 1_000) + 30;
  const headers = { authorization: `Bearer ${await token(who.user, issuedAt)}` };
  const since = (moment: string) => request(`/v1/sync?since=${moment}`, { headers });
  const anew = await request('/v1/sync', { headers });
  expect(anew.status).toBe(200);
  expect((await since(now)).status).toBe(410);
  expect((await since((await anew.json<{ now: string }>()).now)).status).toBe(200);
});
