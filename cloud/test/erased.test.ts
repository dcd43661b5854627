import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { PAYLOAD_TEXT } from '../src/store/payload-text.ts';
import { countingDatabase } from './support/counting-database.ts';
import { day, event, terraUser } from './support/events.ts';
import { insertRaw, type RawColumns } from './support/raw-rows.ts';
import { consume, deliver, ingest, newTerraId, newUser, rawEvent, request, token } from './support/stack.ts';
import { placesOf, wholePerson, wipe } from './support/whole-person.ts';

async function delivered(body: unknown): Promise<{ raw_event_id: number }> {
  const response = await deliver(body);
  expect(response.status).toBe(200);
  return (await response.json()) as { raw_event_id: number };
}

async function withToken(user: string, issuedAt: number, used: Env = env): Promise<Response> {
  return request('/v1/sync', {
    headers: { authorization: `Bearer ${await token(user, issuedAt)}` },
    env: used,
  });
}

describe('after a wipe', () => {
  it('late deliveries are refused by user id, by Terra id and by upload id, and stored nowhere', async () => {
    const person = await wholePerson();
    const unknown = newTerraId();
    await wipe(person.user);
    const { count } =
      (await env.DB.prepare('select count(*) as count from raw_events').first<{ count: number }>()) ?? {};
    for (const body of [
      event('daily', { ...person, terraId: unknown }, [day({ steps: 1 })]),
      { type: 'daily', user: { user_id: person.terraId, provider: 'OURA' }, data: [day({ steps: 1 })] },
      { upload_id: person.uploadId, data: [{ results: [] }] },
      { type: 'nutrition', user: terraUser(person), data: [], filler: 'x'.repeat(1_100_000) },
    ]) {
      expect(await delivered(body)).toEqual({
        ok: true,
        skipped: 'user_erased',
        request_id: expect.any(String),
      });
    }
    expect(await env.DB.prepare('select count(*) as count from raw_events').first()).toEqual({ count });
    expect(await placesOf([...person.traces, unknown])).toEqual([]);
  });

  it('a Terra id that only events name is refused too', async () => {
    const who = { user: newUser(), terraId: newTerraId() };
    await ingest(event('daily', who, [day({ steps: 1 })]));
    await env.DB.prepare('delete from terra_connections where user_id = ?').bind(who.user).run();
    await wipe(who.user);
    const body = {
      type: 'daily',
      user: { user_id: who.terraId, provider: 'OURA' },
      data: [day({ steps: 2 })],
    };
    expect(await delivered(body)).toMatchObject({ skipped: 'user_erased' });
  });

  it('the message of an event that was deleted is acknowledged and brings nothing back', async () => {
    const person = await wholePerson();
    const { raw_event_id: id } = await delivered(event('daily', person, [day({ steps: 3 })]));
    await wipe(person.user);
    expect(await consume([{ rawEventId: id }, { rawEventId: id, force: true }])).toEqual({
      acked: [0, 1],
      retried: [],
    });
    expect(await placesOf(person.traces)).toEqual([]);
  });

  it('an event that escaped it ends as skipped:user_erased, its payload blanked, its object gone', async () => {
    const person = { user: newUser(), terraId: newTerraId() };
    const { raw_event_id: small } = await delivered(event('daily', person, [day({ steps: 3 })]));
    const { raw_event_id: large } = await delivered({
      ...event('daily', person, []),
      filler: 'x'.repeat(1_100_000),
    });
    const { results } = await env.DB.prepare(
      `select *, ${PAYLOAD_TEXT} as payload from raw_events where id in (?, ?)`,
    )
      .bind(small, large)
      .all<RawColumns>();
    await env.DB.prepare('delete from raw_events where id in (?, ?)').bind(small, large).run();
    await wipe(person.user, true);
    await insertRaw(...results);
    await consume([{ rawEventId: small }, { rawEventId: large }]);
    for (const id of [small, large]) {
      expect(await rawEvent(id)).toMatchObject({
        processed_at: expect.any(String),
        process_error: 'skipped:user_erased',
        payload: '',
        payload_key: null,
        terra_user_id: '',
        reference_id: null,
        user_id: null,
      });
    }
    expect(await placesOf([person.user, person.terraId])).toEqual([]);
  });

  it('what came of a device before it was known to be theirs ends blanked', async () => {
    const person = await wholePerson();
    await wipe(person.user);
    const device = { user: person.user, terraId: newTerraId() };
    const { reference_id: _, ...unnamed } = terraUser(device);
    const waiting = await ingest({ ...event('daily', device, [day({ steps: 3 })]), user: unnamed });
    expect(waiting.process_error).toBe('no_connection_for_terra_user');
    // However it ended or waits: as nothing usable, and as something that is no person's.
    const unusable = await ingest({ ...event('activity', device, [{ metadata: {} }]), user: unnamed });
    expect(unusable.process_error).toMatch(/^payload_invalid:/);
    const skipped = await ingest({ ...event('newly_invented', device, []), user: unnamed });
    expect(skipped.process_error).toBe('skipped:unknown_type');
    const all = [waiting, unusable, skipped].map(({ id }) => id);
    const living = { user: newUser(), terraId: newTerraId() };
    const other = await ingest({
      ...event('daily', living, [day({ steps: 3 })]),
      user: { ...unnamed, user_id: living.terraId },
    });
    await delivered({ type: 'auth', status: 'success', user: terraUser(living) });
    expect(await delivered({ type: 'auth', status: 'success', user: terraUser(device) })).toMatchObject({
      skipped: 'user_erased',
    });
    for (const id of all)
      expect(await rawEvent(id)).toMatchObject({ process_error: null, processed_at: null, attempts: 0 });
    await consume(all.map((rawEventId) => ({ rawEventId })));
    for (const id of all)
      expect(await rawEvent(id)).toMatchObject({
        process_error: 'skipped:user_erased',
        payload: '',
        terra_user_id: '',
      });
    expect(await rawEvent(other.id)).toEqual(other);
  });

  it('a sign-in of somebody living reads none of what waits', async () => {
    const { db, cost, reset } = countingDatabase(env.DB);
    const rowsReadBySignIn = async () => {
      reset();
      const user = terraUser({ user: newUser(), terraId: newTerraId() });
      const response = await deliver({ type: 'auth', status: 'success', user }, { env: { ...env, DB: db } });
      expect(response.status).toBe(200);
      return cost.rowsRead;
    };
    const wait = async () => {
      const who = { user: newUser(), terraId: newTerraId() };
      const { reference_id: _, ...user } = terraUser(who);
      const waiting = await ingest({ ...event('daily', who, [day({ steps: 3 })]), user });
      expect(waiting.process_error).toBe('no_connection_for_terra_user');
    };
    await wait();
    const before = await rowsReadBySignIn();
    for (let n = 0; n < 5; n += 1) await wait();
    expect(await rowsReadBySignIn()).toBe(before);
  });

  it('an older token is refused and makes no row; a later one lets the person in, empty, and Terra ids stay refused', async () => {
    const person = await wholePerson();
    const old = Math.floor(Date.now() / 1_000);
    await wipe(person.user);
    expect((await withToken(person.user, old)).status).toBe(401);
    expect(await placesOf(person.traces)).toEqual([]);
    const response = await withToken(person.user, old + 2);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      data: { daily_summary: [], activities: [], lab_uploads: [], profiles: [], deleted: [] },
      now: await env.DB.prepare('select tokens_after from users where id = ?')
        .bind(person.user)
        .first('tokens_after'),
    });
    expect(await delivered(event('daily', person, [day({ steps: 1 })]))).toMatchObject({
      skipped: 'user_erased',
    });
    const again = { ...person, terraId: newTerraId() };
    expect((await ingest(event('daily', again, [day({ steps: 8 })]))).process_error).toBeNull();
    expect((await withToken(person.user, old + 2)).status).toBe(200);
    expect((await withToken(person.user, old)).status).toBe(401);
  });

  it('an older token that was just let in makes no row after it', async () => {
    const user = newUser();
    const issuedAt = Math.floor(Date.now() / 1_000);
    // The erasure comes between the look at the marks and the row that a first sight makes.
    let batches = 0;
    const batch = async (statements: D1PreparedStatement[]) => {
      batches += 1;
      if (batches === 2) await wipe(user, true);
      return env.DB.batch(statements);
    };
    const DB = { prepare: env.DB.prepare.bind(env.DB), batch } as unknown as D1Database;
    expect((await withToken(user, issuedAt, { ...env, DB })).status).toBe(401);
    expect(await placesOf([user])).toEqual([]);
  });
});
