import { env } from 'cloudflare:test';
import { expect, it } from 'vitest';
import { type Columns, insertRow, rowWhere } from '../../test/support/rows.ts';
import { newTerraId, newUser } from '../../test/support/stack.ts';
import { isoTime } from '../clock.ts';
import { PAUSED } from '../limits.ts';
import { readOutboundPause, writeOutboundPause } from './operator-switches.ts';

const at = (minute: number) => isoTime(Date.UTC(2026, 2, 1, 12, minute));

/** A request that waits because nothing is asked, unless the columns say otherwise. */
async function request(columns: Columns = {}): Promise<string> {
  const [user, id] = [newUser(), crypto.randomUUID()];
  await insertRow('users', { id: user });
  await insertRow('backfills', {
    id,
    user_id: user,
    terra_user_id: newTerraId(),
    resource: 'daily',
    start_date: '2026-01-01',
    end_date: '2026-01-31',
    status: 'pending',
    error: PAUSED,
    next_attempt_at: at(50),
    created_at: at(0),
    ...columns,
  });
  return id;
}

it('nothing is asked from the first word of a pause until its end', async () => {
  await insertRow('operator_switches', { name: 'another', set_at: at(0) });
  expect(await readOutboundPause(env.DB)).toBeNull();
  await writeOutboundPause(env.DB, true, at(1));
  await writeOutboundPause(env.DB, true, at(2));
  expect(await readOutboundPause(env.DB)).toBe(at(1));
  await writeOutboundPause(env.DB, false, at(3));
  expect(await readOutboundPause(env.DB)).toBeNull();
  expect(await rowWhere('operator_switches', 'name', 'another')).not.toBeNull();
});

it('then what waited for it is due at once, and nothing else', async () => {
  const waited = await request();
  const others = [
    await request({ error: 'http_500' }),
    await request({ error: null }),
    await request({ status: 'failed' }),
    await request({ status: 'sent' }),
  ];
  const rowOf = (id: string) => rowWhere('backfills', 'id', id);
  const before = await Promise.all(others.map(rowOf));
  await writeOutboundPause(env.DB, true, at(1));
  expect(await rowOf(waited)).toMatchObject({ next_attempt_at: at(50), error: PAUSED });
  await writeOutboundPause(env.DB, false, at(3));
  expect(await rowOf(waited)).toMatchObject({ status: 'pending', next_attempt_at: at(3), error: null });
  expect(await Promise.all(others.map(rowOf))).toEqual(before);
});
