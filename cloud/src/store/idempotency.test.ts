import { env } from 'cloudflare:test';
import { beforeEach, describe, expect, it } from 'vitest';
import { newUser } from '../../test/support/stack.ts';
import { asUserId } from '../ids.ts';
import { IDEMPOTENCY_CLAIM_LIFE_MS, IDEMPOTENCY_LIFE_MS, IDEMPOTENCY_PURGE_ROWS } from '../limits.ts';
import { claimKey, type KeyedRequest, releaseKey, writeAnswer } from './idempotency.ts';

const NOW_MS = Date.UTC(2026, 2, 1, 12);
const ANSWER = { status: 201, body: '{"id":1}' };

/** Claims past their life are purged whoever made them: a test begins with none. */
beforeEach(async () => {
  await env.DB.prepare('delete from idempotency_keys').run();
});

/** A request of a new person, or one that differs from another in a single thing. */
async function request(columns: Partial<KeyedRequest> = {}): Promise<KeyedRequest> {
  const { userId = asUserId(newUser()), key = 'key', requestHash = 'hash' } = columns;
  await env.DB.prepare('insert or ignore into users(id) values (?)').bind(userId).run();
  return { userId, key, requestHash, claim: crypto.randomUUID() };
}

/** Claims so many milliseconds before now. */
const claim = (one: KeyedRequest, agoMs = 0) => claimKey(env.DB, one, NOW_MS - agoMs);

const rowOf = ({ userId, key }: KeyedRequest) =>
  env.DB.prepare('select claim, status, body from idempotency_keys where user_id = ? and key = ?')
    .bind(userId, key)
    .first<Record<string, unknown>>();

describe('a key', () => {
  it('is of one person: another one and another key are as new', async () => {
    const first = await request();
    expect(await claim(first)).toEqual({ state: 'taken' });
    expect(await claim(await request())).toEqual({ state: 'taken' });
    expect(await claim(await request({ userId: first.userId, key: 'other' }))).toEqual({ state: 'taken' });
    expect(await rowOf(first)).toEqual({ claim: first.claim, status: null, body: null });
  });

  it('whose request has no answer yet is running, as long as that may live', async () => {
    const first = await request();
    await claim(first, IDEMPOTENCY_CLAIM_LIFE_MS - 1);
    expect(await claim(await request(first))).toEqual({ state: 'running' });
    expect(await rowOf(first)).toMatchObject({ claim: first.claim });
  });

  it('whose request must have died goes to the next equal one', async () => {
    const first = await request();
    await claim(first, IDEMPOTENCY_CLAIM_LIFE_MS);
    const next = await request(first);
    expect(await claim(next)).toEqual({ state: 'taken' });
    expect(await rowOf(first)).toMatchObject({ claim: next.claim });
  });

  it('whose request must have died does not go to another one', async () => {
    const first = await request();
    await claim(first, IDEMPOTENCY_CLAIM_LIFE_MS);
    expect(await claim(await request({ ...first, requestHash: 'other' }))).toEqual({
      state: 'other_request',
    });
    expect(await rowOf(first)).toMatchObject({ claim: first.claim });
  });

  it('that was answered gives its answer for its whole life, and is as absent after it', async () => {
    const first = await request();
    await claim(first, IDEMPOTENCY_LIFE_MS - 1);
    await writeAnswer(env.DB, first, ANSWER);
    expect(await claim(await request(first))).toEqual({ state: 'answered', ...ANSWER });
    expect(await claim(await request({ ...first, requestHash: 'other' }), -1)).toEqual({ state: 'taken' });
  });

  it('past its life is as absent where the purge has not come to it yet', async () => {
    const older: KeyedRequest[] = [];
    for (let one = 0; one < IDEMPOTENCY_PURGE_ROWS; one += 1) older.push(await request());
    for (const one of older) await claim(one, IDEMPOTENCY_LIFE_MS + 1);
    const last = await request();
    await claim(last, IDEMPOTENCY_LIFE_MS);
    await writeAnswer(env.DB, last, ANSWER);
    const next = await request({ ...last, requestHash: 'other' });
    expect(await claim(next)).toEqual({ state: 'taken' });
    expect(await rowOf(last)).toEqual({ claim: next.claim, status: null, body: null });
    expect(await Promise.all(older.map(rowOf))).toEqual(older.map(() => null));
  });

  it('that is not past its life stays when others are purged', async () => {
    const [past, alive] = [await request(), await request()];
    await claim(past, IDEMPOTENCY_LIFE_MS);
    await claim(alive, IDEMPOTENCY_LIFE_MS - 1);
    await claim(await request());
    expect(await rowOf(past)).toBeNull();
    expect(await rowOf(alive)).toMatchObject({ claim: alive.claim });
  });
});

describe('the end of a claim', () => {
  /** A claim, and those that differ from it in one thing each: they are of another person and under another key. */
  async function claims(): Promise<{ own: KeyedRequest; others: readonly KeyedRequest[] }> {
    const own = await request();
    const others = [
      { ...(await request()), claim: own.claim },
      { ...own, key: 'other' },
    ];
    for (const one of [own, ...others]) await claim(one);
    return { own, others };
  }

  const running = (one: KeyedRequest) => ({ claim: one.claim, status: null, body: null });

  it('is the answer of its own request and of no other', async () => {
    const { own, others } = await claims();
    await writeAnswer(env.DB, own, ANSWER);
    expect(await rowOf(own)).toEqual({ claim: own.claim, ...ANSWER });
    expect(await Promise.all(others.map(rowOf))).toEqual(others.map(running));
  });

  it('is the release of its own key and of no other', async () => {
    const { own, others } = await claims();
    await releaseKey(env.DB, own);
    expect(await rowOf(own)).toBeNull();
    expect(await Promise.all(others.map(rowOf))).toEqual(others.map(running));
  });

  it('does nothing to a claim that another request took over', async () => {
    const first = await request();
    await claim(first, IDEMPOTENCY_CLAIM_LIFE_MS);
    const next = await request(first);
    await claim(next);
    await writeAnswer(env.DB, first, ANSWER);
    await releaseKey(env.DB, first);
    expect(await rowOf(first)).toEqual(running(next));
  });
});
