import { env } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { forgetRawEvents, insertRaw, type RawColumns } from '../../test/support/raw-rows.ts';
import { insertConnection, insertRow } from '../../test/support/rows.ts';
import { newTerraId, newUser } from '../../test/support/stack.ts';
import { isoText, sqliteText, unixMsOf } from '../clock.ts';
import type { TerraUserId, UserId } from '../ids.ts';
import { isLostRace } from './guard.ts';
import { readReceipts, readReceivedEvents, storeReceipts } from './receipts.ts';
import { readSweep } from './sweeps.ts';

const at = (minute: number) => sqliteText(`2026-03-01 12:${String(minute).padStart(2, '0')}:00`);
const NOW = isoText('2026-03-01T13:00:00.000Z');

beforeEach(async () => {
  await forgetRawEvents();
  await env.DB.prepare('delete from sweeps').run();
});

type Connection = { readonly user: UserId; readonly terraId: TerraUserId };

async function connection(user = newUser(), receipts: string | null = null): Promise<Connection> {
  await insertRow('users', { id: user });
  return { user, terraId: await insertConnection(user, { receipts }) };
}

/** The person of a connection waits for an answer under this reference. */
const asks = ({ user, terraId }: Connection, reference: string) =>
  insertRow('backfills', {
    id: crypto.randomUUID(),
    user_id: user,
    terra_user_id: terraId,
    resource: 'daily',
    start_date: '2026-01-01',
    end_date: '2026-01-31',
    next_attempt_at: NOW,
    created_at: NOW,
    terra_reference: reference,
  });

describe('the events that habits are learned from', () => {
  const event = async ({ terraId }: Connection, columns: RawColumns = {}) =>
    (await insertRaw({ terra_user_id: terraId, received_at: at(1), ...columns }))[0] ?? 0;
  const read = async (afterId: number, limit = 100, before = at(30)) => {
    const { events, lastId, isEnd } = await readReceivedEvents(env.DB, afterId, before, limit);
    return { ids: events.map(({ id }) => id), lastId, isEnd };
  };

  it('are those behind one, a page of them, received before a moment', async () => {
    const one = await connection();
    const [first, second, third] = [await event(one), await event(one), await event(one)];
    const young = await event(one, { received_at: at(30) });
    await event(one);
    expect(await read(first - 1)).toEqual({ ids: [first, second, third], lastId: third, isEnd: true });
    expect(await read(first, 1)).toEqual({ ids: [second], lastId: second, isEnd: false });
    expect(await read(third)).toEqual({ ids: [], lastId: null, isEnd: true });
    expect((await read(third, 100, at(31))).ids).toEqual([young, young + 1]);
    expect(await read(young + 1)).toEqual({ ids: [], lastId: null, isEnd: true });
  });

  it('bring data of a connection', async () => {
    const one = await connection();
    const sleep = await event(one, { event_type: 'sleep' });
    await event(one, { event_type: 'auth' });
    const last = await event(one, { terra_user_id: '' });
    expect(await read(sleep - 1)).toEqual({ ids: [sleep], lastId: last, isEnd: true });
    const { events } = await readReceivedEvents(env.DB, sleep - 1, at(30), 100);
    expect(events).toEqual([
      { id: sleep, receivedMs: unixMsOf(at(1)), resource: 'sleep', terraUserId: one.terraId },
    ]);
  });

  it('answer no request of the person, and a reference that another waits for is none', async () => {
    const [one, other] = [await connection(), await connection()];
    const [asked, theirs] = [crypto.randomUUID(), crypto.randomUUID()];
    await asks(one, asked);
    await asks(other, theirs);
    const kept = [
      await event(one, { terra_reference: theirs }),
      await event(one, { terra_reference: 'nobody’s' }),
      await event(one, { terra_reference: `${asked}2` }),
      await event(one),
    ];
    await event(one, { terra_reference: asked });
    await event(one, { terra_reference: `${asked}:chunk:3` });
    await event(other, { terra_reference: theirs });
    expect((await read(0)).ids).toEqual(kept);
  });
});

describe('what was learned', () => {
  const learn = ({ user, terraId }: Connection, afterId: number, lastId: number) =>
    storeReceipts(
      env.DB,
      [{ terra_user_id: terraId, user_id: user, receipts: `{"last":${lastId}}` }],
      { afterId, lastId },
      NOW,
    );
  const known = async (...connections: readonly Connection[]) =>
    readReceipts(env.DB, [...connections.map(({ terraId }) => terraId), newTerraId()]);

  it('is read of the connections that are named', async () => {
    const [one, other, silent] = [
      await connection(newUser(), '{"a":1}'),
      await connection(newUser(), '{"b":1}'),
      await connection(),
    ];
    expect(await known(one, silent)).toEqual(
      new Map([
        [one.terraId, { user_id: one.user, receipts: '{"a":1}' }],
        [silent.terraId, { user_id: silent.user, receipts: null }],
      ]),
    );
    expect((await known(other)).size).toBe(1);
  });

  it('is stored with how far it came, and not where another run came further meanwhile', async () => {
    const one = await connection();
    await learn(one, 0, 7);
    expect(await readSweep(env.DB, 'receipts')).toBe('7');
    const late = await learn(one, 0, 9).then(
      () => null,
      (error: unknown) => error,
    );
    expect(isLostRace(late)).toBe(true);
    expect(await readSweep(env.DB, 'receipts')).toBe('7');
    expect((await known(one)).get(one.terraId)?.receipts).toBe('{"last":7}');
    await learn(one, 7, 9);
    expect((await known(one)).get(one.terraId)?.receipts).toBe('{"last":9}');
  });
});
