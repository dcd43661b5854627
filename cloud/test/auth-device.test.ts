import { env } from 'cloudflare:test';
import { decodeJwt } from 'jose';
import { describe, expect, it } from 'vitest';
import { sha256Hex } from '../src/digest.ts';
import { newUserCode, readUserCode } from '../src/sign-in/device-codes.ts';
import { beginDeviceLogin } from '../src/sign-in/device-login.ts';
import { begin, decide, loginRow, moveLogin, poll, polled, signIn } from './support/device-login.ts';
import { withToken } from './support/issuer.ts';
import { asPerson, newAddress, newUser, request, rowsOf } from './support/stack.ts';
import { placesOf, wipe } from './support/whole-person.ts';

const instant = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);

async function body(response: Response): Promise<Record<string, unknown>> {
  return (await response.json()) as Record<string, unknown>;
}

describe('a device', () => {
  it('is told what to show and how to ask', async () => {
    const login = await begin();
    expect(login).toEqual({
      device_code: expect.stringMatching(/^[\w-]{43}$/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: 'http://amy.test/activate',
      verification_uri_complete: `http://amy.test/activate?user_code=${login.user_code}`,
      expires_in: 600,
      interval: 5,
    });
  });

  it('is kept by the hash of its code alone', async () => {
    const login = await begin('a client');
    expect(await loginRow(login.device_code)).toEqual({
      device_code_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      user_code: login.user_code.replace('-', ''),
      client: 'a client',
      created_at: instant,
      expires_at: instant,
      polled_at: null,
      interval_s: 5,
      user_id: null,
      decision: null,
      redeemed_at: null,
      approved_by: null,
      approved_with: null,
    });
  });

  it('may say nothing of itself, and no more than a line', async () => {
    const ask = (client?: unknown) =>
      request('/v1/auth/device', {
        method: 'POST',
        ...(client === undefined ? {} : { body: JSON.stringify({ client }) }),
      });
    expect((await ask()).status).toBe(200);
    for (const client of [
      ' ',
      'x'.repeat(101),
      'one\ntwo',
      'lap\u202Etop',
      '\u3164\u2800',
      '\u0301\ufe0f',
      7,
    ]) {
      const response = await ask(client);
      expect(response.status).toBe(400);
      expect(await body(response)).toMatchObject({
        error: { code: 'invalid_request', message: expect.stringMatching(/^client: /) },
      });
    }
  });

  it('gets the token of who approved it, as of then, with a session', async () => {
    const user = newUser();
    const login = await begin('a laptop');
    expect(await polled(login.device_code)).toBe('400 authorization_pending');
    const decided = await decide(user, login.user_code);
    expect(await body(decided)).toEqual({ ok: true, client: 'a laptop', decision: 'approved' });
    const before = Math.floor(Date.now() / 1_000);
    const answer = await body(await poll(login.device_code));
    expect(answer).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 2_592_000,
      user_id: user,
      session_id: expect.any(String),
    });
    const claims = decodeJwt(String(answer.access_token));
    expect(claims).toEqual({
      iss: 'amy',
      aud: 'amy-api',
      sub: user,
      sid: answer.session_id,
      iat: expect.any(Number),
      exp: (claims.iat ?? 0) + 2_592_000,
    });
    expect(claims.iat).toBeGreaterThanOrEqual(before);
    expect((await withToken(String(answer.access_token), '/v1/sync')).status).toBe(200);
    expect(await rowsOf('sessions', user, ['user_id'])).toEqual([
      {
        id: answer.session_id,
        client: 'a laptop',
        created_at: instant,
        last_used_at: instant,
        expires_at: instant,
        revoked_at: null,
        approved_by: null,
        approved_with: 'token',
        ends_at: instant,
      },
    ]);
  });

  it('gets it once', async () => {
    const login = await begin();
    await decide(newUser(), login.user_code);
    expect(await polled(login.device_code)).toBe('token');
    expect(await polled(login.device_code)).toBe('400 invalid_grant');
  });

  it('gets nothing that was decided of another one, nor waits for how often that asks', async () => {
    const user = newUser();
    const [one, other] = [await begin(), await begin()];
    const before = await loginRow(other.device_code);
    expect([await polled(one.device_code), await polled(one.device_code)]).toEqual([
      '400 authorization_pending',
      '400 slow_down',
    ]);
    expect(await loginRow(other.device_code)).toEqual(before);
    await decide(user, one.user_code);
    expect(await polled(other.device_code)).toBe('400 authorization_pending');
    await decide(user, other.user_code);
    expect(await polled(one.device_code)).toBe('token');
    expect(await loginRow(other.device_code)).toMatchObject({ user_id: user, redeemed_at: null });
    expect(await rowsOf('sessions', user)).toHaveLength(1);
    expect(await polled(other.device_code)).toBe('token');
  });

  it('gets it once however many ask at the same time', async () => {
    const user = newUser();
    const login = await begin();
    await decide(user, login.user_code);
    const answers = await Promise.all(Array.from({ length: 6 }, () => polled(login.device_code)));
    expect(answers.toSorted()).toEqual([...Array(5).fill('400 invalid_grant'), 'token']);
    expect(await rowsOf('sessions', user)).toHaveLength(1);
  });

  it('gets none where there is no secret to sign it, and is not used up', async () => {
    const login = await begin();
    await decide(newUser(), login.user_code);
    expect((await poll(login.device_code, { ...env, AMY_JWT_SECRET: '' })).status).toBe(500);
    expect(await polled(login.device_code)).toBe('token');
  });

  it('that was denied is told so', async () => {
    const login = await begin();
    expect(await body(await decide(newUser(), login.user_code, false))).toMatchObject({ decision: 'denied' });
    expect(await polled(login.device_code)).toBe('400 access_denied');
  });

  it('that asks too soon has to leave more time, each time', async () => {
    const { device_code: code } = await begin();
    expect(await polled(code)).toBe('400 authorization_pending');
    expect(await polled(code)).toBe('400 slow_down');
    expect(await loginRow(code)).toMatchObject({ interval_s: 10 });
    await moveLogin(code, 'polled_at', -7);
    expect(await polled(code)).toBe('400 slow_down');
    expect(await loginRow(code)).toMatchObject({ interval_s: 15 });
    await moveLogin(code, 'polled_at', -15);
    expect(await polled(code)).toBe('400 authorization_pending');
    expect(await loginRow(code)).toMatchObject({ interval_s: 15 });
  });

  it('that comes too late is told so, approved or not', async () => {
    const [waiting, approved] = [await begin(), await begin()];
    await decide(newUser(), approved.user_code);
    for (const { device_code } of [waiting, approved]) {
      await moveLogin(device_code, 'expires_at', -601);
      expect(await polled(device_code)).toBe('400 expired_token');
    }
  });

  it('with a code nobody gave it is refused', async () => {
    expect(await polled('made-up')).toBe('400 invalid_grant');
  });

  it('may ask with a form, as RFC 8628 has it, and has to ask for what it is', async () => {
    const ask = (fields: Record<string, string>) =>
      request('/v1/auth/device/token', { method: 'POST', body: new URLSearchParams(fields) });
    const { device_code } = await begin();
    const grant_type = 'urn:ietf:params:oauth:grant-type:device_code';
    const pending = await ask({ device_code, grant_type, client_id: 'amy' });
    expect(await body(pending)).toMatchObject({ error: { code: 'authorization_pending' } });
    for (const [field, fields] of [
      ['grant_type', { device_code, grant_type: 'password' }],
      ['device_code', { grant_type }],
    ] as const) {
      const response = await ask(fields as Record<string, string>);
      expect(response.status).toBe(400);
      expect(await body(response)).toMatchObject({
        error: { code: 'invalid_request', message: expect.stringContaining(`${field}: `) },
      });
    }
  });

  it('may send only a little', async () => {
    for (const path of ['/v1/auth/device', '/v1/auth/device/token']) {
      const response = await request(path, {
        method: 'POST',
        body: JSON.stringify({ x: 'x'.repeat(5_000) }),
      });
      expect(response.status).toBe(400);
      expect(await body(response)).toMatchObject({
        error: { message: 'the body must be at most 4096 bytes' },
      });
    }
  });

  it('cannot begin more logins than its address may', async () => {
    const headers = { 'cf-connecting-ip': newAddress() };
    const statuses = new Set<number>();
    for (let i = 0; i < 61; i += 1) {
      statuses.add((await request('/v1/auth/device', { method: 'POST', headers })).status);
    }
    expect([...statuses]).toEqual([200, 429]);
  });
});

it('a device cannot ask more often than its address may, whatever code it asks with', async () => {
  const counted: string[] = [];
  const limit = async ({ key }: { key: string }) => {
    counted.push(key);
    return { success: counted.length < 3 };
  };
  const used = { ...env, PERSON_LIMIT: { limit } };
  const headers = { 'cf-connecting-ip': '192.0.2.7' };
  const body = JSON.stringify({ device_code: 'made-up' });
  const statuses = [];
  for (let i = 0; i < 3; i += 1) {
    const init = { method: 'POST', headers, body, env: used };
    statuses.push((await request('/v1/auth/device/token', init)).status);
  }
  expect(statuses).toEqual([400, 400, 429]);
  expect(counted).toEqual(Array(3).fill('poll 192.0.2.7'));
});

describe('a person', () => {
  it('sees what asks before deciding, however the code is typed', async () => {
    const login = await begin('a watch');
    for (const typed of [login.user_code, login.user_code.toLowerCase(), login.user_code.replace('-', ' ')]) {
      const response = await asPerson(newUser(), `/v1/auth/device/${encodeURIComponent(typed)}`);
      expect(await body(response)).toEqual({ client: 'a watch', created_at: instant, expires_at: instant });
    }
    expect((await decide(newUser(), ` ${login.user_code.replace('-', '').toLowerCase()} `)).status).toBe(200);
  });

  it('neither sees nor decides what is unknown, expired or decided, and cannot tell which', async () => {
    const [expired, approved, denied] = [await begin(), await begin(), await begin()];
    const [user, other] = [newUser(), newUser()];
    await moveLogin(expired.device_code, 'expires_at', -600);
    await decide(user, approved.user_code);
    await decide(user, denied.user_code, false);
    const answers = new Set<string>();
    for (const code of [expired.user_code, approved.user_code, denied.user_code, newUserCode(), 'no code']) {
      for (const person of [user, other]) {
        for (const response of [
          await decide(person, code),
          await decide(person, code, false),
          await asPerson(person, `/v1/auth/device/${code}`),
        ]) {
          const { error } = (await response.json()) as { error: { code: string; message: string } };
          answers.add(`${response.status} ${error.code} ${error.message}`);
        }
      }
    }
    expect([...answers]).toEqual([
      '404 not_found no device waits under this code; look at the code the device shows now',
    ]);
    expect(await loginRow(approved.device_code)).toMatchObject({ user_id: user, decision: 'approved' });
    expect(await polled(approved.device_code)).toBe('token');
  });

  it('alone decides, of several at the same time', async () => {
    const login = await begin();
    const people = Array.from({ length: 6 }, newUser);
    const answers = await Promise.all(people.map((user, i) => decide(user, login.user_code, i % 2 === 0)));
    const decided = answers.findIndex(({ status }) => status === 200);
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 404, 404, 404, 404, 404]);
    expect(await loginRow(login.device_code)).toMatchObject({
      user_id: people[decided],
      decision: decided % 2 === 0 ? 'approved' : 'denied',
    });
  });

  it('has to be signed in, and say what they mean', async () => {
    const { user_code } = await begin();
    const path = '/v1/auth/device/approve';
    const refused = await request(path, { method: 'POST', body: JSON.stringify({ user_code }) });
    expect(refused.status).toBe(401);
    expect((await request(`/v1/auth/device/${user_code}`)).status).toBe(401);
    for (const wrong of [{}, { user_code, approve: 'yes' }, { user_code: 7 }]) {
      const response = await asPerson(newUser(), path, { method: 'POST', body: JSON.stringify(wrong) });
      expect(response.status).toBe(400);
    }
  });

  it('who is erased after approving leaves the device with nothing', async () => {
    const user = newUser();
    const login = await begin();
    await decide(user, login.user_code);
    await wipe(user);
    expect(await polled(login.device_code)).toBe('400 invalid_grant');
    expect(await placesOf([user])).toEqual([]);
  });

  it('whose erasure is under way leaves it with nothing either', async () => {
    const user = newUser();
    const login = await begin();
    await decide(user, login.user_code);
    // The marks come before the rows go: between the two only they say it.
    await env.DB.prepare(
      "insert into erased_subjects(subject_hash, kind, erased_at) values (?, 'user', '2026-01-01T00:00:00.000Z')",
    )
      .bind(sha256Hex(user))
      .run();
    expect(await polled(login.device_code)).toBe('400 invalid_grant');
    expect(await rowsOf('sessions', user)).toEqual([]);
  });
});

describe('codes', () => {
  it('that are taken are not given twice', async () => {
    const codes = ['BBBBCCCC', 'BBBBCCCC', 'DDDDFFFF'];
    const make = () => codes.shift() ?? '';
    expect(await beginDeviceLogin(env.DB, 'one', Date.now(), make)).toMatchObject({ userCode: 'BBBBCCCC' });
    expect(await beginDeviceLogin(env.DB, 'two', Date.now(), make)).toMatchObject({ userCode: 'DDDDFFFF' });
    await expect(beginDeviceLogin(env.DB, 'three', Date.now(), () => 'BBBBCCCC')).rejects.toThrow(
      'no user code',
    );
  });

  it('are of eight letters that cannot be mistaken, all of them in use', () => {
    const seen = new Set(Array.from({ length: 200 }, newUserCode).join(''));
    expect([...seen].toSorted().join('')).toBe('BCDFGHJKLMNPQRSTVWXZ');
    expect([readUserCode('bcdf-ghjk'), readUserCode('BCDFGHJ'), readUserCode('BCDFGHJA')]).toEqual([
      'BCDFGHJK',
      null,
      null,
    ]);
  });

  it('long expired are deleted when others come, a few at a time, those just expired kept', async () => {
    const late = await begin();
    await moveLogin(late.device_code, 'expires_at', -700);
    const hours = (n: number) => new Date(Date.now() - n * 3_600_000).toISOString();
    const old = Array.from({ length: 30 }, (_, i) => ({ hash: `old-${i}`, expires: hours(2 + i) }));
    await env.DB.batch(
      old.map(({ hash, expires }) =>
        env.DB.prepare(
          "insert into device_logins(device_code_hash, user_code, client, created_at, expires_at, interval_s) values (?1, ?1, '', ?2, ?2, 5)",
        ).bind(hash, expires),
      ),
    );
    const left = async () =>
      (await env.DB.prepare("select count(*) as n from device_logins where user_code like 'old-%'").first())
        ?.n;
    await begin();
    expect(await left()).toBe(10);
    await begin();
    expect(await left()).toBe(0);
    expect(await polled(late.device_code)).toBe('400 expired_token');
  });
});

it('a device that was signed in leaves no code behind in an answer to anybody', async () => {
  const user = newUser();
  const { session_id } = await signIn(user, 'a tablet');
  const list = await (await asPerson(user, '/v1/auth/sessions')).text();
  expect(list).toContain(session_id);
  expect(list).not.toMatch(/hash|code/);
});
