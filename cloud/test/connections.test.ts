import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { terraUser, type Who } from './support/events.ts';
import {
  consume,
  daysBefore,
  deliver,
  envWithOutbox,
  ingest,
  newTerraId,
  newUser,
  rawEvent,
  rowsOf,
} from './support/stack.ts';

const MARCH = Date.UTC(2026, 2, 1, 12);
const at = (minutes: number) => MARCH + minutes * 60_000;
const iso = (minutes: number) => new Date(at(minutes)).toISOString();

function someone(): Who {
  return { user: newUser(), terraId: newTerraId(), provider: 'GARMIN' };
}

function told(type: string, who: Who, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { type, user: terraUser(who), ...more };
}

/** The connections of a person, our own row id left out. */
function connectionsOf({ user }: Who): Promise<Record<string, unknown>[]> {
  return rowsOf('terra_connections', user, ['id', 'user_id', 'cells', 'asked_from', 'receipts']);
}

function connected({ user, terraId }: Who, minutes: number): Record<string, unknown> {
  return {
    terra_user_id: terraId,
    provider: 'garmin',
    reference_id: user,
    scopes: 'ACTIVITY,SLEEP',
    connected_at: iso(minutes),
    deactivated_at: null,
    state: 'connected',
    state_message: null,
    state_at: iso(minutes),
  };
}

describe('auth', () => {
  it.each(['auth', 'auth_success'])('%s makes the connection and its person', async (type) => {
    const who = someone();
    const scopes = ' ACTIVITY , SLEEP,,ACTIVITY ';
    const row = await ingest(
      { type, status: 'success', user: { ...terraUser(who), scopes } },
      { orderingMs: at(0) },
    );
    expect(row).toMatchObject({ process_error: null, user_id: who.user });
    expect(await connectionsOf(who)).toEqual([connected(who, 0)]);
    const person = await env.DB.prepare('select id, email from users where id = ?').bind(who.user).first();
    expect(person).toEqual({ id: who.user, email: '' });
  });

  it('asks for 90 days of four resources, once, also when it is replayed', async () => {
    const who = someone();
    const { env: used, outbox } = envWithOutbox();
    const body = told('auth', who, { status: 'success' });
    const { id, received_at } = await ingest(body, { env: used });
    const backfills = await rowsOf('backfills', who.user, ['user_id', 'next_attempt_at', 'created_at']);
    expect(backfills).toHaveLength(4);
    for (const [i, resource] of ['activity', 'body', 'daily', 'sleep'].entries()) {
      expect(backfills[i]).toEqual({
        id: expect.stringMatching(new RegExp(`^auth:[0-9a-f]{64}:${resource}$`)),
        terra_user_id: who.terraId,
        resource,
        start_date: daysBefore(received_at, 90),
        end_date: daysBefore(received_at, 0),
        import_id: null,
        raw_event_id: id,
        status: 'pending',
        attempts: 0,
        terra_reference: null,
        error: null,
        sent_at: null,
      });
    }
    const sent = () => outbox.messages.flatMap((m) => ('backfillId' in m ? [m.backfillId] : []));
    expect(sent().toSorted()).toEqual(backfills.map((row) => row.id));
    await consume([{ rawEventId: id, force: true }], used);
    await deliver(body, { env: used });
    await env.DB.prepare('update raw_events set processed_at = null where id = ?').bind(id).run();
    await consume([{ rawEventId: id }], used);
    expect(await rowsOf('backfills', who.user)).toHaveLength(4);
    await env.DB.prepare('delete from backfills where user_id = ?').bind(who.user).run();
    await consume([{ rawEventId: id, force: true }], used);
    expect(sent()).toHaveLength(4);
  });

  it('with status error connects nobody', async () => {
    const who = someone();
    const row = await ingest(told('auth', who, { status: 'error', message: 'denied' }));
    expect(row).toMatchObject({ process_error: 'skipped:auth_error', processed_at: expect.any(String) });
    expect(await connectionsOf(who)).toEqual([]);
    expect(await rowsOf('backfills', who.user)).toEqual([]);
  });

  it('that was cancelled is processed and changes nothing', async () => {
    const who = someone();
    const row = await ingest({ type: 'auth_cancelled', status: 'error', reference_id: who.user });
    expect(row).toMatchObject({ process_error: null, processed_at: expect.any(String), terra_user_id: '' });
    expect(await connectionsOf(who)).toEqual([]);
  });

  it('after a deauth connects again; a late one does not undo a newer deauth, and asks for nothing', async () => {
    const who = someone();
    await ingest(told('auth', who), { orderingMs: at(0) });
    await ingest(told('deauth', who), { orderingMs: at(1) });
    await ingest(told('auth', who, { message: 'again' }), { orderingMs: at(2) });
    expect(await connectionsOf(who)).toEqual([connected(who, 2)]);

    const late = someone();
    await ingest(told('deauth', late), { orderingMs: at(9) });
    await ingest(told('auth', late), { orderingMs: at(8) });
    expect(await connectionsOf(late)).toEqual([
      { ...connected(late, 8), deactivated_at: iso(9), state: 'deauthenticated', state_at: iso(9) },
    ]);
    expect(await rowsOf('backfills', late.user)).toEqual([]);
  });
});

describe('a connection', () => {
  it.each([
    ['deauth', 'deauthenticated'],
    ['access_revoked', 'access_revoked'],
  ])('ends with %s, its data stays', async (type, state) => {
    const who = someone();
    await ingest(told('auth', who), { orderingMs: at(0) });
    const data = [{ metadata: { start_time: '2026-03-01T00:00:00Z' }, distance_data: { steps: 7 } }];
    await ingest(told('daily', who, { data }), { orderingMs: at(1) });
    await ingest(told(type, who), { orderingMs: at(2) });
    expect(await connectionsOf(who)).toEqual([
      { ...connected(who, 0), deactivated_at: iso(2), state, state_at: iso(2) },
    ]);
    expect(await rowsOf('daily_summary', who.user)).toMatchObject([{ source: 'garmin', steps: 7 }]);
  });

  it('shows its error until it is connected again', async () => {
    const who = someone();
    await ingest(told('auth', who), { orderingMs: at(0) });
    await ingest(told('connection_error', who, { message: 'token rejected' }), { orderingMs: at(1) });
    expect(await connectionsOf(who)).toEqual([
      { ...connected(who, 0), state: 'error', state_message: 'token rejected', state_at: iso(1) },
    ]);
    await ingest(told('auth', who, { message: 'again' }), { orderingMs: at(2) });
    expect(await connectionsOf(who)).toEqual([connected(who, 2)]);
  });

  it.each([
    ['with the full list', 'ACTIVITY,BODY', 'ACTIVITY,BODY'],
    ['with differences only', null, 'ACTIVITY,BODY'],
    ['with an empty list', '', 'ACTIVITY,BODY'],
  ])('takes a permission_change %s', async (_, scopes, expected) => {
    const who = someone();
    await ingest(told('auth', who), { orderingMs: at(0) });
    const change = { scopes_added: ' BODY ', scopes_removed: 'SLEEP, ' };
    await ingest(
      { type: 'permission_change', ...change, user: { ...terraUser(who), scopes } },
      { orderingMs: at(1) },
    );
    expect(await connectionsOf(who)).toEqual([{ ...connected(who, 0), scopes: expected }]);
  });
});

describe('user_reauth', () => {
  const reauth = (before: Who | null, after: Who) => ({
    type: 'user_reauth',
    old_user: before === null ? null : terraUser(before),
    new_user: terraUser(after),
  });

  it('without an old user connects the new one', async () => {
    const who = someone();
    const row = await ingest(reauth(null, who), { orderingMs: at(0) });
    expect(row).toMatchObject({ terra_user_id: who.terraId, process_error: null });
    expect(await connectionsOf(who)).toEqual([connected(who, 0)]);
  });

  it.each([['first'], ['last']])('replaces the old id, the auth of the new one coming %s', async (when) => {
    const before = someone();
    const after = { ...before, terraId: newTerraId() };
    await ingest(told('auth', before), { orderingMs: at(0) });
    const events = [
      () => ingest(told('auth', after), { orderingMs: at(2) }),
      () => ingest(reauth(before, after), { orderingMs: at(1) }),
    ];
    for (const send of when === 'first' ? events : events.toReversed()) await send();
    const rows = await connectionsOf(before);
    expect(rows).toHaveLength(2);
    expect(rows).toEqual(
      expect.arrayContaining([
        { ...connected(before, 0), deactivated_at: iso(1), state: 'replaced', state_at: iso(1) },
        connected(after, 2),
      ]),
    );
  });

  it('keeps both ids resolvable and moves no history', async () => {
    const before = someone();
    const after = { ...before, terraId: newTerraId() };
    await ingest(reauth(before, after));
    for (const { terraId } of [before, after]) {
      const user = { ...terraUser({ ...before, terraId }), reference_id: null };
      const start_time = `2026-03-0${terraId === after.terraId ? 1 : 2}T00:00:00Z`;
      const { id } = await ingest({
        type: 'daily',
        user,
        data: [{ metadata: { start_time }, distance_data: { steps: 1 } }],
      });
      expect(await rawEvent(id)).toMatchObject({ process_error: null, user_id: before.user });
    }
    expect(await rowsOf('daily_summary', before.user)).toHaveLength(2);
  });
});
