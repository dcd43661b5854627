import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { insertRaw } from '../../test/support/raw-rows.ts';
import { insertConnection, insertRow, markErased, markErasing, rowWhere } from '../../test/support/rows.ts';
import { newTerraId, newUser, rawEvent } from '../../test/support/stack.ts';
import { isoTime } from '../clock.ts';
import { asTerraUserId, asUserId } from '../ids.ts';
import { moveConnection, readOwnedConnection } from './connection-owner.ts';
import {
  connectionClocksStatement,
  namedConnectionsStatement,
  readActiveConnections,
  readActiveTerraIds,
  readEndableConnection,
} from './connections.ts';
import { releaseForErasedStatements } from './releases.ts';
import { allRows, runAll } from './statements.ts';

const NOW = isoTime(Date.UTC(2026, 2, 1, 12));
const PROCESSED = '2026-02-01 10:00:00.000';

/** Connections of one person, `ended` of them not active any more; answers Terra's ids, in the order of connecting. */
async function connections(user: string, ...ended: readonly boolean[]): Promise<readonly string[]> {
  await insertRow('users', { id: user, clock: NOW });
  const ids: string[] = [];
  for (const [place, isEnded] of ended.entries())
    ids.push(
      await insertConnection(user, {
        connected_at: isoTime(Date.UTC(2026, 0, 1 + place)),
        deactivated_at: isEnded ? NOW : null,
      }),
    );
  return ids;
}

it('the active connections of a person are theirs and stand, the oldest first', async () => {
  const [user, other] = [newUser(), newUser()];
  const [first = '', , third = ''] = await connections(user, false, true, false);
  await connections(other, false);
  expect(await readActiveTerraIds(env.DB, asUserId(user))).toEqual([first, third]);
});

it('everybody’s active connections come page by page, each once', async () => {
  const [, ended = ''] = await connections(newUser(), false, true, false, false);
  const all = await readActiveConnections(env.DB, '', 1_000);
  expect(all.map(({ terraUserId }) => terraUserId)).not.toContain(ended);
  const [first] = all;
  const after = await readActiveConnections(env.DB, first?.terraUserId ?? '', 1_000);
  expect(after).toEqual(all.slice(1));
  expect((await readActiveConnections(env.DB, '', 1)).length).toBe(1);
});

it('a connection that is to end is the person’s own', async () => {
  const [user, other] = [newUser(), newUser()];
  const [id = '', second = ''] = await connections(user, false, false);
  await connections(other, false);
  expect((await readEndableConnection(env.DB, asUserId(user), id))?.terra_user_id).toBe(id);
  expect((await readEndableConnection(env.DB, asUserId(user), second))?.terra_user_id).toBe(second);
  expect(await readEndableConnection(env.DB, asUserId(other), id)).toBeNull();
});

it('clocks are read of the people who are named and of those who have a connection that is', async () => {
  const [one, other, whole] = [newUser(), newUser(), newUser()];
  const [terraId = ''] = await connections(one, false);
  await connections(other, false);
  await connections(whole, false);
  const clocks = await allRows<{ id: string }>(
    env.DB,
    connectionClocksStatement({
      terraUserIds: [asTerraUserId(terraId)],
      userIds: [],
      wholeUserIds: [asUserId(whole)],
    }),
  );
  expect(clocks.map(({ id }) => id).toSorted()).toEqual([one, whole].toSorted());
});

describe('a connection that is given to another person', () => {
  const request = async (owner: string, terraId: string, status = 'pending') => {
    const requestId = crypto.randomUUID();
    await insertRow('backfills', {
      id: requestId,
      user_id: owner,
      terra_user_id: terraId,
      resource: 'daily',
      start_date: '2026-01-01',
      end_date: '2026-01-02',
      status,
      next_attempt_at: NOW,
      created_at: NOW,
    });
    return requestId;
  };

  const ownedBy = async (id: string, to: string) => {
    const owned = await readOwnedConnection(env.DB, id, asUserId(to));
    if (owned === null) throw new Error('there is no such connection');
    return owned;
  };

  it('is given to nobody who is unknown or being erased, nor to what a rebuild makes', async () => {
    const [user, to, erased, shadow] = [newUser(), newUser(), newUser(), newUser()];
    const [id = ''] = await connections(user, false);
    await connections(erased, false);
    await connections(to, false);
    await markErasing(erased);
    await insertRow('users', { id: shadow, clock: NOW, rebuild_of: to });
    const clocks = [to, newUser(), erased, shadow].map(async (one) => (await ownedBy(id, one)).newOwnerClock);
    expect(await Promise.all(clocks)).toEqual([NOW, null, null, null]);
    expect((await ownedBy(id, to)).owner).toBe(user);
    expect(await readOwnedConnection(env.DB, 'none', asUserId(to))).toBeNull();
  });

  it('takes along what waited because two people were named, and gives up its requests, and nothing else', async () => {
    const [user, to, third] = [newUser(), newUser(), newUser()];
    const [id = '', second = ''] = await connections(user, false, false);
    await connections(to, false);
    await connections(third, false);
    const silence = (owner: string, terraId: string, resource = 'daily') =>
      insertRow('silences', {
        user_id: owner,
        terra_user_id: terraId,
        kind: 'overdue',
        resource,
        since: NOW,
        found_at: NOW,
        from_date: '2026-02-01',
        to_date: '2026-02-02',
        due_at: NOW,
      });
    const requests = [
      await request(user, id),
      await request(user, id, 'sent'),
      await request(user, second),
      await request(third, id),
      await request(to, id),
    ];
    const silences = [await silence(user, id), await silence(user, second), await silence(to, id, 'sleep')];
    const waits = { process_error: 'owner_conflict', attempts: 1 };
    const events = await insertRaw(
      { terra_user_id: id, ...waits },
      { terra_user_id: second, ...waits },
      { terra_user_id: id, process_error: 'payload_missing', attempts: 1 },
    );
    const owned = await ownedBy(id, to);
    const released = await moveConnection(
      env.DB,
      owned,
      { userId: asUserId(to), clock: isoTime(Date.parse(NOW)) },
      { now: NOW, clocks: [], nextAttemptAt: NOW },
    );
    expect(released.map((event) => event.id)).toEqual(events.slice(0, 1));
    const owners = [id, second].map(async (one) => (await rowWhere('terra_connections', 'id', one))?.user_id);
    expect(await Promise.all(owners)).toEqual([to, user]);
    const states = requests.map(async (one) => (await rowWhere('backfills', 'id', one))?.status);
    expect(await Promise.all(states)).toEqual(['failed', 'sent', 'pending', 'pending', 'pending']);
    const left = silences.map(async (one) => (await rowWhere('silences', 'id', one)) !== null);
    expect(await Promise.all(left)).toEqual([false, true, true]);
  });

  it('keeps its requests and what was learned of it where it is the person’s already', async () => {
    const user = newUser();
    const [id = ''] = await connections(user, false);
    await env.DB.prepare('update terra_connections set receipts = ? where id = ?').bind('{}', id).run();
    const waiting = await request(user, id);
    const owned = await ownedBy(id, user);
    await moveConnection(
      env.DB,
      owned,
      { userId: asUserId(user), clock: owned.ownerClock },
      { now: NOW, clocks: [], nextAttemptAt: NOW },
    );
    expect(await rowWhere('terra_connections', 'id', id)).toMatchObject({ user_id: user, receipts: '{}' });
    expect((await rowWhere('backfills', 'id', waiting))?.status).toBe('pending');
  });
});

it('connections are found by Terra’s id and by their person, and none of somebody who is being erased', async () => {
  const [whole, one, erased] = [newUser(), newUser(), newUser()];
  const ofWhole = await connections(whole, false, true);
  const [named = ''] = await connections(one, false, false);
  const [gone = ''] = await connections(erased, false);
  await markErasing(erased);
  const found = await allRows<{ terra_user_id: string }>(
    env.DB,
    namedConnectionsStatement({
      terraUserIds: [named, gone].map(asTerraUserId),
      userIds: [],
      wholeUserIds: [whole, erased].map(asUserId),
    }),
  );
  expect(found.map(({ terra_user_id }) => terra_user_id).toSorted()).toEqual([...ofWhole, named].toSorted());
});

it('what came under an erased person’s Terra id is looked at again, and nothing that is another’s', async () => {
  const [terraId, other] = [newTerraId(), newTerraId()];
  await markErased(terraId, NOW, 'terra');
  const waits = { process_error: 'owner_conflict', attempts: 1 };
  const skipped = { process_error: 'skipped:nutrition', processed_at: PROCESSED, attempts: 1 };
  const ids = await insertRaw(
    { terra_user_id: terraId, ...waits },
    { terra_user_id: terraId, user_id: newUser(), ...waits },
    { terra_user_id: other, ...waits },
    { terra_user_id: terraId, ...skipped },
    { terra_user_id: terraId, user_id: newUser(), ...skipped },
    { terra_user_id: other, ...skipped },
    { terra_user_id: '', ...skipped },
    { terra_user_id: terraId, ...skipped, process_error: 'skipped:user_erased' },
  );
  await runAll(env.DB, releaseForErasedStatements(asTerraUserId(terraId), NOW, NOW));
  const rows = await Promise.all(ids.map((id) => rawEvent(id)));
  expect(rows.map(({ process_error, processed_at }) => [process_error, processed_at])).toEqual([
    [null, null],
    ['owner_conflict', null],
    ['owner_conflict', null],
    [null, null],
    ['skipped:nutrition', PROCESSED],
    ['skipped:nutrition', PROCESSED],
    ['skipped:nutrition', PROCESSED],
    ['skipped:user_erased', PROCESSED],
  ]);
  // Of somebody living nothing is.
  await runAll(env.DB, releaseForErasedStatements(asTerraUserId(other), NOW, NOW));
  expect(await rawEvent(ids[5] ?? 0)).toMatchObject({ processed_at: PROCESSED });
});
