import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { insertRaw, type RawColumns } from '../../test/support/raw-rows.ts';
import { newTerraId, newUser } from '../../test/support/stack.ts';
import { isoTime, sqliteTime } from '../clock.ts';
import { asRawEventId } from '../ids.ts';
import { DAY_MS, TOMBSTONES_KEPT_MS, UNOWNED_EVENTS_KEPT_MS } from '../limits.ts';
import { deleteAged, deleteUnownedStatement, readUnowned } from './retention.ts';
import { allRows } from './statements.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const PROCESSED = { processed_at: sqliteTime(NOW_MS) };
const OLD = { received_at: sqliteTime(NOW_MS - UNOWNED_EVENTS_KEPT_MS - 1) };
const MANY = 100;

/** Somebody with a connection and an upload that Terra has given two ids. */
async function somebody() {
  const [user, terraId] = [newUser(), newTerraId()];
  const [present, earlier] = [crypto.randomUUID(), crypto.randomUUID()];
  await env.DB.batch([
    env.DB.prepare('insert into users(id) values (?)').bind(user),
    env.DB.prepare(
      `insert into terra_connections(id, user_id, terra_user_id, provider, reference_id)
values (?2, ?1, ?2, 'oura', ?1)`,
    ).bind(user, terraId),
    env.DB.prepare(
      "insert into lab_uploads(id, user_id, storage_key, terra_upload_id) values (?2, ?1, 'labs/a', ?2)",
    ).bind(user, present),
    env.DB.prepare(
      'insert into earlier_lab_ids(terra_upload_id, upload_id, user_id) values (?3, ?2, ?1)',
    ).bind(user, present, earlier),
  ]);
  return { user, terraId, present, earlier };
}

describe('an event that is nobody’s', () => {
  /** Rows that nobody could be found by, and rows that each name somebody in one way. */
  async function rows(columns: RawColumns) {
    const { user, terraId, present, earlier } = await somebody();
    const nobodys = [{}, { terra_user_id: newTerraId() }, { reference_id: 'no user' }];
    const named = [
      { user_id: user },
      { reference_id: newUser() },
      { terra_user_id: terraId },
      { reference_id: present },
      { reference_id: earlier },
    ];
    const ids = await insertRaw(...[...nobodys, ...named].map((row) => ({ ...row, ...columns })));
    return { ids: ids.map(asRawEventId), nobodys: nobodys.length };
  }

  it('is told from those that name a user, a connection or an upload, where it waits', async () => {
    const { ids, nobodys } = await rows(OLD);
    const seen = await readUnowned(env.DB, 'unowned_waiting', (ids[0] ?? 0) - 1, NOW_MS, MANY);
    expect(seen.map(({ id, is_nobodys }) => [id, is_nobodys])).toEqual(
      ids.map((id, place) => [id, place < nobodys ? 1 : 0]),
    );
  });

  it('and where it was processed', async () => {
    const { ids, nobodys } = await rows({ ...OLD, ...PROCESSED });
    const seen = await readUnowned(env.DB, 'unowned_processed', (ids[0] ?? 0) - 1, NOW_MS, MANY);
    // One of them is owned.
    expect(seen.map(({ is_nobodys }) => is_nobodys)).toEqual([1, 1, 1, 0, 0, 0, 0]);
    expect(seen.slice(0, nobodys).map(({ id }) => id)).toEqual(ids.slice(0, nobodys));
  });

  it('is deleted by its id, and no other that is somebody’s by now', async () => {
    const { ids, nobodys } = await rows({ ...OLD, ...PROCESSED });
    const [kept = 0] = await insertRaw({ ...OLD, ...PROCESSED });
    const deleted = await allRows<{ id: number }>(env.DB, deleteUnownedStatement(ids));
    expect(deleted.map(({ id }) => id).toSorted((a, b) => a - b)).toEqual(ids.slice(0, nobodys));
    const { results } = await env.DB.prepare('select id from raw_events where id >= ? order by id')
      .bind(ids[0] ?? 0)
      .all<{ id: number }>();
    expect(results.map(({ id }) => id)).toEqual([...ids.slice(nobodys), kept]);
  });

  it('is old from its time on, and is read in its place alone, after the last one', async () => {
    const young = { received_at: sqliteTime(NOW_MS - UNOWNED_EVENTS_KEPT_MS) };
    const [first = 0, ...rest] = await insertRaw(OLD, young, { ...OLD, ...PROCESSED }, OLD);
    const seen = async (place: 'unowned_waiting' | 'unowned_processed', after: number, limit = MANY) =>
      (await readUnowned(env.DB, place, after, NOW_MS, limit)).map(({ id, is_old }) => [id, is_old]);
    expect(await seen('unowned_waiting', first)).toEqual([
      [rest[0], 0],
      [rest[2], 1],
    ]);
    expect(await seen('unowned_waiting', first - 1, 1)).toEqual([[first, 1]]);
    expect(await seen('unowned_processed', first)).toEqual([[rest[1], 1]]);
  });
});

it('whose tombstones go syncs in full, and nobody else does', async () => {
  const [who, other] = [await somebody(), await somebody()];
  const day = (days: number) => isoTime(NOW_MS - TOMBSTONES_KEPT_MS - days * DAY_MS);
  const deleted = [
    [who.user, day(3)],
    [who.user, day(2)],
    [who.user, day(0)],
    [other.user, day(0)],
  ] as const;
  await env.DB.batch(
    deleted.map(([user, at]) =>
      env.DB.prepare(
        "insert into tombstones(user_id, table_name, key, deleted_at) values (?1, 'activities', ?2, ?2)",
      ).bind(user, at),
    ),
  );
  expect(await deleteAged(env.DB, 'tombstones', NOW_MS, MANY)).toBe(2);
  const fullSync = (user: string) =>
    env.DB.prepare('select full_sync_before from users where id = ?').bind(user).first('full_sync_before');
  expect(await fullSync(who.user)).toBe(day(2));
  expect(await fullSync(other.user)).toBeNull();
});
