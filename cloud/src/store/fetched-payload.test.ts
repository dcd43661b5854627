import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { insertRaw } from '../../test/support/raw-rows.ts';
import { rowWhere } from '../../test/support/rows.ts';
import { newUser } from '../../test/support/stack.ts';
import { isoText } from '../clock.ts';
import { asRawEventId, asTerraUserId, type UserId } from '../ids.ts';
import { markErasedStatements } from './erased-subjects.ts';
import { writeFetchedPayload } from './fetched-payload.ts';
import { runAll } from './statements.ts';

const NOW = isoText('2026-03-01T12:00:00.000Z');
const FETCHED = { key: 'fetched/a', sha256: 'a'.repeat(64), bytes: 12 };

const ping = async () => asRawEventId((await insertRaw({ event_type: 's3_payload' }))[0] ?? 0);

const write = (id: number, ...subjects: readonly UserId[]) => {
  const terraUserId = asTerraUserId(`terra of ${id}`);
  const envelope = { eventType: 'daily', terraUserId, referenceId: 'ref', provider: 'oura', subjects };
  return writeFetchedPayload(env.DB, asRawEventId(id), FETCHED, envelope, NOW);
};

const stored = (id: number) => rowWhere('raw_events', 'id', id);

it('what was fetched for a ping is noted on its row, and on no other', async () => {
  const [one, other] = [await ping(), await ping()];
  const before = await stored(other);
  expect(await write(one, newUser())).toBe(true);
  expect(await stored(one)).toMatchObject({
    fetched_key: 'fetched/a',
    fetched_sha256: FETCHED.sha256,
    fetched_at: NOW,
    payload_bytes: 12,
    terra_user_id: `terra of ${one}`,
    reference_id: 'ref',
    provider: 'oura',
  });
  expect(await stored(other)).toEqual(before);
});

it('nothing is noted where the row is gone', async () => {
  const [gone, other] = [await ping(), await ping()];
  await env.DB.prepare('delete from raw_events where id = ?').bind(gone).run();
  const before = await stored(other);
  expect(await write(gone)).toBe(false);
  expect(await stored(other)).toEqual(before);
});

it('nothing is noted where somebody erased is among those it names, and others may be erased', async () => {
  const [erased, stays, id] = [newUser(), newUser(), await ping()];
  await runAll(env.DB, markErasedStatements([['user', erased]], NOW));
  const before = await stored(id);
  expect(await write(id, stays, erased)).toBe(false);
  expect(await stored(id)).toEqual(before);
  expect(await write(id, stays)).toBe(true);
  expect(await write(await ping())).toBe(true);
});
