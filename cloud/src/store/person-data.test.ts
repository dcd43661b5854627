import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { insertRaw } from '../../test/support/raw-rows.ts';
import {
  type Columns,
  insertConnection,
  insertPerson,
  insertRow,
  markErasing,
  rowWhere,
} from '../../test/support/rows.ts';
import { newTerraId, newUser } from '../../test/support/stack.ts';
import { isoText } from '../clock.ts';
import type { TerraUserId, UserId } from '../ids.ts';
import { markErasedStatements } from './erased-subjects.ts';
import { countRemaining, deletePerson } from './person-data.ts';
import { isIdKnown, readPersonOverview } from './person-overview.ts';
import { runAll } from './statements.ts';
import type { Subjects } from './subjects.ts';

const MANY = 10;
const ERASED_AT = isoText('2026-03-01T12:00:00.000Z');

const markErased = (user: UserId) => runAll(env.DB, markErasedStatements([['user', user]], ERASED_AT));

describe('what an operator is shown of a person', () => {
  it('is the person of the id, who is not what a rebuild makes', async () => {
    const [one, other] = [await insertPerson({ email: 'one' }), await insertPerson({ email: 'other' })];
    const shadow = await insertPerson({ rebuild_of: one });
    const emailOf = async (user: UserId) => (await readPersonOverview(env.DB, user, MANY)).user?.email;
    expect([await emailOf(one), await emailOf(other)]).toEqual(['one', 'other']);
    expect((await readPersonOverview(env.DB, shadow, MANY)).user).toBeNull();
    expect((await readPersonOverview(env.DB, newUser(), MANY)).user).toBeNull();
  });

  it('is when they were erased, of an id that was', async () => {
    const [erased, other] = [newUser(), newUser()];
    await markErased(erased);
    expect((await readPersonOverview(env.DB, erased, MANY)).erased_at).toBe(ERASED_AT);
    expect((await readPersonOverview(env.DB, other, MANY)).erased_at).toBeNull();
  });

  it('is their own connections, the latest first', async () => {
    const [one, other] = [await insertPerson(), await insertPerson()];
    const first = await insertConnection(one, { connected_at: '2026-01-01 00:00:00' });
    const second = await insertConnection(one, { connected_at: '2026-01-02 00:00:00' });
    await insertConnection(other);
    const { connections } = await readPersonOverview(env.DB, one, MANY);
    expect(connections.map(({ id }) => id)).toEqual([second, first]);
  });

  it('is their own last events, and how many rows there are of each kind', async () => {
    const [one, other] = [await insertPerson(), await insertPerson()];
    const ids = await insertRaw({ user_id: one }, { user_id: one }, { user_id: one });
    await insertRaw({ user_id: other }, { reference_id: one });
    for (const [user, date] of [
      [one, '2026-03-01'],
      [one, '2026-03-02'],
      [other, '2026-03-03'],
    ] as const)
      await insertRow('daily_summary', { user_id: user, source: 'oura', datetime: date });
    const { events, counts } = await readPersonOverview(env.DB, one, 2);
    expect(events.map(({ id }) => id)).toEqual(ids.slice(1).toReversed());
    expect(counts).toMatchObject({ raw_events: 3, daily_summary: 2, activities: 0 });
  });
});

it('an id is known where somebody has it, was or is being erased under it, or an event names it', async () => {
  const [row, erased, erasing, named, none] = [
    await insertPerson(),
    newUser(),
    newUser(),
    newUser(),
    newUser(),
  ] as const;
  await markErased(erased);
  await markErasing(erasing);
  await insertRaw({ reference_id: named });
  const known = await Promise.all([row, erased, erasing, named, none].map((id) => isIdKnown(env.DB, id)));
  expect(known).toEqual([true, true, true, true, false]);
});

describe('an erasure', () => {
  const subjectsOf = (userId: UserId, ...terraUserIds: readonly TerraUserId[]): Subjects => ({
    userId,
    terraUserIds,
    terraUploadIds: [],
    terraReportIds: [],
    unansweredSince: null,
  });
  const trace = (columns: Columns) => insertRow('trace_events', { level: 'info', event: 'e', ...columns });
  const isLeft = async (id: number) => (await rowWhere('trace_events', 'id', id)) !== null;

  it('takes the traces of the person, and of their Terra ids those that name nobody', async () => {
    const [one, other] = [await insertPerson(), await insertPerson()];
    const [own, theirs] = [newTerraId(), newTerraId()];
    const subjects = subjectsOf(one, own);
    expect(await countRemaining(env, subjects)).toBe(1);
    const gone = [await trace({ user_id: one }), await trace({ terra_user_id: own })];
    const kept = [
      await trace({ user_id: other, terra_user_id: own }),
      await trace({ terra_user_id: theirs }),
      await trace({ terra_user_id: '' }),
      await trace({}),
    ];
    expect(await countRemaining(env, subjects)).toBe(3);
    expect(await deletePerson(env, subjects)).toMatchObject({ trace_events: 2, users: 1 });
    expect(await Promise.all(gone.map(isLeft))).toEqual([false, false]);
    expect(await Promise.all(kept.map(isLeft))).toEqual([true, true, true, true]);
    expect(await countRemaining(env, subjects)).toBe(0);
  });

  it('takes the person’s rows of every kind and nobody else’s', async () => {
    const [one, other] = [await insertPerson(), await insertPerson()];
    const shadows = [await insertPerson({ rebuild_of: one }), await insertPerson({ rebuild_of: other })];
    for (const user of [one, other]) {
      await insertRow('daily_summary', { user_id: user, source: 'oura', datetime: '2026-03-01' });
      await insertRow('profiles', { user_id: user, data: '{}' });
      await insertConnection(user);
      await insertRaw({ user_id: user });
    }
    const before = await countRemaining(env, subjectsOf(other));
    expect(await countRemaining(env, subjectsOf(one))).toBe(before);
    expect(await deletePerson(env, subjectsOf(one))).toMatchObject({
      raw_events: 1,
      daily_summary: 1,
      profiles: 1,
      terra_connections: 1,
      rebuilds: 1,
      users: 1,
    });
    expect(await countRemaining(env, subjectsOf(one))).toBe(0);
    expect(await countRemaining(env, subjectsOf(other))).toBe(before);
    const shadowsLeft = await Promise.all(shadows.map((id) => rowWhere('users', 'id', id)));
    expect(shadowsLeft.map((shadow) => shadow !== null)).toEqual([false, true]);
  });
});
