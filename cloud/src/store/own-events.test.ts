import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { insertRaw } from '../../test/support/raw-rows.ts';
import { newUser } from '../../test/support/stack.ts';
import type { UserId } from '../ids.ts';
import { readOwnEvents } from './own-events.ts';

const listed = async (user: UserId, below = Number.MAX_SAFE_INTEGER, limit = 10) =>
  (await readOwnEvents(env.DB, user, below, limit)).map(({ id }) => id);

it('a person is shown their own events, the newest first, page by page', async () => {
  const [one, other] = [newUser(), newUser()];
  const [first, theirs, second, , third] = await insertRaw(
    { user_id: one },
    { user_id: other },
    { user_id: one },
    { reference_id: one },
    { user_id: one },
  );
  expect(await listed(one)).toEqual([third, second, first]);
  expect(await listed(one, undefined, 2)).toEqual([third, second]);
  expect(await listed(one, second)).toEqual([first]);
  expect(await listed(one, first)).toEqual([]);
  expect(await listed(other)).toEqual([theirs]);
});

it('the size of a ping is not that of what its link led to', async () => {
  const user = newUser();
  await insertRaw({ user_id: user, payload_bytes: 5 }, { user_id: user, payload_bytes: 7, fetched_key: 'k' });
  const events = await readOwnEvents(env.DB, user, Number.MAX_SAFE_INTEGER, 10);
  expect(events.map(({ payload_bytes }) => payload_bytes)).toEqual([null, 5]);
});
