import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { Erased } from '../src/contract/erasure.ts';
import { onCron } from '../src/cron/schedule.ts';
import type { QueueMessage } from '../src/ingest/messages.ts';
import { day, event } from './events.ts';
import { faultyEnv } from './faulty-env.ts';
import { insertRaw } from './raw-rows.ts';
import { asPerson, consume, deliver, ingest, newTerraId, newUser, request, token } from './stack.ts';
import { type FarTerra, newTerra, queryOf } from './terra.ts';
import { placesOf, wholePerson } from './whole-person.ts';

const MINUTE_MS = 60_000;

function erase(user: string, used: Env): Promise<Response> {
  return asPerson(user, '/v1/me', { method: 'DELETE', env: used });
}

async function receiptOf(response: Response): Promise<Erased> {
  expect(response.status).toBe(200);
  return response.json();
}

async function terraOf({ uploadId }: { uploadId: string }): Promise<FarTerra> {
  const terra = newTerra();
  await terra.answers('/auth/deauthenticateUser', 200, { status: 'success' });
  await terra.answers(`/lab-reports?upload_id=${uploadId}`, 200, {
    sessions: [{ session_id: 's-1' }, { session_id: 2 }],
  });
  for (const session of ['s-1', '2']) await terra.answers(`/lab-reports/${session}`, 204, '');
  return terra;
}

/** What was asked of Terra, order aside. */
async function asked(terra: FarTerra): Promise<string[]> {
  return (await terra.calls()).map((call) => `${call.method} ${call.url.replace(/^.*\/v2/, '')}`).toSorted();
}

async function signedIn(user: string, issuedAt: number): Promise<number> {
  const headers = { authorization: `Bearer ${await token(user, issuedAt)}` };
  return (await request('/v1/profile', { headers })).status;
}

describe('a person who erases themselves', () => {
  it('is gone here and at Terra, and gets a receipt of counts', async () => {
    const person = await wholePerson();
    const terra = await terraOf(person);
    const receipt = await receiptOf(await erase(person.user, terra.env));
    expect(receipt).toEqual({
      ok: true,
      deleted: expect.objectContaining({
        raw_events: 9,
        daily_summary: 1,
        terra_connections: 1,
        profiles: 1,
        sessions: 1,
        device_logins: 1,
        idempotency_keys: 1,
        users: 1,
        r2_raw_payloads: 1,
        r2_lab_reports: 1,
        kv_keys: 2,
      }),
      terra_deauthenticated: 1,
      terra_lab_reports_deleted: 2,
      terra_failed: 0,
    });
    expect(await asked(terra)).toEqual([
      `DELETE /auth/deauthenticateUser?user_id=${person.terraId}`,
      'DELETE /lab-reports/2',
      'DELETE /lab-reports/s-1',
      `GET /lab-reports?upload_id=${person.uploadId}`,
    ]);
    expect(terra.outbox.messages).toEqual([]);
    expect(await placesOf(person.traces)).toEqual([]);
    expect(await env.DB.prepare('select count(*) as n from erasures').first('n')).toBe(0);
    const now = Math.floor(Date.now() / 1_000);
    expect([await signedIn(person.user, now - 10), await signedIn(person.user, now + 2)]).toEqual([401, 200]);
  });

  it('leaves a trace of the counts that names nobody', async () => {
    const user = newUser();
    const response = await erase(user, newTerra().env);
    const traced = await env.DB.prepare('select event, user_id, data from trace_events where request_id = ?')
      .bind(response.headers.get('x-request-id'))
      .all<{ data: string }>();
    expect(traced.results).toEqual([{ event: 'user_wiped', user_id: null, data: expect.any(String) }]);
    expect(JSON.parse(traced.results[0]?.data ?? '')).toMatchObject({ users: 1, terra_failed: 0 });
  });

  it('ends reports that no upload of theirs led to', async () => {
    const user = newUser();
    await asPerson(user, '/v1/profile');
    await env.DB.prepare("insert into lab_reports(user_id, report, session_id) values (?, 'r', 'a/b')")
      .bind(user)
      .run();
    const terra = newTerra();
    await terra.answers('/lab-reports/a%2Fb', 204, '');
    expect(await receiptOf(await erase(user, terra.env))).toMatchObject({
      terra_lab_reports_deleted: 1,
      terra_failed: 0,
    });
  });

  it('is erased by a server without keys to Terra', async () => {
    const person = await smallPerson();
    const terra = newTerra({ ...env, TERRA_API_KEY: '' });
    expect(await receiptOf(await erase(person.user, terra.env))).toMatchObject({ terra_failed: 2 });
    expect(await placesOf(person.traces)).toEqual([]);
  });

  it('of whom Terra knows nothing any more has left it', async () => {
    const person = await smallPerson();
    const terra = newTerra();
    expect(await receiptOf(await erase(person.user, terra.env))).toMatchObject({
      terra_deauthenticated: 0,
      terra_lab_reports_deleted: 0,
      terra_failed: 0,
    });
    expect(terra.outbox.messages).toEqual([]);
  });
});

describe('a Terra that is down', () => {
  async function leftBehind(): Promise<{ person: SmallPerson; messages: QueueMessage[] }> {
    const person = await smallPerson();
    const terra = newTerra();
    await terra.answers('/', 503, {});
    const receipt = await receiptOf(await erase(person.user, terra.env));
    expect(receipt).toMatchObject({ terra_deauthenticated: 0, terra_failed: 2 });
    expect(await placesOf(person.traces)).toEqual([]);
    return { person, messages: terra.outbox.messages };
  }

  it('does not keep a person here: the queue alone knows what is left to do there', async () => {
    const { person, messages } = await leftBehind();
    expect(messages).toEqual([
      { removal: { kind: 'user', id: person.terraId } },
      { removal: { kind: 'lab_upload', id: person.uploadId } },
    ]);
  });

  it('is asked again until it takes it', async () => {
    const { person, messages } = await leftBehind();
    const terra = await terraOf(person);
    await terra.answers('/lab-reports/s-1', 500, {}, { times: 1 });
    expect(await consume(messages, terra.env)).toEqual({ acked: [0], retried: [1] });
    expect(await consume(messages, terra.env)).toEqual({ acked: [0, 1], retried: [] });
    const ended = (await terra.calls('/auth')).map((call) => queryOf(call).user_id);
    expect(ended).toEqual([person.terraId, person.terraId]);
    expect(await placesOf(person.traces)).toEqual([]);
  });

  it('for days is told to the operator, without the person', async () => {
    const { person, messages } = await leftBehind();
    await consume(messages, newTerra().env, 'terra-events-dlq');
    const traced = await env.DB.prepare(
      "select level, data from trace_events where event = 'terra_removal_failed' order by id desc limit 1",
    ).first();
    expect(traced).toEqual({ level: 'error', data: '{"removals":2}' });
    expect(await placesOf(person.traces)).toEqual([]);
  });

  it('is no place for what a message does not say clearly', async () => {
    const odd = [
      { removal: null },
      { removal: { kind: 'all', id: 'x' } },
      { removal: { kind: 'user', id: 7 } },
    ];
    const terra = newTerra();
    expect(await consume(odd as unknown as QueueMessage[], terra.env)).toMatchObject({ acked: [0, 1, 2] });
    expect(await terra.calls()).toEqual([]);
  });
});

describe('an erasure that comes to a halt', () => {
  it('at any call goes on by the cron, and lets nobody in before its end', async () => {
    const { calls } = await haltAt(Number.POSITIVE_INFINITY);
    expect(calls).toBeGreaterThan(12);
    for (let nth = 1; nth <= calls; nth += 1) {
      const { person, isMarked } = await haltAt(nth);
      const now = Math.floor(Date.now() / 1_000);
      if (!isMarked) {
        expect([nth, await signedIn(person.user, now)]).toEqual([nth, 200]);
        continue;
      }
      const isPending = (await env.DB.prepare('select 1 from erasures').first()) !== null;
      if (isPending) expect([nth, await signedIn(person.user, now + 100)]).toEqual([nth, 401]);
      await onCron('*/5 * * * *', newTerra().env, Date.now() + 11 * MINUTE_MS);
      expect([nth, await placesOf(person.traces)]).toEqual([nth, []]);
      expect([nth, await signedIn(person.user, now - 10)]).toEqual([nth, 401]);
      expect([nth, await signedIn(person.user, now + 100)]).toEqual([nth, 200]);
    }
  });

  it('says that it goes on by itself', async () => {
    const { response } = await haltAt(8);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      error: { code: 'unavailable', message: expect.stringContaining('goes on by itself') },
    });
    await onCron('*/5 * * * *', newTerra().env, Date.now() + 11 * MINUTE_MS);
  });

  it('is left alone by the cron while it may still be at work', async () => {
    const { person } = await haltAt(8);
    await onCron('*/5 * * * *', newTerra().env, Date.now() + 9 * MINUTE_MS);
    expect(await placesOf(person.traces)).not.toEqual([]);
    await onCron('*/5 * * * *', newTerra().env, Date.now() + 11 * MINUTE_MS);
    expect(await placesOf(person.traces)).toEqual([]);
  });

  it('stores nothing that comes meanwhile', async () => {
    const { person } = await haltAt(8);
    const late = await deliver(event('daily', person, [day({ steps: 9 })]));
    expect(await late.json()).toMatchObject({ skipped: 'user_erased' });
    await onCron('*/5 * * * *', newTerra().env, Date.now() + 11 * MINUTE_MS);
  });

  it('and is begun again is ended by the later one alone', async () => {
    const person = { user: newUser(), terraId: newTerraId(), provider: 'OURA' };
    await ingest(event('daily', person, [day({ steps: 1 })]));
    const terra = newTerra();
    let isBegun = false;
    const batch = async (statements: D1PreparedStatement[]) => {
      const answers = await env.DB.batch(statements);
      const lease = await env.DB.prepare('select next_attempt_at from erasures').first<string>(
        'next_attempt_at',
      );
      if (lease !== null && !isBegun) {
        isBegun = true;
        // Another one begins, and is still at work when this one ends.
        await env.DB.prepare("update erasures set next_attempt_at = '2999'").run();
      }
      return answers;
    };
    const DB = { prepare: env.DB.prepare.bind(env.DB), batch } as unknown as D1Database;
    await receiptOf(await erase(person.user, { ...terra.env, DB }));
    expect(await signedIn(person.user, Math.floor(Date.now() / 1_000) + 100)).toBe(401);
    await env.DB.prepare('delete from erasures').run();
  });
});

type SmallPerson = Awaited<ReturnType<typeof smallPerson>>;

/** Somebody with a little in every kind of store. */
async function smallPerson() {
  const [user, terraId, uploadId] = [newUser(), newTerraId(), `upl-${crypto.randomUUID()}`];
  const key = `raw-events/${user}.json`;
  await env.DB.prepare('insert into users(id) values (?)').bind(user).run();
  await env.DB.batch([
    env.DB.prepare(
      "insert into terra_connections(id, user_id, terra_user_id, provider, reference_id) values (?1, ?1, ?2, 'oura', ?1)",
    ).bind(user, terraId),
    env.DB.prepare(
      "insert into lab_uploads(id, user_id, storage_key, terra_upload_id) values (?1, ?1, 'k', ?2)",
    ).bind(user, uploadId),
  ]);
  await insertRaw({ user_id: user, terra_user_id: terraId, payload: '', payload_key: key });
  await env.RAW_PAYLOADS.put(key, user);
  await env.LAB_REPORTS.put(`lab-uploads/${user}/1.pdf`, user);
  await env.CACHE.put(`cache:${user}:me`, user);
  return { user, terraId, uploadId, provider: 'OURA', traces: [user, terraId, uploadId] };
}

/** An erasure whose isolate ends at the nth call, and what is left then. */
async function haltAt(nth: number) {
  const person = await smallPerson();
  const faulty = faultyEnv((await terraOf(person)).env);
  faulty.inject({ nth, when: 'before', lasts: 'crash' });
  const response = await faulty.during(() => erase(person.user, faulty.env));
  const calls = faulty.calls.length;
  faulty.clear();
  const isMarked =
    (await env.DB.prepare('select 1 from erasures').first()) !== null || response.status === 200;
  return { person, response, calls, isMarked };
}
