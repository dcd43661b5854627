import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { QueueMessage } from '../src/queue/messages.ts';
import { erase, receiptOf, type SmallPerson, signedIn, smallPerson, terraOf } from './support/erasing.ts';
import { asPerson, consume, newUser } from './support/stack.ts';
import { type FarTerra, newTerra, queryOf } from './support/terra.ts';
import { placesOf, wholePerson } from './support/whole-person.ts';

/** What was asked of Terra, order aside. */
async function asked(terra: FarTerra): Promise<string[]> {
  return (await terra.calls()).map((call) => `${call.method} ${call.url.replace(/^.*\/v2/, '')}`).toSorted();
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
        r2_raw_payloads: 2,
        r2_lab_reports: 1,
        kv_keys: 2,
      }),
      terra_deauthenticated: 1,
      terra_lab_reports_deleted: 3,
      terra_failed: 0,
      remaining: 0,
    });
    expect(await asked(terra)).toEqual([
      `DELETE /auth/deauthenticateUser?user_id=${person.terraId}`,
      'DELETE /lab-reports/2',
      'DELETE /lab-reports/s-0',
      'DELETE /lab-reports/s-1',
      `GET /lab-reports?upload_id=${person.uploadId}`,
      `GET /lab-reports?upload_id=${person.uploadId}-earlier`,
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
