import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { type Columns, insertRow, markErasing, rowWhere } from '../../test/support/rows.ts';
import { newUser } from '../../test/support/stack.ts';
import { isoText } from '../clock.ts';
import type { UserId } from '../ids.ts';
import { changeProfile, readProfile } from './profiles.ts';

const CLOCK = isoText('2026-03-01T12:00:00.000Z');
const NOW = Date.UTC(2026, 2, 2);

async function person(profile: Columns | null): Promise<UserId> {
  const id = newUser();
  await insertRow('users', { id, clock: CLOCK });
  if (profile !== null)
    await insertRow('profiles', { user_id: id, data: JSON.stringify(profile), updated_at: CLOCK });
  return id;
}

it('a person is shown their own profile', async () => {
  const [one, other] = [await person({ age: 41 }), await person({ age: 42 })];
  expect(await readProfile(env.DB, one)).toEqual({ profile: { age: 41 }, updatedAt: CLOCK, clock: CLOCK });
  expect((await readProfile(env.DB, other)).profile).toEqual({ age: 42 });
});

it('a profile is empty where there is none, and nobody’s where the person is not there or is being erased', async () => {
  const [none, erasing] = [await person(null), await person({ age: 41 })];
  await markErasing(erasing);
  expect(await readProfile(env.DB, none)).toEqual({ profile: {}, updatedAt: null, clock: CLOCK });
  const nobody = { profile: {}, updatedAt: null, clock: null };
  expect(await readProfile(env.DB, erasing)).toEqual(nobody);
  expect(await readProfile(env.DB, newUser())).toEqual(nobody);
  expect(await changeProfile(env.DB, erasing, { age: 42 }, NOW)).toEqual({ state: 'erased' });
});

it('a change is of one person’s profile and moves one person’s clock', async () => {
  const [one, other] = [await person({ age: 41 }), await person({ age: 42 })];
  const changed = await changeProfile(env.DB, one, { age: 50 }, NOW);
  const now = '2026-03-02T00:00:00.000Z';
  expect(changed).toEqual({ state: 'stored', profile: { age: 50 }, updatedAt: now });
  expect(await readProfile(env.DB, one)).toEqual({ profile: { age: 50 }, updatedAt: now, clock: now });
  expect(await readProfile(env.DB, other)).toEqual({ profile: { age: 42 }, updatedAt: CLOCK, clock: CLOCK });
});

it('a change that changes nothing moves no clock', async () => {
  const one = await person({ age: 41 });
  expect(await changeProfile(env.DB, one, { age: 41 }, NOW)).toMatchObject({ updatedAt: CLOCK });
  expect(await rowWhere('users', 'id', one)).toMatchObject({ clock: CLOCK });
});

it('a key that is no field comes back as it went out, or goes', async () => {
  const one = await person({ shoe: 43 });
  const change = (update: Record<string, unknown>) => changeProfile(env.DB, one, update, NOW);
  expect(await change({ hat: 7 })).toEqual({ state: 'unknown_key', key: 'hat' });
  expect(await change({ shoe: 44 })).toEqual({ state: 'unknown_key', key: 'shoe' });
  expect(await change({ shoe: 43 })).toMatchObject({ state: 'stored', profile: { shoe: 43 } });
  expect(await change({ shoe: null })).toMatchObject({ state: 'stored', profile: {} });
});
