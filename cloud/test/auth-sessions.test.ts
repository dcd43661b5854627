import { env } from 'cloudflare:test';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import type { AccessToken, Session } from '../src/contract/auth.ts';
import { sha256Hex } from '../src/digest.ts';
import { signIn } from './support/device-login.ts';
import { newIssuer, withToken } from './support/issuer.ts';
import { asPerson, newUser, token as plainToken, rowsOf } from './support/stack.ts';
import { wipe } from './support/whole-person.ts';

type Page = { data: Session[]; next_cursor: string | null; has_more: boolean };

async function list(token: string, query = ''): Promise<Page> {
  return (await withToken(token, `/v1/auth/sessions${query}`)).json<Page>();
}

async function moveSession(id: string, column: keyof Session, byS: number): Promise<void> {
  await env.DB.prepare(
    `update sessions set ${column} = strftime('%Y-%m-%dT%H:%M:%fZ', ${column}, ?2 || ' seconds') where id = ?1`,
  )
    .bind(id, byS)
    .run();
}

const post = (token: string, path: string, used: Env = env) =>
  withToken(token, path, { method: 'POST', env: used });
const status = async (token: string) => (await withToken(token, '/v1/sync?limit=1')).status;

describe('the list of sessions', () => {
  it('has the person’s own, newest first, and tells which one asks', async () => {
    const [user, other] = [newUser(), newUser()];
    const [first, second] = [await signIn(user, 'first'), await signIn(user, 'second')];
    await signIn(other, 'another’s');
    await moveSession(first.session_id, 'created_at', -60);
    const time = expect.stringMatching(/Z$/);
    const approval = { approved_with: 'token', approved_by: null, approved_by_client: null };
    const times = { created_at: time, last_used_at: time, expires_at: time };
    expect(await list(first.access_token)).toEqual({
      data: [
        { id: second.session_id, client: 'second', ...times, ...approval, current: false },
        { id: first.session_id, client: 'first', ...times, ...approval, current: true },
      ],
      next_cursor: null,
      has_more: false,
    });
    const { data } = (await (await asPerson(user, '/v1/auth/sessions')).json()) as Page;
    expect(data.map(({ current }) => current)).toEqual([false, false]);
  });

  it('leaves out what was revoked or has expired', async () => {
    const user = newUser();
    const [revoked, expired, alive] = [await signIn(user), await signIn(user), await signIn(user)];
    await withToken(alive.access_token, `/v1/auth/sessions/${revoked.session_id}`, { method: 'DELETE' });
    await moveSession(expired.session_id, 'expires_at', -2_592_001);
    expect((await list(alive.access_token)).data.map(({ id }) => id)).toEqual([alive.session_id]);
  });

  it('comes in pages, whole, also where several began in one moment; a bad cursor is named', async () => {
    const user = newUser();
    const signedIn: AccessToken[] = [];
    for (let i = 0; i < 5; i += 1) signedIn.push(await signIn(user));
    await env.DB.prepare(
      "update sessions set created_at = '2026-01-01T00:00:00.000Z' where user_id = ? and id <> ?",
    )
      .bind(user, signedIn[0]?.session_id)
      .run();
    const token = signedIn[0]?.access_token ?? '';
    const seen: string[] = [];
    let page = await list(token, '?limit=2');
    for (;;) {
      seen.push(...page.data.map(({ id }) => id));
      if (page.next_cursor === null) break;
      page = await list(token, `?limit=2&cursor=${page.next_cursor}`);
    }
    expect(seen).toHaveLength(5);
    expect(new Set(seen)).toEqual(new Set(signedIn.map(({ session_id }) => session_id)));
    for (const query of ['?cursor=nonsense', '?limit=101']) {
      const response = await withToken(token, `/v1/auth/sessions${query}`);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain(query.slice(1, 6));
    }
  });

  it('shows nothing of another’s, whoever’s cursor it is', async () => {
    const [user, other] = [newUser(), newUser()];
    const [mine, theirs] = [await signIn(user, 'mine'), await signIn(other, 'theirs')];
    await signIn(other, 'theirs too');
    const { next_cursor } = await list(theirs.access_token, '?limit=1');
    expect(JSON.stringify(await list(mine.access_token, `?cursor=${next_cursor}`))).not.toContain('theirs');
  });
});

describe('a session that is renamed', () => {
  const rename = (token: string, id: string, body: unknown) =>
    withToken(token, `/v1/auth/sessions/${id}`, { method: 'PATCH', body: JSON.stringify(body) });

  it('is called so wherever it is named, as often as it is said, and nothing else of it changes', async () => {
    const user = newUser();
    const [renamed, asking] = [await signIn(user, 'old'), await signIn(user, 'asking')];
    const before = await rowsOf('sessions', user);
    for (const name of ['work laptop', '  work laptop ']) {
      const answer = await rename(asking.access_token, renamed.session_id, { name });
      expect([answer.status, await answer.json()]).toEqual([
        200,
        { ok: true, id: renamed.session_id, client: 'work laptop' },
      ]);
    }
    expect(await rowsOf('sessions', user)).toEqual(
      before.map((row) => (row.id === renamed.session_id ? { ...row, client: 'work laptop' } : row)),
    );
    expect(await status(renamed.access_token)).toBe(200);
  });

  it('keeps its name where the new one could not have been given at login, or is none', async () => {
    const { access_token, session_id } = await signIn(newUser(), 'as it was');
    const names = ['', ' \t', 'x'.repeat(101), 'two\nlines', 'lap\u202etop', '\u3164', '\u0007', 7, null];
    for (const body of [...names.map((name) => ({ name })), {}, { name: 'a', client: 'b' }]) {
      const answer = await rename(access_token, session_id, body);
      const { error } = (await answer.json()) as { error: { code: string; message: string } };
      expect([answer.status, error.code]).toEqual([400, 'invalid_request']);
      expect(error.message).toMatch(/^(name|client): /);
    }
    expect((await rename(access_token, session_id, { name: 'x'.repeat(100) })).status).toBe(200);
  });

  it('is the person’s own and alive: any other is the same 404, and keeps its name', async () => {
    const user = newUser();
    const [mine, theirs] = [await signIn(user), await signIn(newUser(), 'theirs')];
    const [revoked, expired] = [await signIn(user, 'revoked'), await signIn(user, 'expired')];
    await post(revoked.access_token, '/v1/auth/logout');
    await moveSession(expired.session_id, 'expires_at', -2_592_001);
    for (const id of [
      theirs.session_id,
      revoked.session_id,
      expired.session_id,
      crypto.randomUUID(),
      'no-id',
    ]) {
      const answer = await rename(mine.access_token, id, { name: 'taken' });
      expect([answer.status, ((await answer.json()) as { error: unknown }).error]).toMatchObject([
        404,
        { code: 'not_found', message: 'there is no such session' },
      ]);
    }
    const names = async (of: string) => (await rowsOf('sessions', of)).map(({ client }) => client);
    expect(await names(theirs.user_id)).toEqual(['theirs']);
    expect(await names(user)).not.toContain('taken');
  });
});

describe('a session that was revoked', () => {
  it('is refused at the next request, and no other with it', async () => {
    const user = newUser();
    const [gone, kept] = [await signIn(user), await signIn(user)];
    expect(await status(gone.access_token)).toBe(200);
    const path = `/v1/auth/sessions/${gone.session_id}`;
    const revoked = await withToken(kept.access_token, path, { method: 'DELETE' });
    expect([revoked.status, await revoked.json()]).toEqual([200, { ok: true, ended: [gone.session_id] }]);
    expect([await status(gone.access_token), await status(kept.access_token)]).toEqual([401, 200]);
    expect((await withToken(kept.access_token, path, { method: 'DELETE' })).status).toBe(404);
    expect((await post(gone.access_token, '/v1/auth/refresh')).status).toBe(401);
  });

  it('by logout is the one that asked', async () => {
    const user = newUser();
    const [gone, kept] = [await signIn(user), await signIn(user)];
    const answer = await post(gone.access_token, '/v1/auth/logout');
    expect([answer.status, await answer.json()]).toEqual([200, { ok: true }]);
    expect([await status(gone.access_token), await status(kept.access_token)]).toEqual([401, 200]);
  });

  it('is no one’s but the person’s: another’s and an unknown one are the same 404', async () => {
    const [mine, theirs] = [await signIn(newUser()), await signIn(newUser())];
    const answers = [];
    for (const id of [theirs.session_id, crypto.randomUUID(), 'no-id']) {
      const response = await withToken(mine.access_token, `/v1/auth/sessions/${id}`, { method: 'DELETE' });
      const { error } = (await response.json()) as { error: { message: string } };
      answers.push([response.status, error.message]);
    }
    expect(answers).toEqual(Array(3).fill([404, 'there is no such session']));
    expect(await status(theirs.access_token)).toBe(200);
  });
});

describe('a token of a session is refused', () => {
  it('when the session has expired, before the token does', async () => {
    const { access_token, session_id } = await signIn(newUser());
    await moveSession(session_id, 'expires_at', -2_592_001);
    expect(await status(access_token)).toBe(401);
  });

  it('when it names another’s session', async () => {
    const [mine, theirs] = [await signIn(newUser()), await signIn(newUser())];
    await env.DB.prepare('update sessions set user_id = ? where id = ?')
      .bind(theirs.user_id, mine.session_id)
      .run();
    expect(await status(mine.access_token)).toBe(401);
  });

  it('when its person was erased, and stays so when they come back', async () => {
    const user = newUser();
    const { access_token } = await signIn(user);
    await wipe(user);
    expect(await status(access_token)).toBe(401);
    expect(await rowsOf('sessions', user)).toEqual([]);
    const later = await plainToken(user, Math.floor(Date.now() / 1_000) + 2);
    expect(await status(later)).toBe(200);
    expect(await status(access_token)).toBe(401);
  });
});

describe('a refresh', () => {
  it('gives a new token of the same session, which lasts as long', async () => {
    const user = newUser();
    const old = await signIn(user);
    await moveSession(old.session_id, 'expires_at', -2_000_000);
    const response = await post(old.access_token, '/v1/auth/refresh');
    const renewed = await response.json<AccessToken>();
    expect({ ...renewed, access_token: '' }).toEqual({ ...old, access_token: '' });
    expect(decodeJwt(renewed.access_token)).toMatchObject({ sub: user, sid: old.session_id });
    const [session] = (await list(renewed.access_token)).data;
    expect(session).toMatchObject({ id: old.session_id, current: true });
    const leftS = (Date.parse(session?.expires_at ?? '') - Date.now()) / 1_000;
    expect(leftS).toBeGreaterThan(2_591_000);
    expect(await rowsOf('sessions', user)).toHaveLength(1);
  });

  it('gives none to somebody who is revoked or erased at that moment', async () => {
    const [one, other] = [await signIn(newUser()), await signIn(newUser())];
    const interruptedBy = (sql: string, ...values: string[]): Env => {
      const batch = async (statements: D1PreparedStatement[]) => {
        const answers = await env.DB.batch(statements);
        await env.DB.prepare(sql)
          .bind(...values)
          .run();
        return answers;
      };
      return { ...env, DB: { prepare: env.DB.prepare.bind(env.DB), batch } as unknown as D1Database };
    };
    const revoked = interruptedBy('delete from sessions where id = ?', one.session_id);
    const erased = interruptedBy(
      "insert into erased_subjects(subject_hash, kind, erased_at) values (?, 'user', '2026-01-01T00:00:00.000Z')",
      sha256Hex(other.user_id),
    );
    expect((await post(one.access_token, '/v1/auth/refresh', revoked)).status).toBe(401);
    expect((await post(other.access_token, '/v1/auth/refresh', erased)).status).toBe(401);
  });

  it.each(['refresh', 'logout'])(
    'or logout is for sessions: %s of another token is a 400 that says why',
    async (what) => {
      const issuer = await newIssuer();
      const answers = [
        await post(await plainToken(newUser()), `/v1/auth/${what}`),
        await post(await issuer.token(), `/v1/auth/${what}`, issuer.env),
      ];
      const messages = [];
      for (const response of answers) {
        expect(response.status).toBe(400);
        messages.push(((await response.json()) as { error: { message: string } }).error.message);
      }
      expect(messages).toEqual([
        expect.stringContaining('without a session'),
        expect.stringContaining('browser session'),
      ]);
    },
  );
});

describe('the last use of a session', () => {
  it('is noted at most once an hour', async () => {
    const { access_token, session_id, user_id } = await signIn(newUser());
    const lastUse = async () => (await rowsOf('sessions', user_id))[0]?.last_used_at;
    await moveSession(session_id, 'last_used_at', -3_500);
    const before = await lastUse();
    await status(access_token);
    expect(await lastUse()).toBe(before);
    await moveSession(session_id, 'last_used_at', -101);
    await status(access_token);
    expect(Date.now() - Date.parse(String(await lastUse()))).toBeLessThan(60_000);
  });
});

it('ended sessions of a person are deleted when they sign in again', async () => {
  const user = newUser();
  const [expired, revoked, alive] = [await signIn(user), await signIn(user), await signIn(user)];
  await post(revoked.access_token, '/v1/auth/logout');
  await moveSession(expired.session_id, 'expires_at', -2_592_001);
  const next = await signIn(user);
  const ids = (await rowsOf('sessions', user)).map(({ id }) => id);
  expect(new Set(ids)).toEqual(new Set([alive.session_id, next.session_id]));
});
