import { expect, it } from 'vitest';
import { TABLE_COLUMNS } from '../src/store/columns.ts';
import { day, event, terraUser } from './support/events.ts';
import { insertRaw } from './support/raw-rows.ts';
import { asOperator, ingest, newTerraId, newUser } from './support/stack.ts';

type Overview = {
  readonly user: Record<string, unknown> | null;
  readonly erased_at: string | null;
  readonly counts: Record<string, number>;
  readonly connections: readonly Record<string, unknown>[];
  readonly events: readonly Record<string, unknown>[];
};

async function overview(user: string, query = ''): Promise<Overview> {
  const answer = await asOperator(`/admin/user/${user}${query}`);
  expect(answer.status).toBe(200);
  return answer.json<Overview>();
}

it('tells what is kept of a person, of nobody else, and after an erasure that nothing is', async () => {
  const who = { user: newUser(), terraId: newTerraId() };
  const other = { user: newUser(), terraId: newTerraId() };
  const auth = await ingest({ type: 'auth', user: terraUser(who) });
  const daily = await ingest(event('daily', who, [day({ steps: 1 })]));
  await ingest(event('daily', other, [day({ steps: 2 })]));
  const before = await overview(who.user);
  expect(before).toMatchObject({
    user: { id: who.user },
    erased_at: null,
    connections: [{ terra_user_id: who.terraId, provider: 'oura', state: 'connected' }],
    events: [
      { id: daily.id, event_type: 'daily', user_id: who.user, process_error: null },
      { id: auth.id, event_type: 'auth' },
    ],
  });
  expect(before.events).toHaveLength(2);
  expect(Object.keys(before.events[0] ?? {})).not.toContain('payload');
  const theirs = Object.entries(TABLE_COLUMNS).filter(([, columns]) =>
    columns.some((one) => one === 'user_id'),
  );
  expect(Object.keys(before.counts).toSorted()).toEqual(theirs.map(([table]) => table).toSorted());
  const some = Object.entries(before.counts).filter(([, rows]) => rows > 0);
  expect(Object.fromEntries(some)).toEqual({
    raw_events: 2,
    daily_summary: 1,
    terra_connections: 1,
    backfills: 4,
  });
  expect((await asOperator(`/admin/user/${who.user}/wipe`, { method: 'POST' })).status).toBe(200);
  const after = await overview(who.user);
  expect(after).toMatchObject({ user: null, erased_at: expect.any(String), connections: [], events: [] });
  expect(Object.values(after.counts).every((rows) => rows === 0)).toBe(true);
});

it('is nobody whom nothing names, and who is erased only where that is forced', async () => {
  const user = newUser();
  const asks = async (path: string, init?: RequestInit) => (await asOperator(path, init)).status;
  expect(await asks(`/admin/user/${user}`)).toBe(404);
  expect(await asks(`/admin/user/${user}?force=true`)).toBe(200);
  const wipe = (body: string) => asks(`/admin/user/${user}/wipe`, { method: 'POST', body });
  expect([await wipe(''), await wipe('{"force": false}'), await wipe('{"forse": true}')]).toEqual([
    404, 404, 400,
  ]);
  expect((await overview(user, '?force=true')).erased_at).toBe(null);
  expect(await wipe('{"force": true}')).toBe(200);
  expect((await overview(user)).erased_at).toEqual(expect.any(String));
});

it('is somebody whom an event names that waits, though nobody has the id yet', async () => {
  const user = newUser();
  await insertRaw({ reference_id: user, payload: '{}', processed_at: null });
  expect((await overview(user)).user).toBe(null);
  expect((await asOperator(`/admin/user/${user}/wipe`, { method: 'POST' })).status).toBe(200);
});
