import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { type Columns, insertPerson, insertRow, markErased, markErasing } from '../../test/support/rows.ts';
import { newUser } from '../../test/support/stack.ts';
import { isoTime } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { RULES_VERSION } from '../fold/rules-version.ts';
import { asUserId } from '../ids.ts';
import { HOUR_MS, SESSION_USE_NOTED_MS } from '../limits.ts';
import { admitPerson, claimReconciliation, isPerson } from './users.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const NOW = isoTime(NOW_MS);
const EPOCH = isoTime(0);
const hour = (hours: number) => isoTime(NOW_MS + hours * HOUR_MS);

const person = (columns: Columns = {}) => insertPerson({ email: 'known@amy.test', ...columns });

type Token = { readonly sessionId?: string; readonly email?: string; readonly issuedAtMs?: number };

/** Comes with a token that was issued now, of no session and without an email. */
const admit = (user: string, { sessionId, email, issuedAtMs = NOW_MS }: Token = {}) =>
  admitPerson(
    env.DB,
    { userId: asUserId(user), sessionId: sessionId ?? null, email: email ?? null, issuedAtMs },
    NOW_MS,
  );

const rowOf = (user: string) =>
  env.DB.prepare('select email, rules, tokens_after, clock from users where id = ?')
    .bind(user)
    .first<Record<string, unknown>>();
const markOf = (user: string) =>
  env.DB.prepare('select erased_at from erased_subjects where subject_hash = ?')
    .bind(sha256Hex(user))
    .first('erased_at');

const ADMITTED = { state: 'admitted', isUseDue: false };
const ERASED = { state: 'refused', reason: 'erased' };
const ENDED = { state: 'refused', reason: 'session_ended' };

describe('who was never here', () => {
  it('is let in and known from then on, whoever else was erased', async () => {
    const [user, erased] = [newUser(), newUser()];
    await markErased(erased, hour(1));
    await markErasing(erased);
    expect(await admit(user, { email: 'new@amy.test' })).toEqual(ADMITTED);
    expect(await rowOf(user)).toEqual({
      email: 'new@amy.test',
      rules: RULES_VERSION,
      tokens_after: null,
      clock: EPOCH,
    });
    expect(await markOf(erased)).toBe(hour(1));
  });

  it('gets an email from the first token that has one, and keeps it', async () => {
    const user = newUser();
    const emailAfter = async (token: Token) => {
      expect(await admit(user, token)).toEqual(ADMITTED);
      return (await rowOf(user))?.email;
    };
    expect(await emailAfter({})).toBe('');
    expect(await emailAfter({ email: 'first@amy.test' })).toBe('first@amy.test');
    expect(await emailAfter({ email: 'second@amy.test' })).toBe('first@amy.test');
  });
});

describe('who was erased', () => {
  it('comes back with a token of after the erasure, and no older one is any good then', async () => {
    const [user, other] = [newUser(), newUser()];
    await markErased(user, hour(-1));
    await markErased(other, hour(-1));
    expect(await admit(user)).toEqual(ADMITTED);
    expect(await rowOf(user)).toMatchObject({ tokens_after: hour(-1), clock: hour(-1) });
    expect([await markOf(user), await markOf(other)]).toEqual([null, hour(-1)]);
    expect(await admit(user, { issuedAtMs: NOW_MS - HOUR_MS })).toEqual(ERASED);
    expect(await admit(user, { issuedAtMs: NOW_MS - HOUR_MS + 1 })).toEqual(ADMITTED);
  });

  it('stays out with a token of the erasure or of before', async () => {
    for (const erasedAt of [NOW, hour(1)]) {
      const user = newUser();
      await markErased(user, erasedAt);
      expect(await admit(user)).toEqual(ERASED);
      expect([await rowOf(user), await markOf(user)]).toEqual([null, erasedAt]);
    }
  });

  it('stays out while the erasure goes on, and nothing is written of them', async () => {
    const user = newUser();
    await markErased(user, hour(-1));
    await markErasing(user);
    expect(await admit(user)).toEqual(ERASED);
    expect([await rowOf(user), await markOf(user)]).toEqual([null, hour(-1)]);
  });

  it('and is there again keeps the email they have', async () => {
    const user = await person();
    await markErased(user, hour(-1));
    expect(await admit(user, { email: 'other@amy.test' })).toEqual(ADMITTED);
    expect([(await rowOf(user))?.email, await markOf(user)]).toEqual(['known@amy.test', null]);
  });
});

describe('a token of a session', () => {
  async function session(user: string, columns: Columns = {}): Promise<string> {
    const id = crypto.randomUUID();
    await insertRow('sessions', {
      id,
      user_id: user,
      client: 'phone',
      created_at: hour(-2),
      last_used_at: NOW,
      expires_at: hour(1),
      ...columns,
    });
    return id;
  }

  it('needs it to be theirs and alive', async () => {
    const [user, other] = [await person(), await person()];
    expect(await admit(user, { sessionId: await session(user) })).toEqual(ADMITTED);
    for (const sessionId of [
      'none',
      await session(other),
      await session(user, { revoked_at: hour(-1) }),
      await session(user, { expires_at: NOW }),
    ]) {
      expect(await admit(user, { sessionId })).toEqual(ENDED);
    }
  });

  it('says when its use is to be noted', async () => {
    const user = await person();
    const due = isoTime(NOW_MS - SESSION_USE_NOTED_MS);
    const notDue = isoTime(NOW_MS - SESSION_USE_NOTED_MS + 1);
    const isUseDue = async (last_used_at: string) =>
      admit(user, { sessionId: await session(user, { last_used_at }) });
    expect(await isUseDue(due)).toEqual({ state: 'admitted', isUseDue: true });
    expect(await isUseDue(notDue)).toEqual(ADMITTED);
  });
});

it('a comparison with Terra’s list is claimed once the last one is old enough, by one person for themselves', async () => {
  const [never, old, lately, other] = [
    await person(),
    await person({ reconciled_at: hour(-2) }),
    await person({ reconciled_at: hour(-1) }),
    await person(),
  ];
  const claim = (user: string) =>
    claimReconciliation(env.DB, asUserId(user), {
      now: isoTime(NOW_MS),
      before: isoTime(NOW_MS - 2 * HOUR_MS),
    });
  expect([await claim(never), await claim(old), await claim(lately)]).toEqual([true, true, false]);
  expect([await claim(never), await claim(newUser())]).toEqual([false, false]);
  const { results } = await env.DB.prepare('select id, reconciled_at from users where id in (?, ?, ?, ?)')
    .bind(never, old, lately, other)
    .all<{ id: string; reconciled_at: string | null }>();
  expect(Object.fromEntries(results.map(({ id, reconciled_at }) => [id, reconciled_at]))).toEqual({
    [never]: NOW,
    [old]: NOW,
    [lately]: hour(-1),
    [other]: null,
  });
});

it('a person is who has a row, and not what a rebuild makes of one', async () => {
  const user = await person();
  const shadow = await person({ rebuild_of: user });
  expect(await isPerson(env.DB, asUserId(user))).toBe(true);
  expect(await isPerson(env.DB, asUserId(shadow))).toBe(false);
  expect(await isPerson(env.DB, newUser())).toBe(false);
});
