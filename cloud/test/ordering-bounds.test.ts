import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { sqliteTime } from '../src/clock.ts';
import { DAY_MS } from '../src/limits.ts';
import { intoEarlierCells } from './support/earlier-cells.ts';
import { day, event, terraUser, type Who } from './support/events.ts';
import {
  asPerson,
  consume,
  deliver,
  ingest,
  newTerraId,
  newUser,
  rawEvent,
  rowsOf,
} from './support/stack.ts';

const YEAR_33658 = 999_999_999_999_999;
const RECEIVED = Date.UTC(2026, 2, 1, 12);

function newWho(): Who {
  return { user: newUser(), terraId: newTerraId() };
}

function told(type: string, who: Who): Record<string, unknown> {
  return { type, status: 'success', user: terraUser(who), nonce: crypto.randomUUID() };
}

async function orderOf(orderingMs: number): Promise<{ order: number; received: number }> {
  const row = await ingest(event('daily', newWho(), [day({ steps: 1 })]), { orderingMs });
  return { order: Number(row.order_ms), received: Date.parse(`${row.received_at}Z`.replace(' ', 'T')) };
}

describe('the header that orders events', () => {
  it('counts from 2010 up to a day after the receipt; otherwise the receipt counts', async () => {
    const first = Date.UTC(2010, 0, 1);
    expect((await orderOf(first)).order).toBe(first);
    const ahead = Date.now() + DAY_MS - 60_000;
    expect((await orderOf(ahead)).order).toBe(ahead);
    for (const orderingMs of [0, first - 1, Date.now() + DAY_MS + 60_000, YEAR_33658]) {
      const { order, received } = await orderOf(orderingMs);
      expect(order, String(orderingMs)).toBe(received);
    }
  });

  it('makes no connection that no later event undoes', async () => {
    const who = newWho();
    await ingest(told('auth', who), { orderingMs: YEAR_33658 });
    const me = async () => (await (await asPerson(who.user, '/v1/me')).json()) as MeAnswer;
    const [connected] = (await me()).connections;
    expect(Math.abs(Date.parse(connected?.state_at ?? '') - Date.now())).toBeLessThan(DAY_MS);
    await ingest(told('deauth', who), { orderingMs: Date.now() + 60_000 });
    expect((await me()).connections).toMatchObject([{ state: 'deauthenticated' }]);
  });
});

type MeAnswer = { readonly connections: readonly { readonly state: string; readonly state_at: string }[] };

/** As it was taken before the header had bounds. */
async function ingestMisordered(body: unknown, orderMs: number): Promise<number> {
  const { raw_event_id: id } = await (await deliver(body)).json<{ raw_event_id: number }>();
  await env.DB.prepare('update raw_events set order_ms = ?, received_at = ? where id = ?')
    .bind(orderMs, sqliteTime(RECEIVED), id)
    .run();
  await consume([{ rawEventId: id }]);
  return id;
}

async function mend(): Promise<void> {
  const migration = env.TEST_MIGRATIONS.find(({ name }) => name.startsWith('0015'));
  // Biomarkers, of which there are none here, had rowids when it was written.
  const queries = (migration?.queries ?? []).filter((query) => !query.includes('from biomarkers_raw'));
  for (const query of queries) await env.DB.prepare(query).run();
}

describe('what a bad header made before it had bounds', () => {
  it('does not stick: the events of its person are folded anew, in the order of their receipt', async () => {
    const who = newWho();
    const other = newWho();
    const later = RECEIVED + DAY_MS;
    const ids = [
      await ingestMisordered(told('auth', who), YEAR_33658),
      await ingestMisordered(event('daily', who, [day({ steps: 1, restingHeartRate: 50 })]), YEAR_33658),
      await ingestMisordered(event('daily', who, [day({ steps: 2 })]), 1),
    ];
    for (const [type, orderingMs] of [
      ['deauth', later],
      ['auth', later + 1],
      ['connection_error', later + 2],
    ] as const) {
      ids.push((await ingest(told(type, who), { orderingMs })).id);
    }
    ids.push((await ingest(event('daily', who, [day({ steps: 3 })]), { orderingMs: later })).id);
    const untouched = await ingest(event('daily', other, [day({ steps: 4 })]), { orderingMs: later });
    expect(await rowsOf('daily_summary', who.user)).toMatchObject([{ steps: 1 }]);
    expect(await rowsOf('terra_connections', who.user)).toMatchObject([{ state: 'connected' }]);

    for (const { user } of [who, other]) await intoEarlierCells(user);
    await mend();
    expect(await rawEvent(untouched.id)).toEqual(untouched);
    await consume(ids.map((rawEventId) => ({ rawEventId })));

    expect(await rowsOf('daily_summary', who.user)).toMatchObject([{ steps: 3, resting_heart_rate: 50 }]);
    expect(await rowsOf('terra_connections', who.user)).toMatchObject([
      {
        connected_at: new Date(later + 1).toISOString(),
        deactivated_at: null,
        state: 'error',
        state_at: new Date(later + 2).toISOString(),
      },
    ]);
    const { results } = await env.DB.prepare('select cells from daily_summary where user_id = ?')
      .bind(who.user)
      .all<{ cells: string }>();
    expect(results.map(({ cells }) => cells).join()).not.toContain(String(YEAR_33658));
  });
});
