import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { insertRaw, type RawColumns } from '../../test/support/raw-rows.ts';
import { insertPerson } from '../../test/support/rows.ts';
import { newTerraId, newUser, rawEvent } from '../../test/support/stack.ts';
import { isoTime, sqliteTime } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { asRawEventId, asUserId, type RawEventId } from '../ids.ts';
import { BODIES_IN_ROWS, readBodiesInRows, takeBodiesOut } from './bodies-in-rows.ts';
import { readBodies, readOldBodies, writeMovedBody, writePack } from './packed-bodies.ts';
import { readOwnPayload } from './raw-events.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const PROCESSED = { processed_at: sqliteTime(NOW_MS) };
const YOUNG = sqliteTime(NOW_MS);
const OLD = sqliteTime(NOW_MS - 1);

let packs = 0;

function newPack(): number {
  packs += 1;
  return packs;
}

/** Events whose bodies lie apart from their rows: `body 0` and so on. */
async function withBodies(...rows: readonly RawColumns[]): Promise<RawEventId[]> {
  const ids = await insertRaw(...rows.map((row) => ({ ...row, payload: '' })));
  await env.DB.batch(
    ids.map((id, place) =>
      env.DB.prepare('insert into raw_bodies(raw_event_id, payload) values (?, ?)').bind(id, `body ${place}`),
    ),
  );
  return ids.map(asRawEventId);
}

const bodyOf = (id: number) =>
  env.DB.prepare('select payload from raw_bodies where raw_event_id = ?').bind(id).first<string>('payload');

const passes = (write: Promise<void>) =>
  write.then(
    () => true,
    () => false,
  );

describe('bodies that may be moved by age', () => {
  it('are told from others by their event, in the order of receipt, after the last one', async () => {
    const user = newUser();
    const packable = {
      user_id: user,
      terra_user_id: newTerraId(),
      reference_id: user,
      received_at: OLD,
      ...PROCESSED,
    };
    const ids = await withBodies(
      packable,
      { ...packable, reference_id: null },
      { ...packable, reference_id: '' },
      { ...packable, received_at: YOUNG },
      { ...packable, processed_at: null },
      { ...packable, user_id: null, reference_id: null },
      { ...packable, event_type: 'lab_report' },
      { ...packable, terra_user_id: '' },
      { ...packable, reference_id: newUser() },
    );
    const seen = await readOldBodies(env.DB, (ids[0] ?? 0) - 1, NOW_MS);
    expect(seen.map(({ id }) => id)).toEqual(ids);
    expect(seen.map(({ is_old, is_movable, is_packable }) => [is_old, is_movable, is_packable])).toEqual([
      [1, 1, 1],
      [1, 1, 1],
      [1, 1, 1],
      [0, 1, 1],
      [1, 0, 1],
      [1, 0, 1],
      [1, 1, 0],
      [1, 1, 0],
      [1, 1, 0],
    ]);
    expect((await readOldBodies(env.DB, ids[6] ?? 0, NOW_MS)).map(({ id }) => id)).toEqual(ids.slice(7));
  });

  it('are read by their ids alone', async () => {
    const [first, , third] = await withBodies({}, {}, {});
    if (first === undefined || third === undefined) throw new Error('three were made');
    const read = await readBodies(env.DB, [third, first]);
    expect(read.map(({ id, payload }) => [id, payload])).toEqual([
      [first, 'body 0'],
      [third, 'body 2'],
    ]);
  });
});

describe('a pack', () => {
  const pack = (user: string, ids: readonly RawEventId[], packId = newPack()) =>
    writePack(
      env.DB,
      asUserId(user),
      packId,
      ids.map((raw_event_id, place) => ({ raw_event_id, start: place * 10, bytes: 10 })),
    );

  it('is where its bodies are from then on, and no other', async () => {
    const user = await insertPerson();
    const owned = { user_id: user, ...PROCESSED };
    const [first, second, other] = await withBodies(owned, owned, owned);
    if (first === undefined || second === undefined || other === undefined)
      throw new Error('three were made');
    const packId = newPack();
    await pack(user, [first, second], packId);
    expect([await bodyOf(first), await bodyOf(second), await bodyOf(other)]).toEqual([null, null, 'body 2']);
    expect(await readOwnPayload(env.DB, user, second)).toMatchObject({
      payload: '',
      packed: JSON.stringify([user, packId, 10, 10]),
    });
    expect(await readOwnPayload(env.DB, user, other)).toMatchObject({ payload: 'body 2', packed: null });
  });

  it('is not made of an event that waits, is another’s or has no body, nor of an erased person', async () => {
    const [user, other, erased] = [await insertPerson(), await insertPerson(), await insertPerson()];
    await env.DB.prepare("insert into erased_subjects values (?, 'user', ?)")
      .bind(sha256Hex(erased), isoTime(NOW_MS))
      .run();
    const [own, waits, foreign, gone, nobodys] = await withBodies(
      { user_id: user, ...PROCESSED },
      { user_id: user },
      { user_id: other, ...PROCESSED },
      { user_id: erased, ...PROCESSED },
      PROCESSED,
    );
    const [without = 0] = await insertRaw({ user_id: user, ...PROCESSED, payload: '' });
    if (own === undefined || gone === undefined) throw new Error('five were made');
    for (const id of [waits, foreign, nobodys, asRawEventId(without)])
      expect(await passes(pack(user, [own, id ?? own])), String(id)).toBe(false);
    expect(await passes(pack(erased, [gone]))).toBe(false);
    expect(await bodyOf(own)).toBe('body 0');
    expect(await passes(pack(user, [own]))).toBe(true);
  });

  it('and an object of its own takes one body, under the same conditions', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    const owned = { user_id: user, ...PROCESSED };
    const [own, beside, foreign] = await withBodies(owned, owned, { ...owned, user_id: other });
    if (own === undefined || beside === undefined || foreign === undefined)
      throw new Error('three were made');
    expect(await passes(writeMovedBody(env.DB, user, foreign, 'key'))).toBe(false);
    expect(await passes(writeMovedBody(env.DB, user, own, 'key'))).toBe(true);
    expect([await bodyOf(own), await bodyOf(beside), await bodyOf(foreign)]).toEqual([
      null,
      'body 1',
      'body 2',
    ]);
    expect(await rawEvent(own)).toMatchObject({ payload_key: 'key' });
    expect(await rawEvent(beside)).toMatchObject({ payload_key: null });
  });
});

describe('bodies in the rows of events', () => {
  const sweep = () =>
    env.DB.prepare('select cursor from sweeps where name = ?').bind(BODIES_IN_ROWS).first('cursor');

  it('are looked at from an event down', async () => {
    const [first = 0, second = 0] = await insertRaw({ payload: '{"a":1}' }, { payload: '{}' }, {});
    expect(await readBodiesInRows(env.DB, second, 2)).toEqual([
      { id: second, bytes: 2 },
      { id: first, bytes: 7 },
    ]);
  });

  it('are taken out between two events, where there are any, and the sweep goes on or ends', async () => {
    const other = `a sweep ${crypto.randomUUID()}`;
    await env.DB.batch([
      env.DB.prepare('delete from sweeps'),
      env.DB.prepare("insert into sweeps values (?, '9', '')").bind(BODIES_IN_ROWS),
      env.DB.prepare("insert into sweeps values (?, '9', '')").bind(other),
    ]);
    const [below = 0, from = 0, elsewhere = 0, to = 0, above = 0] = await insertRaw(
      { payload: 'below' },
      { payload: 'from' },
      { payload: '', payload_key: 'key' },
      { payload: 'to' },
      { payload: 'above' },
    );
    await takeBodiesOut(env.DB, to, from, below);
    const ids = [below, from, elsewhere, to, above];
    expect(await Promise.all(ids.map(bodyOf))).toEqual([null, 'from', null, 'to', null]);
    const { results } = await env.DB.prepare('select payload from raw_events where id >= ? order by id')
      .bind(below)
      .all<{ payload: string }>();
    expect(results.map(({ payload }) => payload)).toEqual(['below', '', '', '', 'above']);
    expect(await sweep()).toBe(String(below));
    await takeBodiesOut(env.DB, below, below, null);
    expect(await sweep()).toBeNull();
    expect(await env.DB.prepare('select cursor from sweeps where name = ?').bind(other).first('cursor')).toBe(
      '9',
    );
  });
});
