import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { type Columns, insertPerson, insertRow, markErased } from '../../test/support/rows.ts';
import { isoTime } from '../clock.ts';
import { asUserId } from '../ids.ts';
import { DAY_MS } from '../limits.ts';
import {
  extendSession,
  readAliveSessions,
  renameSession,
  revokeSession,
  type SessionPosition,
  writeSessionUse,
} from './sessions.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const NOW = isoTime(NOW_MS);
const day = (days: number) => isoTime(NOW_MS + days * DAY_MS);

/** A session that began a day ago and lives for ten more days, unless its columns say otherwise; answers its id. */
async function session(user: string, columns: Columns = {}): Promise<string> {
  const id = crypto.randomUUID();
  await insertRow('sessions', {
    id,
    user_id: user,
    client: 'phone',
    created_at: day(-1),
    last_used_at: day(-1),
    expires_at: day(10),
    ends_at: day(80),
    revoked_at: null,
    ...columns,
  });
  return String(columns.id ?? id);
}

const rowOf = (id: string) =>
  env.DB.prepare('select * from sessions where id = ?').bind(id).first<Record<string, unknown>>();

/** A column of several sessions, in their order. */
async function told(column: string, ids: readonly string[]): Promise<readonly unknown[]> {
  return (await Promise.all(ids.map(rowOf))).map((row) => row?.[column]);
}

describe('the sessions a person sees', () => {
  async function seen(
    user: string,
    after: SessionPosition | null = null,
    limit = 10,
  ): Promise<readonly string[]> {
    const page = await readAliveSessions(env.DB, asUserId(user), NOW_MS, { after, limit });
    return page.map(({ id }) => id);
  }

  it('are theirs, and neither revoked nor past their end', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    const alive = await session(user);
    await session(other);
    await session(user, { revoked_at: day(-1) });
    await session(user, { expires_at: NOW });
    expect(await seen(user)).toEqual([alive]);
  });

  it('come page by page, the newest first and those of one moment by their id', async () => {
    const user = await insertPerson();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => `${name}-${user}`) as [string, string, string];
    const oldest = await session(user, { created_at: day(-3) });
    for (const id of [b, c, a]) await session(user, { id, created_at: day(-2) });
    const newest = await session(user);
    expect(await seen(user)).toEqual([newest, a, b, c, oldest]);
    expect(await seen(user, null, 2)).toEqual([newest, a]);
    expect(await seen(user, [day(-2), a])).toEqual([b, c, oldest]);
    expect(await seen(user, [day(-2), c])).toEqual([oldest]);
    expect(await seen(user, [day(-3), oldest])).toEqual([]);
  });

  it('say what approved them, and nothing of what another person’s session calls itself', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    const approver = await session(user, { client: 'laptop', created_at: day(-2), revoked_at: day(-1) });
    const theirs = await session(other, { client: 'secret' });
    await session(user, { id: `1-${user}`, approved_by: approver });
    await session(user, { id: `2-${user}`, approved_by: theirs });
    await session(user, { id: `3-${user}`, approved_by: 'gone' });
    const page = await readAliveSessions(env.DB, asUserId(user), NOW_MS, { after: null, limit: 10 });
    expect(page.map((one) => [one.approved_by, one.approved_by_client])).toEqual([
      [approver, 'laptop'],
      [theirs, null],
      ['gone', null],
    ]);
  });
});

describe('signing a session out', () => {
  const end = (user: string, id: string) => revokeSession(env.DB, asUserId(user), id, NOW_MS);

  it('ends it and all that came of it, and no other', async () => {
    const user = await insertPerson();
    const root = await session(user);
    const child = await session(user, { approved_by: root });
    const grandchild = await session(user, { approved_by: child });
    const [sibling, parent] = [await session(user), await session(user)];
    await env.DB.prepare('update sessions set approved_by = ? where id = ?').bind(parent, root).run();
    expect((await end(user, root)).toSorted()).toEqual([root, child, grandchild].toSorted());
    expect(await told('revoked_at', [root, child, grandchild, sibling, parent])).toEqual([
      NOW,
      NOW,
      NOW,
      null,
      null,
    ]);
  });

  it('does nothing to another person’s session, nor to one of theirs that comes of this one', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    const [own, theirs] = [await session(user), await session(other)];
    const strange = await session(other, { approved_by: own });
    expect(await end(user, theirs)).toEqual([]);
    expect(await end(user, own)).toEqual([own]);
    expect(await told('revoked_at', [theirs, strange])).toEqual([null, null]);
  });

  it('does nothing where it has ended, whatever came of it', async () => {
    const user = await insertPerson();
    for (const ended of [{ revoked_at: day(-1) }, { expires_at: NOW }]) {
      const root = await session(user, ended);
      const child = await session(user, { approved_by: root });
      expect(await end(user, root)).toEqual([]);
      expect(await told('revoked_at', [child])).toEqual([null]);
    }
  });

  it('leaves what had ended as it was, and ends what came of that', async () => {
    const user = await insertPerson();
    const root = await session(user);
    const revoked = await session(user, { approved_by: root, revoked_at: day(-1) });
    const expired = await session(user, { approved_by: root, expires_at: NOW });
    const below = [
      await session(user, { approved_by: revoked }),
      await session(user, { approved_by: expired }),
    ];
    expect((await end(user, root)).toSorted()).toEqual([root, ...below].toSorted());
    expect(await told('revoked_at', [revoked, expired, ...below])).toEqual([day(-1), null, NOW, NOW]);
  });
});

it('a person gives a name to one session of theirs that is alive', async () => {
  const [user, other] = [await insertPerson(), await insertPerson()];
  const [one, sibling, theirs, revoked, expired] = [
    await session(user),
    await session(user),
    await session(other),
    await session(user, { revoked_at: day(-1) }),
    await session(user, { expires_at: NOW }),
  ];
  const answers: boolean[] = [];
  for (const id of [one, theirs, revoked, expired, 'none']) {
    answers.push(await renameSession(env.DB, asUserId(user), id, 'watch', NOW_MS));
  }
  expect(answers).toEqual([true, false, false, false, false]);
  expect(await told('client', [one, sibling, theirs, revoked, expired])).toEqual([
    'watch',
    'phone',
    'phone',
    'phone',
    'phone',
  ]);
});

describe('a refreshed session', () => {
  const WANTED_MS = NOW_MS + 30 * DAY_MS;
  const extend = (user: string, id: string) => extendSession(env.DB, asUserId(user), id, NOW_MS, WANTED_MS);

  it('lives for longer, and no other one does', async () => {
    const user = await insertPerson();
    const [one, sibling] = [await session(user), await session(user)];
    expect(await extend(user, one)).toBe(WANTED_MS);
    expect(await rowOf(one)).toMatchObject({ expires_at: day(30), last_used_at: NOW });
    expect(await rowOf(sibling)).toMatchObject({ expires_at: day(10), last_used_at: day(-1) });
  });

  it('lives neither past its own end nor past the session that approved it', async () => {
    const user = await insertPerson();
    const approver = await session(user, { expires_at: day(20) });
    const approved = await session(user, { approved_by: approver });
    const endsSoon = await session(user, { ends_at: day(15) });
    expect(await extend(user, approved)).toBe(NOW_MS + 20 * DAY_MS);
    expect(await extend(user, endsSoon)).toBe(NOW_MS + 15 * DAY_MS);
  });

  it('is none of another person, and none that has ended', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    const ids = [
      await session(other),
      await session(user, { revoked_at: day(-1) }),
      await session(user, { expires_at: NOW }),
    ];
    for (const id of [...ids, 'none']) expect(await extend(user, id)).toBeNull();
    expect(await told('last_used_at', ids)).toEqual([day(-1), day(-1), day(-1)]);
  });

  it('is none whose approver has ended or is gone', async () => {
    const user = await insertPerson();
    const [revoked, expired] = [
      await session(user, { revoked_at: day(-1) }),
      await session(user, { expires_at: NOW }),
    ];
    for (const approver of [revoked, expired, 'gone']) {
      const approved = await session(user, { approved_by: approver });
      expect(await extend(user, approved)).toBeNull();
      expect(await told('expires_at', [approved])).toEqual([day(10)]);
    }
  });

  it('is none of an erased person, whose mark says nothing of anybody else', async () => {
    const [erased, user] = [await insertPerson(), await insertPerson()];
    const [gone, stays] = [await session(erased), await session(user)];
    await markErased(erased, NOW);
    expect(await extend(erased, gone)).toBeNull();
    expect(await extend(user, stays)).toBe(WANTED_MS);
  });
});

it('the use of a session is noted of it alone, and never as earlier than it was', async () => {
  const user = await insertPerson();
  const [used, later, sibling] = [
    await session(user),
    await session(user, { last_used_at: day(1) }),
    await session(user),
  ];
  await writeSessionUse(env.DB, used, NOW_MS);
  await writeSessionUse(env.DB, later, NOW_MS);
  expect(await told('last_used_at', [used, later, sibling])).toEqual([NOW, day(1), day(-1)]);
});
