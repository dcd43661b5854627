import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { type Columns, insertPerson, insertRow, markErased } from '../../test/support/rows.ts';
import { newUser } from '../../test/support/stack.ts';
import { isoTime } from '../clock.ts';
import { asUserId } from '../ids.ts';
import { DAY_MS, DEVICE_LOGIN_KEPT_MS, DEVICE_LOGINS_SWEPT, MINUTE_MS } from '../limits.ts';
import {
  decideDeviceLogin,
  pollDeviceLogin,
  readUndecidedLogin,
  redeemDeviceLogin,
  writeDeviceLogin,
} from './device-logins.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const NOW = isoTime(NOW_MS);
const minute = (minutes: number) => isoTime(NOW_MS + minutes * MINUTE_MS);
const day = (days: number) => isoTime(NOW_MS + days * DAY_MS);

type Login = { readonly hash: string; readonly code: string };

/** A login that began a minute ago and waits to be decided, unless its columns say otherwise. */
async function login(columns: Columns = {}): Promise<Login> {
  const [hash, code] = [crypto.randomUUID(), crypto.randomUUID()];
  await insertRow('device_logins', {
    device_code_hash: hash,
    user_code: code,
    client: 'phone',
    created_at: minute(-1),
    expires_at: minute(9),
    interval_s: 5,
    ...columns,
  });
  return { hash, code };
}

async function session(user: string, columns: Columns = {}): Promise<string> {
  const id = crypto.randomUUID();
  await insertRow('sessions', {
    id,
    user_id: user,
    client: 'laptop',
    created_at: day(-1),
    last_used_at: day(-1),
    expires_at: day(10),
    ends_at: day(80),
    ...columns,
  });
  return id;
}

const rowOf = ({ hash }: Login) =>
  env.DB.prepare('select * from device_logins where device_code_hash = ?')
    .bind(hash)
    .first<Record<string, unknown>>();

describe('a login that begins', () => {
  const begin = (code: string, hash = crypto.randomUUID()) =>
    writeDeviceLogin(env.DB, {
      deviceCodeHash: hash,
      userCode: code,
      client: 'watch',
      nowMs: NOW_MS,
      expiresMs: NOW_MS + 10 * MINUTE_MS,
      intervalSeconds: 5,
    });

  it('is stored unless its code is taken, and leaves the one that has it', async () => {
    const [taken, hash, code] = [await login(), crypto.randomUUID(), crypto.randomUUID()];
    expect([await begin(taken.code), await begin(code, hash)]).toEqual([false, true]);
    expect(await rowOf(taken)).toMatchObject({ client: 'phone' });
    expect(await rowOf({ hash, code })).toMatchObject({
      user_code: code,
      client: 'watch',
      created_at: NOW,
      expires_at: minute(10),
      interval_s: 5,
      decision: null,
    });
  });

  it('sweeps a number of those that ended long ago, the oldest first, and none that ended lately', async () => {
    await env.DB.prepare('delete from device_logins').run();
    const keptFrom = NOW_MS - DEVICE_LOGIN_KEPT_MS;
    const lately = await login({ expires_at: isoTime(keptFrom) });
    await begin(crypto.randomUUID());
    expect(await rowOf(lately)).not.toBeNull();
    const old: Login[] = [];
    for (let age = 1; age <= DEVICE_LOGINS_SWEPT + 1; age += 1) {
      old.push(await login({ expires_at: isoTime(keptFrom - age) }));
    }
    await begin(crypto.randomUUID());
    const rows = await Promise.all([lately, ...old].map(rowOf));
    expect(rows.map((row) => row !== null)).toEqual([true, true, ...old.slice(1).map(() => false)]);
  });
});

describe('a poll', () => {
  const poll = ({ hash }: Login, atMs = NOW_MS) => pollDeviceLogin(env.DB, hash, atMs);

  it('answers the login of its code as it was before, and notes the poll of it alone', async () => {
    const [one, other] = [await login({ client: 'one' }), await login({ client: 'other' })];
    expect(await poll(one)).toEqual({
      client: 'one',
      created_at: minute(-1),
      expires_at: minute(9),
      polled_at: null,
      interval_s: 5,
      user_id: null,
      decision: null,
      redeemed_at: null,
    });
    expect(await rowOf(one)).toMatchObject({ polled_at: NOW, interval_s: 5 });
    expect(await rowOf(other)).toMatchObject({ polled_at: null });
    expect((await poll(other))?.client).toBe('other');
    expect(await poll({ hash: 'none', code: '' })).toBeNull();
  });

  it('that comes before its time asks for more of it from then on', async () => {
    const polled = await login({ polled_at: NOW });
    await poll(polled, NOW_MS + 4_999);
    expect(await rowOf(polled)).toMatchObject({ polled_at: isoTime(NOW_MS + 4_999), interval_s: 10 });
    await poll(polled, NOW_MS + 14_999);
    expect(await rowOf(polled)).toMatchObject({ polled_at: isoTime(NOW_MS + 14_999), interval_s: 10 });
  });

  it('of a login that is decided or past its end is answered and not noted', async () => {
    const [decided, ended] = [await login({ decision: 'denied' }), await login({ expires_at: NOW })];
    expect((await poll(decided))?.decision).toBe('denied');
    expect((await poll(ended))?.expires_at).toBe(NOW);
    expect([await rowOf(decided), await rowOf(ended)]).toMatchObject([
      { polled_at: null },
      { polled_at: null },
    ]);
  });
});

describe('an approved login', () => {
  const approved = (user: string, columns: Columns = {}) =>
    login({ user_id: user, decision: 'approved', approved_with: 'token', ...columns });

  /** Redeems it for somebody; answers the session, as its row says it, or null where none came of it. */
  async function redeem(user: string, { hash }: Login): Promise<Record<string, unknown> | null> {
    const id = crypto.randomUUID();
    const until = await redeemDeviceLogin(env.DB, {
      id,
      userId: asUserId(user),
      deviceCodeHash: hash,
      nowMs: NOW_MS,
      expiresMs: NOW_MS + 30 * DAY_MS,
      endsMs: NOW_MS + 90 * DAY_MS,
    });
    const row = await env.DB.prepare('select * from sessions where id = ?')
      .bind(id)
      .first<Record<string, unknown>>();
    expect(row?.expires_at ?? null).toBe(until);
    return row;
  }

  /** Nothing comes of it, and it is not taken for redeemed either. */
  async function expectRefused(user: string, one: Login): Promise<void> {
    const before = await rowOf(one);
    expect(await redeem(user, one)).toBeNull();
    expect(await rowOf(one)).toEqual(before);
  }

  it('becomes a session of its person once, and no other login does', async () => {
    const user = await insertPerson();
    const [one, other] = [await approved(user), await approved(user)];
    expect(await redeem(user, one)).toMatchObject({
      user_id: user,
      client: 'phone',
      created_at: NOW,
      last_used_at: NOW,
      expires_at: day(30),
      ends_at: day(90),
      revoked_at: null,
      approved_by: null,
      approved_with: 'token',
    });
    expect(await rowOf(one)).toMatchObject({ redeemed_at: NOW });
    expect(await rowOf(other)).toMatchObject({ redeemed_at: null });
    await expectRefused(user, one);
  });

  it('ends no later than the session that approved it', async () => {
    const user = await insertPerson();
    const approver = await session(user);
    const one = await approved(user, { approved_by: approver, approved_with: 'session' });
    expect(await redeem(user, one)).toMatchObject({ expires_at: day(10), approved_by: approver });
  });

  it('of an unknown code, of somebody else, denied, undecided, redeemed or past its end is refused', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    await approved(user);
    expect(await redeem(user, { hash: 'none', code: '' })).toBeNull();
    await expectRefused(user, await approved(other));
    await expectRefused(user, await approved(user, { decision: 'denied' }));
    await expectRefused(user, await approved(user, { decision: null }));
    await expectRefused(user, await approved(user, { redeemed_at: minute(-1) }));
    await expectRefused(user, await approved(user, { expires_at: NOW }));
  });

  it('is refused once the session that approved it has ended or is gone, or was never theirs', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    const refusedUnder = async (approver: string) =>
      expectRefused(user, await approved(user, { approved_by: approver }));
    await refusedUnder(await session(user, { revoked_at: minute(-1) }));
    await refusedUnder(await session(user, { expires_at: NOW }));
    await refusedUnder(await session(other));
    await refusedUnder('gone');
  });

  it('is refused to somebody who was erased meanwhile, and to nobody else', async () => {
    const [erased, user] = [await insertPerson(), await insertPerson()];
    await markErased(erased, NOW);
    await expectRefused(erased, await approved(erased));
    expect(await redeem(user, await approved(user))).not.toBeNull();
  });

  it('takes the sessions of its person with it that have ended, and none that is alive or another’s', async () => {
    const [user, other] = [await insertPerson(), await insertPerson()];
    const ended = [await session(user, { expires_at: NOW }), await session(user, { revoked_at: minute(-1) })];
    const kept = [await session(user), await session(other, { revoked_at: minute(-1) })];
    await redeem(user, await approved(user));
    const there = await env.DB.prepare('select id from sessions where id in (?, ?, ?, ?)')
      .bind(...ended, ...kept)
      .all<{ id: string }>();
    expect(there.results.map(({ id }) => id).toSorted()).toEqual(kept.toSorted());
  });
});

it('a login is shown by its code while nobody has decided it and it has not ended', async () => {
  const [one, other] = [await login({ client: 'one' }), await login({ client: 'other' })];
  const decided = await login({ decision: 'approved' });
  const ended = await login({ expires_at: NOW });
  const shown = (code: string) => readUndecidedLogin(env.DB, code, NOW_MS);
  expect(await shown(one.code)).toEqual({
    client: 'one',
    created_at: minute(-1),
    expires_at: minute(9),
  });
  expect((await shown(other.code))?.client).toBe('other');
  for (const code of [decided.code, ended.code, 'none']) expect(await shown(code)).toBeNull();
});

describe('a decision', () => {
  const decide = (user: string, { code }: Login) =>
    decideDeviceLogin(env.DB, {
      userCode: code,
      userId: asUserId(user),
      decision: 'approved',
      sessionId: 'of-the-laptop',
      approvedWith: 'session',
      nowMs: NOW_MS,
    });

  it('is bound to the login of its code alone', async () => {
    const user = await insertPerson();
    const [one, other] = [await login({ client: 'one' }), await login({ client: 'other' })];
    expect(await decide(user, one)).toEqual({ client: 'one' });
    expect(await rowOf(one)).toMatchObject({
      user_id: user,
      decision: 'approved',
      approved_by: 'of-the-laptop',
      approved_with: 'session',
    });
    expect(await rowOf(other)).toMatchObject({ user_id: null, decision: null });
    expect(await decide(user, { hash: '', code: 'none' })).toBeNull();
  });

  it('is taken neither twice, nor after the end, nor of somebody who is unknown', async () => {
    const [user, first] = [await insertPerson(), await insertPerson()];
    const decided = await login({ user_id: first, decision: 'denied' });
    const [ended, open] = [await login({ expires_at: NOW }), await login()];
    expect(await decide(user, decided)).toBeNull();
    expect(await decide(user, ended)).toBeNull();
    expect(await decide(newUser(), open)).toBeNull();
    const rows = await Promise.all([decided, ended, open].map(rowOf));
    expect(rows.map((row) => [row?.user_id, row?.decision])).toEqual([
      [first, 'denied'],
      [null, null],
      [null, null],
    ]);
  });
});
