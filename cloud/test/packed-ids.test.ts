import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { holdsId, idText, packedId } from '../src/store/packed-ids.ts';
import { day, event } from './support/events.ts';
import { consume, deliver, newTerraId, newUser } from './support/stack.ts';

const UUID = '01a225bb-5b71-7ee6-9d4e-1ff7a1721a32';

describe('an id in a row', () => {
  it.each([
    [UUID, 'blob'],
    [UUID.toUpperCase(), 'text'],
    ['01a225bb5b717ee69d4e1ff7a1721a32', 'text'],
    ['01a225bb5b71-7ee6-9d4e-1ff7a1721a-32', 'text'],
    ['trace-1', 'text'],
    ['', 'text'],
    [null, 'null'],
  ])('%s is kept as %s and read as it was', async (id, kind) => {
    const row = await env.DB.prepare(
      `select typeof(kept) as kind, ${idText('kept')} as text, ${holdsId('kept', '?1')} as is_held,
  ${holdsId("'trace-2'", '?1')} as is_other
from (select ${packedId('?1')} as kept)`,
    )
      .bind(id)
      .first();
    const is = (value: boolean) => (id === null ? null : Number(value));
    expect(row).toEqual({ kind, text: id, is_held: is(true), is_other: is(false) });
  });

  it('is found as an earlier version wrote it', async () => {
    const found = await env.DB.prepare(`select ${holdsId('?2', '?1')} as is_held`)
      .bind(UUID, UUID)
      .first();
    expect(found).toEqual({ is_held: 1 });
  });
});

it('an event has the size of its end from its receipt on, a character or two apart', async () => {
  const user = `user_${crypto.randomUUID().replaceAll('-', '').slice(0, 27)}`;
  const who = { user, terraId: newTerraId() };
  const columns = await env.DB.prepare("select name from pragma_table_info('raw_events')").all<{
    name: string;
  }>();
  const size = columns.results.map(({ name }) => `coalesce(length(cast(${name} as blob)), 0)`).join(' + ');
  const sizeOf = (id: number) =>
    env.DB.prepare(`select ${size} as bytes, room is null as has_ended from raw_events where id = ?`)
      .bind(id)
      .first<{ bytes: number; has_ended: number }>();
  const body = { ...event('daily', who, [day({ steps: 1 })]), at: newUser() };
  const response = await deliver(body);
  const { raw_event_id } = await response.json<{ raw_event_id: number }>();
  const before = await sizeOf(raw_event_id);
  await consume([{ rawEventId: raw_event_id }]);
  const after = await sizeOf(raw_event_id);
  expect([before?.has_ended, after?.has_ended]).toEqual([0, 1]);
  expect(Math.abs((after?.bytes ?? 0) - (before?.bytes ?? 0))).toBeLessThanOrEqual(4);
});
