import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { PersonApp } from '../app-env.ts';
import { isoTime } from '../clock.ts';
import { sha256Hex } from '../digest.ts';
import { asUserId } from '../ids.ts';
import { HOUR_MS, SESSION_USE_NOTED_MS } from '../limits.ts';
import { issueAmyToken } from '../sign-in/amy-token.ts';
import { bearer } from './bearer.ts';
import { ask, refusalOf, smallApp } from './small-app.fixture.ts';

const app = smallApp<PersonApp>()
  .use(bearer)
  .get('/', (c) =>
    c.json({ userId: c.get('userId'), sessionId: c.get('sessionId'), signedInBy: c.get('signedInBy') }),
  );

const asWhom = (authorization: string) => ask(app, '/', { headers: { authorization } });

/** A person with a session, last used when said, and a token of it. */
async function signedIn(lastUsedMs = Date.now()) {
  const userId = asUserId(`user_${crypto.randomUUID()}`);
  const sessionId = crypto.randomUUID();
  const nowMs = Date.now();
  await env.DB.batch([
    env.DB.prepare('insert into users(id) values (?1)').bind(userId),
    env.DB.prepare(
      `insert into sessions(id, user_id, client, created_at, last_used_at, expires_at)
values (?1, ?2, 'laptop', ?3, ?3, ?4)`,
    ).bind(sessionId, userId, isoTime(lastUsedMs), isoTime(nowMs + HOUR_MS)),
  ]);
  const grant = { userId, sessionId, nowMs, lifeSeconds: 3_600 };
  return { userId, sessionId, token: await issueAmyToken(grant, env.AMY_JWT_SECRET) };
}

async function lastUse(sessionId: string): Promise<number> {
  const stored = env.DB.prepare('select last_used_at from sessions where id = ?1').bind(sessionId);
  return Date.parse(String(await stored.first('last_used_at')));
}

describe('a person with a token', () => {
  it('is let in, and the route knows who they are and under which session', async () => {
    const { userId, sessionId, token } = await signedIn();
    const response = await asWhom(`Bearer ${token}`);
    expect(await response.json()).toEqual({ userId, sessionId, signedInBy: 'amy' });
  });

  it('is let in however the scheme is written', async () => {
    const { token } = await signedIn();
    expect((await asWhom(`bEARER ${token}`)).status).toBe(200);
  });

  it('whose session was used long ago: the use is noted', async () => {
    const before = Date.now() - SESSION_USE_NOTED_MS - 1_000;
    const { sessionId, token } = await signedIn(before);
    await asWhom(`Bearer ${token}`);
    expect(await lastUse(sessionId)).toBeGreaterThan(before);
  });

  it('whose session was just used: nothing is written', async () => {
    const before = Date.now() - 1_000;
    const { sessionId, token } = await signedIn(before);
    await asWhom(`Bearer ${token}`);
    expect(await lastUse(sessionId)).toBe(before);
  });
});

describe('nobody is let in', () => {
  it.each(['', 'Bearer', 'Bearer ', 'Basic YW5hOmFuYQ==', 'Bearer no-token'])(
    'by %j',
    async (authorization) => {
      expect(await refusalOf(await asWhom(authorization))).toEqual([401, 'unauthorized']);
    },
  );

  it('by a token under another scheme', async () => {
    const { token } = await signedIn();
    expect(await refusalOf(await asWhom(`Basic ${token}`))).toEqual([401, 'unauthorized']);
  });

  it('whose session was signed out', async () => {
    const { sessionId, token } = await signedIn();
    await env.DB.prepare('update sessions set revoked_at = ?2 where id = ?1')
      .bind(sessionId, isoTime(Date.now()))
      .run();
    const response = await asWhom(`Bearer ${token}`);
    expect([response.status, await response.json()]).toEqual([
      401,
      { code: 'unauthorized', message: 'this session was signed out or has ended; sign in again' },
    ]);
  });

  it('who was erased after the token was issued', async () => {
    const { userId, token } = await signedIn();
    await env.DB.batch([
      env.DB.prepare('update users set tokens_after = ?2 where id = ?1').bind(
        userId,
        isoTime(Date.now() + HOUR_MS),
      ),
      env.DB.prepare(
        "insert into erased_subjects(subject_hash, kind, erased_at) values (?1, 'user', ?2)",
      ).bind(sha256Hex(userId), isoTime(Date.now() + HOUR_MS)),
    ]);
    const response = await asWhom(`Bearer ${token}`);
    expect([response.status, await response.json()]).toEqual([
      401,
      { code: 'unauthorized', message: 'this account was erased after the token was issued; sign in again' },
    ]);
  });
});
