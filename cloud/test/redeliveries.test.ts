import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { MINUTE_MS, REDELIVERIES_PER_EVENT_MAX } from '../src/limits.ts';
import { countingDatabase } from './support/counting-database.ts';
import { day, event, terraUser, type Who } from './support/events.ts';
import { elapse, importing, RESOURCES, stateOf } from './support/importing.ts';
import { asPerson, deliver, ingest, newUser } from './support/stack.ts';

/** Bytes that are stored already, delivered for another request: Terra had nothing newer to say. */

type Sent = { readonly reference?: string; readonly trace?: string };

function headersOf({ reference, trace = crypto.randomUUID() }: Sent): Record<string, string> {
  return { 'x-terra-trace-id': trace, ...(reference === undefined ? {} : { 'terra-reference': reference }) };
}

/** The same body every time, so every delivery after the first is a duplicate. */
function yesterday(who: Who) {
  return event('daily', who, [day({ date: '2026-03-01', steps: 4_321 })]);
}

async function again(body: unknown, sent: Sent): Promise<void> {
  const response = await deliver(body, { headers: headersOf(sent) });
  expect(await response.json()).toMatchObject({ ok: true, duplicate: true });
}

async function noted(who: Who): Promise<number> {
  const found = await env.DB.prepare(
    `select count(*) as n
from redeliveries d
join raw_events r on r.id = d.raw_event_id
where r.terra_user_id = ?`,
  )
    .bind(who.terraId)
    .first<number>('n');
  return found ?? -1;
}

describe('stored bytes that come again for another request', () => {
  it('complete it at once', async () => {
    const one = await importing(14);
    await ingest(yesterday(one.who), { headers: headersOf({ reference: 'of-an-earlier-import' }) });
    await one.send('daily');
    expect(stateOf(await one.progress(), 'daily')?.state).toBe('sent');
    await again(yesterday(one.who), { reference: one.references.daily });
    const progress = await one.progress();
    expect(stateOf(progress, 'daily')).toMatchObject({ state: 'complete', reason: null });
    expect(progress.chunks).toEqual({ expected: 1, received: 1 });
  });

  it('complete it where they first came without any reference', async () => {
    const one = await importing(14);
    await ingest(yesterday(one.who));
    await one.send('daily');
    await again(yesterday(one.who), { reference: one.references.daily });
    expect(stateOf(await one.progress(), 'daily')?.state).toBe('complete');
  });

  it('complete it though they came before our own answer of the reference was recorded', async () => {
    const one = await importing(14);
    await ingest(yesterday(one.who));
    await again(yesterday(one.who), { reference: one.references.daily });
    expect(stateOf(await one.progress(), 'daily')?.state).toBe('pending');
    await one.send('daily');
    expect(stateOf(await one.progress(), 'daily')?.state).toBe('complete');
  });

  it('count once their event is processed, not before', async () => {
    const one = await importing(14);
    await one.send('daily');
    await deliver(yesterday(one.who), { headers: headersOf({ reference: 'another' }) });
    await again(yesterday(one.who), { reference: one.references.daily });
    expect(stateOf(await one.progress(), 'daily')?.state).toBe('sent');
    await ingest(yesterday(one.who), { headers: headersOf({ reference: 'another' }) });
    expect(stateOf(await one.progress(), 'daily')?.state).toBe('complete');
    await env.DB.prepare(
      "update raw_events set processed_at = null where user_id = ? and event_type = 'daily'",
    )
      .bind(one.who.user)
      .run();
    expect(stateOf(await one.progress(), 'daily')?.state).toBe('sent');
  });

  it('are the parts of a large request, numbered or not, announced first or last', async () => {
    for (const isNumbered of [true, false]) {
      for (const isAnnouncedFirst of [true, false]) {
        const one = await importing(200);
        const reference = one.references.daily;
        const bodies = ['2026-01-15', '2026-02-15'].map((date) =>
          event('daily', one.who, [day({ date, steps: 1 })]),
        );
        for (const body of bodies) await ingest(body, { headers: headersOf({ reference: 'earlier' }) });
        await one.send('daily');
        const announce = () =>
          ingest(
            { type: 'large_request_sending', reference, expected_payloads: 2, user: terraUser(one.who) },
            { headers: headersOf({ reference }) },
          );
        if (isAnnouncedFirst) await announce();
        for (const [n, body] of bodies.entries()) {
          if (n === 1) expect(stateOf(await one.progress(), 'daily')?.state).toBe('sent');
          const trace = crypto.randomUUID();
          const part = isNumbered ? `${reference}:chunk:${n}` : reference;
          for (let times = 0; times < 2; times += 1) await again(body, { reference: part, trace });
        }
        if (!isAnnouncedFirst) await announce();
        const progress = await one.progress();
        expect(stateOf(progress, 'daily')?.state).toBe('complete');
        expect(progress.chunks).toEqual({ expected: 2, received: 2 });
      }
    }
  });

  it('of two months of nothing are two parts, though their bytes are one event', async () => {
    for (const isNumbered of [true, false]) {
      const one = await importing(200);
      const reference = one.references.body;
      const nothing = event('body', one.who, []);
      await one.send('body');
      await ingest(
        { type: 'large_request_sending', reference, expected_payloads: 2, user: terraUser(one.who) },
        { headers: headersOf({ reference }) },
      );
      const part = (n: number) => (isNumbered ? `${reference}:chunk:${n}` : reference);
      const first = headersOf({ reference: part(0) });
      await ingest(nothing, { headers: first });
      await deliver(nothing, { headers: first });
      expect(await one.progress()).toMatchObject({ chunks: { expected: 2, received: 1 } });
      await again(nothing, { reference: part(1) });
      expect(stateOf(await one.progress(), 'body')?.state).toBe('complete');
    }
  });

  it('are a sign of life: what came again a moment ago is waited for', async () => {
    const one = await importing(200);
    await one.send('daily');
    await ingest(yesterday(one.who));
    await elapse(one, 10 * MINUTE_MS);
    expect(stateOf(await one.progress(), 'daily')?.state).toBe('silent');
    await again(yesterday(one.who), { reference: one.references.daily });
    expect(stateOf(await one.progress(), 'daily')?.state).toBe('sent');
  });

  it('end an import in which nothing is new', async () => {
    const one = await importing(14);
    const bodies = RESOURCES.map((resource) => [resource, event(resource, one.who, [])] as const);
    for (const [, body] of bodies) await ingest(body, { headers: headersOf({ reference: 'earlier' }) });
    for (const resource of RESOURCES) await one.send(resource);
    for (const [resource, body] of bodies) await again(body, { reference: one.references[resource] });
    expect(await one.progress()).toMatchObject({
      state: 'done',
      requests: { complete: 4, silent: 0 },
      chunks: { expected: 4, received: 4 },
    });
  });
});

describe('a duplicate costs nothing', () => {
  async function written(body: unknown, sent: Sent) {
    const { db, cost } = countingDatabase(env.DB);
    await deliver(body, { headers: headersOf(sent), env: { ...env, DB: db } });
    return cost;
  }

  it('where it carries no reference, one that nobody waits for, its own, or one that counts already', async () => {
    const one = await importing(14);
    const first = { reference: one.references.daily, trace: 'first' };
    await ingest(yesterday(one.who), { headers: headersOf(first) });
    await one.send('daily');
    await one.send('sleep');
    await one.send('activity');
    await one.send('body');
    // What the connection itself asked for is answered too: nobody waits any more.
    await env.DB.prepare("update backfills set status = 'failed' where status = 'pending' and user_id = ?")
      .bind(one.who.user)
      .run();
    expect(await written(yesterday(one.who), {})).toMatchObject({ roundTrips: 1, rowsWritten: 0 });
    for (const sent of [first, { reference: 'nobody-asked' }, { reference: `nobody-asked:chunk:1` }])
      expect(await written(yesterday(one.who), sent)).toMatchObject({ roundTrips: 1, rowsWritten: 0 });
    const other = { reference: one.references.sleep, trace: 'second' };
    expect(await written(yesterday(one.who), other)).toMatchObject({ roundTrips: 1, rowsWritten: 3 });
    expect(await written(yesterday(one.who), other)).toMatchObject({ roundTrips: 1, rowsWritten: 0 });
  });

  it('and is no sign for another person, whatever reference it carries', async () => {
    const [one, other] = [await importing(14), await importing(14)];
    await one.send('daily');
    await ingest(yesterday(other.who));
    await env.DB.prepare("update backfills set status = 'failed' where status = 'pending' and user_id = ?")
      .bind(other.who.user)
      .run();
    await again(yesterday(other.who), { reference: one.references.daily });
    expect(await noted(other.who)).toBe(0);
    expect(stateOf(await one.progress(), 'daily')?.state).toBe('sent');
  });

  it('is noted a bounded number of times, since a reference is not signed', async () => {
    const one = await importing(14);
    const { id } = await ingest(yesterday(one.who));
    await env.DB.prepare(
      `insert into redeliveries(raw_event_id, terra_reference, trace_id, delivered_at)
select ?1, 'made-up-' || value, '', '2026-03-01 00:00:00.000'
from json_each(?2)`,
    )
      .bind(id, JSON.stringify(Array.from({ length: REDELIVERIES_PER_EVENT_MAX - 1 }, (_, i) => i)))
      .run();
    for (let n = 0; n < 3; n += 1) await again(yesterday(one.who), { reference: `pending-${n}` });
    expect(await noted(one.who)).toBe(REDELIVERIES_PER_EVENT_MAX);
  });

  it('leaves nothing behind when the person is erased', async () => {
    const one = await importing(14);
    await ingest(yesterday(one.who));
    await again(yesterday(one.who), { reference: one.references.daily });
    expect(await noted(one.who)).toBe(1);
    const count = () => env.DB.prepare('select count(*) as n from redeliveries').first<number>('n');
    const before = (await count()) ?? 0;
    expect((await asPerson(one.who.user, '/v1/me', { method: 'DELETE', env: one.terra.env })).status).toBe(
      200,
    );
    expect(await count()).toBe(before - 1);
    expect((await asPerson(newUser(), '/v1/me')).status).toBe(200);
  });
});
