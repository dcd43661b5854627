import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { terraUser, type Who } from './support/events.ts';
import { envWithInterloper } from './support/interloper.ts';
import {
  consume,
  deliver,
  envWithOutbox,
  ingest,
  newTerraId,
  newUser,
  type RawEvent,
  rawEvent,
  rowsOf,
} from './support/stack.ts';

function someone(): Who {
  return { user: newUser(), terraId: newTerraId() };
}

/** A day's steps, under the connection's Terra id alone unless a reference is given. */
function daily(terraId: string, steps: number, reference: string | null = null): Record<string, unknown> {
  return {
    type: 'daily',
    user: { user_id: terraId, provider: 'OURA', reference_id: reference },
    data: [{ metadata: { start_time: '2026-03-01T00:00:00Z' }, distance_data: { steps } }],
  };
}

function auth(who: Who): Record<string, unknown> {
  return { type: 'auth', status: 'success', user: terraUser(who) };
}

async function stepsOf({ user }: Who): Promise<unknown[]> {
  return (await rowsOf('daily_summary', user)).map(({ steps }) => steps);
}

async function stored(body: unknown): Promise<number> {
  const response = await deliver(body);
  return (await response.json<{ raw_event_id: number }>()).raw_event_id;
}

const PARKED = { processed_at: null, process_error: 'no_connection_for_terra_user', attempts: 1 };

/** Normalized, whatever it took. */
const DONE = { processed_at: expect.any(String), process_error: null };

describe('data of a connection nobody knows', () => {
  it('waits, tells an operator once, and goes on when the connection appears, with nothing held against it', async () => {
    const who = someone();
    const { env: used, outbox } = envWithOutbox();
    const { id } = await ingest(daily(who.terraId, 7), { env: used });
    await consume([{ rawEventId: id }]);
    expect(await rawEvent(id)).toMatchObject({ ...PARKED, attempts: 2, user_id: null });
    const traces = await env.DB.prepare(
      'select event, level, message from trace_events where raw_event_id = ?',
    )
      .bind(id)
      .all();
    expect(traces.results).toEqual([
      { event: 'normalize_parked', level: 'warn', message: 'no_connection_for_terra_user' },
    ]);
    outbox.messages.length = 0;
    await ingest(auth(who), { env: used });
    const released = await rawEvent(id);
    expect(released).toMatchObject({ processed_at: null, process_error: null, attempts: 0 });
    expect(Date.parse(String(released.next_attempt_at))).toBeLessThan(Date.now() + 31_000);
    const again = outbox.messages.filter((m) => 'rawEventId' in m && m.rawEventId === id);
    expect(again).toEqual([{ rawEventId: id, bytes: released.payload.length }]);
    await consume(again, used);
    expect(await rawEvent(id)).toMatchObject({ ...DONE, user_id: who.user });
    expect(await stepsOf(who)).toEqual([7]);
  });

  it('is released however old it is', async () => {
    const who = someone();
    const { id } = await ingest(daily(who.terraId, 7));
    await env.DB.prepare("update raw_events set received_at = '2026-03-03 00:00:00.000' where id = ?")
      .bind(id)
      .run();
    await ingest(auth(who));
    await consume([{ rawEventId: id }]);
    expect(await rawEvent(id)).toMatchObject(DONE);
  });

  it('is a swap of ids too, which the connection of its old id lets go', async () => {
    const who = someone();
    const renewed = newTerraId();
    const { reference_id: _none, ...old } = terraUser(who);
    const swap = await ingest({ type: 'user_reauth', old_user: old, new_user: { ...old, user_id: renewed } });
    expect(swap).toMatchObject(PARKED);
    const used = envWithOutbox();
    await ingest(auth(who), { env: used.env });
    expect(used.outbox.messages).toContainEqual(expect.objectContaining({ rawEventId: swap.id }));
    await consume([{ rawEventId: swap.id }]);
    expect(await rawEvent(swap.id)).toMatchObject({ ...DONE, user_id: who.user });
    const states = await rowsOf('terra_connections', who.user);
    expect(states.map(({ terra_user_id, state }) => [terra_user_id, state])).toEqual(
      expect.arrayContaining([
        [who.terraId, 'connected'],
        [renewed, 'connected'],
      ]),
    );
  });

  it('is not released by the connection of somebody else', async () => {
    const { id } = await ingest(daily(newTerraId(), 7));
    await ingest(auth(someone()));
    expect(await rawEvent(id)).toMatchObject(PARKED);
  });

  it.each([
    ['before', ['daily', 'auth']],
    ['after', ['auth', 'daily']],
  ])('is normalized when it stands %s the auth in one batch', async (_, order) => {
    const who = someone();
    const { env: used, outbox } = envWithOutbox();
    const bodies: Record<string, unknown> = { daily: daily(who.terraId, 7), auth: auth(who) };
    const ids: number[] = [];
    for (const name of order) ids.push(await stored(bodies[name]));
    expect(
      await consume(
        ids.map((rawEventId) => ({ rawEventId })),
        used,
      ),
    ).toEqual({ acked: [0, 1], retried: [] });
    await consume(outbox.messages.filter((m) => 'rawEventId' in m));
    for (const id of ids) expect(await rawEvent(id)).toMatchObject({ ...DONE, user_id: who.user });
    expect(await stepsOf(who)).toEqual([7]);
  });

  it('is not parked when its connection appears between load and commit', async () => {
    const who = someone();
    const id = await stored(daily(who.terraId, 7));
    const raced = envWithOutbox(envWithInterloper(() => ingest(auth(who)))).env;
    expect(await consume([{ rawEventId: id }], raced)).toEqual({ acked: [0], retried: [] });
    expect(await rawEvent(id)).toMatchObject({ ...DONE, user_id: who.user });
  });

  it('resolves through a connection that has ended', async () => {
    const who = someone();
    await ingest(auth(who));
    await ingest({ type: 'deauth', user: terraUser(who) });
    expect(await ingest(daily(who.terraId, 7))).toMatchObject({ ...DONE, user_id: who.user });
    expect(await stepsOf(who)).toEqual([7]);
  });
});

describe('a reference', () => {
  it('of ours is enough, before any connection is known', async () => {
    const who = someone();
    expect(await ingest(daily(who.terraId, 7, who.user))).toMatchObject({ ...DONE, user_id: who.user });
    expect(await rowsOf('terra_connections', who.user)).toEqual([]);
  });

  it('of another system says nothing: the Terra id decides', async () => {
    const who = someone();
    const { id } = await ingest(daily(who.terraId, 7, 'customer-9'));
    expect(await rawEvent(id)).toMatchObject(PARKED);
    await ingest(auth(who));
    await consume([{ rawEventId: id }]);
    expect(await rawEvent(id)).toMatchObject({ ...DONE, user_id: who.user });
  });
});

describe('an owner_conflict', () => {
  const CONFLICT = { processed_at: null, process_error: 'owner_conflict', user_id: null };

  async function expectNothingOf(other: Who, row: RawEvent): Promise<void> {
    expect(row).toMatchObject(CONFLICT);
    for (const table of ['terra_connections', 'daily_summary', 'backfills']) {
      expect(await rowsOf(table, other.user)).toEqual([]);
    }
  }

  it('is an auth that names another user for a known Terra id', async () => {
    const who = someone();
    await ingest(auth(who));
    const before = await rowsOf('terra_connections', who.user, []);
    const other = { ...who, user: newUser() };
    await expectNothingOf(other, await ingest(auth(other)));
    expect(await rowsOf('terra_connections', who.user, [])).toEqual(before);
  });

  it('is data whose reference differs from the connection it came by', async () => {
    const who = someone();
    await ingest(auth(who));
    const other = { ...who, user: newUser() };
    await expectNothingOf(other, await ingest(daily(who.terraId, 7, other.user)));
    expect(await stepsOf(who)).toEqual([]);
  });

  it('is the second of two auths of one Terra id in one batch', async () => {
    const who = someone();
    const other = { ...who, user: newUser() };
    const ids = [await stored(auth(who)), await stored(auth(other)), await stored(daily(who.terraId, 7))];
    await consume(ids.toReversed().map((rawEventId) => ({ rawEventId })));
    expect(await rawEvent(ids[0] ?? 0)).toMatchObject({ ...DONE, user_id: who.user });
    await expectNothingOf(other, await rawEvent(ids[1] ?? 0));
    expect(await rawEvent(ids[2] ?? 0)).toMatchObject({ ...DONE, user_id: who.user });
  });

  it('is the second of two auths of one Terra id whose commits race', async () => {
    const who = someone();
    const other = { ...who, user: newUser() };
    const id = await stored(auth(other));
    const raced = envWithOutbox(envWithInterloper(() => ingest(auth(who)))).env;
    await consume([{ rawEventId: id }], raced);
    await expectNothingOf(other, await rawEvent(id));
  });

  it('is a user_reauth between the connections of two people', async () => {
    const [who, other] = [someone(), someone()];
    await ingest(auth(who));
    const row = await ingest({ type: 'user_reauth', old_user: terraUser(who), new_user: terraUser(other) });
    await expectNothingOf(other, row);
  });
});
