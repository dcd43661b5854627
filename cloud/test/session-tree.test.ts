import { applyD1Migrations, env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { AccessToken, Session } from '../src/contract/auth.ts';
import { approveWith, begin, polled, signIn, signInWith } from './support/device-login.ts';
import { newIssuer, withToken } from './support/issuer.ts';
import { newUser } from './support/stack.ts';

const DAY_S = 86_400;

const status = async (token: string) => (await withToken(token, '/v1/sync?limit=1')).status;
const post = (token: string, path: string) => withToken(token, path, { method: 'POST' });

async function revoke(token: string, id: string): Promise<unknown> {
  return (await withToken(token, `/v1/auth/sessions/${id}`, { method: 'DELETE' })).json();
}

async function listed(token: string): Promise<readonly Session[]> {
  return (await (await withToken(token, '/v1/auth/sessions')).json<{ data: Session[] }>()).data;
}

/** Moves a session into the past, or one of its times, instead of waiting. */
async function move(id: string, byS: number, columns = ['created_at', 'expires_at', 'ends_at']) {
  const moved = columns.map(
    (column) => `${column} = strftime('%Y-%m-%dT%H:%M:%fZ', ${column}, ?2 || ' seconds')`,
  );
  await env.DB.prepare(`update sessions set ${moved.join(', ')} where id = ?1`)
    .bind(id, byS)
    .run();
}

/** How many days from now a session lasts. */
async function daysLeft(id: string): Promise<number> {
  const at = await env.DB.prepare('select expires_at from sessions where id = ?')
    .bind(id)
    .first('expires_at');
  return (Date.parse(String(at)) - Date.now()) / (DAY_S * 1_000);
}

describe('a session that another one approved', () => {
  it('ends with it, and so does what it approved itself, and nothing else', async () => {
    const user = newUser();
    const [laptop, apart] = [await signIn(user, 'laptop'), await signIn(user, 'apart')];
    const phone = await signInWith(laptop.access_token, 'phone');
    const watch = await signInWith(phone.access_token, 'watch');
    const all = [laptop, phone, watch, apart];
    const statuses = () => Promise.all(all.map(({ access_token }) => status(access_token)));
    expect(await statuses()).toEqual([200, 200, 200, 200]);
    const { ended } = (await revoke(apart.access_token, laptop.session_id)) as { ended: string[] };
    expect(ended.toSorted()).toEqual(
      all
        .slice(0, 3)
        .map(({ session_id }) => session_id)
        .toSorted(),
    );
    expect(await statuses()).toEqual([401, 401, 401, 200]);
    expect((await post(watch.access_token, '/v1/auth/refresh')).status).toBe(401);
  });

  it('ends when the other one signs out, and may itself sign out alone', async () => {
    const laptop = await signIn(newUser());
    const [phone, watch] = [await signInWith(laptop.access_token), await signInWith(laptop.access_token)];
    await post(watch.access_token, '/v1/auth/logout');
    expect([await status(phone.access_token), await status(watch.access_token)]).toEqual([200, 401]);
    await post(laptop.access_token, '/v1/auth/logout');
    expect(await status(phone.access_token)).toBe(401);
  });

  it('does not begin where the other one ended before the device asked', async () => {
    const user = newUser();
    const [laptop, apart] = [await signIn(user), await signIn(user)];
    const login = await begin();
    await approveWith(laptop.access_token, login.user_code);
    await revoke(apart.access_token, laptop.session_id);
    expect(await polled(login.device_code)).toBe('400 invalid_grant');
  });

  it('never lasts longer than the other one, renewed or not', async () => {
    const laptop = await signIn(newUser());
    await move(laptop.session_id, -20 * DAY_S);
    const phone = await signInWith(laptop.access_token);
    expect(phone.expires_in).toBeLessThanOrEqual(10 * DAY_S);
    expect(await daysLeft(phone.session_id)).toBeCloseTo(10, 1);
    await post(phone.access_token, '/v1/auth/refresh');
    expect(await daysLeft(phone.session_id)).toBeCloseTo(10, 1);
    await post(laptop.access_token, '/v1/auth/refresh');
    await post(phone.access_token, '/v1/auth/refresh');
    expect(await daysLeft(phone.session_id)).toBeCloseTo(30, 1);
    await move(laptop.session_id, -31 * DAY_S, ['expires_at']);
    expect((await post(phone.access_token, '/v1/auth/refresh')).status).toBe(401);
  });
});

describe('no session lives longer than 90 days', () => {
  it('however often it is renewed', async () => {
    const signedIn = await signIn(newUser());
    let token = signedIn.access_token;
    for (const left of [30, 30, 30, 20, 10]) {
      const renewed = await (await post(token, '/v1/auth/refresh')).json<AccessToken>();
      expect(await daysLeft(signedIn.session_id)).toBeCloseTo(left, 1);
      expect(renewed.expires_in / DAY_S).toBeCloseTo(left, 1);
      token = renewed.access_token;
      await move(signedIn.session_id, -(left === 30 ? 23.34 : 10) * DAY_S);
    }
    expect(await status(token)).toBe(401);
  });

  it('nor does one that it approves on its last days', async () => {
    const old = await signIn(newUser());
    await move(old.session_id, -85 * DAY_S, ['created_at', 'ends_at']);
    await post(old.access_token, '/v1/auth/refresh');
    const next = await signInWith(old.access_token);
    expect(await daysLeft(next.session_id)).toBeCloseTo(5, 1);
    await post(next.access_token, '/v1/auth/refresh');
    expect(await daysLeft(next.session_id)).toBeCloseTo(5, 1);
  });
});

it('the list says what approved each session', async () => {
  const issuer = await newIssuer();
  const user = newUser();
  const inBrowser = await signInWith(await issuer.token({ sub: user }), 'laptop', issuer.env);
  const approved = await signInWith(inBrowser.access_token, 'phone');
  await signIn(user, 'script');
  const said = (await listed(inBrowser.access_token)).map((one) => [
    one.client,
    one.approved_with,
    one.approved_by,
    one.approved_by_client,
  ]);
  expect(said.toSorted()).toEqual([
    ['laptop', 'browser', null, null],
    ['phone', 'session', inBrowser.session_id, 'laptop'],
    ['script', 'token', null, null],
  ]);
  expect(approved.user_id).toBe(user);
});

it('sessions of before this was recorded keep working, 90 days at most', async () => {
  const db = env.UPGRADE_DB;
  const numbered = env.TEST_MIGRATIONS.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  await applyD1Migrations(
    db,
    numbered.filter(({ name }) => name < '0017'),
  );
  await db.prepare("insert into users(id) values ('user_old')").run();
  for (const [id, created, expires] of [
    ['young', '2026-01-01T00:00:00.000Z', '2026-01-31T00:00:00.000Z'],
    ['old', '2026-01-01T00:00:00.000Z', '2026-05-01T00:00:00.000Z'],
  ] as const) {
    await db
      .prepare(
        `insert into sessions(id, user_id, client, created_at, last_used_at, expires_at)
values (?1, 'user_old', 'laptop', ?2, ?2, ?3)`,
      )
      .bind(id, created, expires)
      .run();
  }
  await applyD1Migrations(db, numbered);
  const after = await db
    .prepare('select id, expires_at, ends_at, approved_by from sessions order by id')
    .all();
  const ends_at = '2026-04-01T00:00:00.000Z';
  expect(after.results).toEqual([
    { id: 'old', expires_at: ends_at, ends_at, approved_by: null },
    { id: 'young', expires_at: '2026-01-31T00:00:00.000Z', ends_at, approved_by: null },
  ]);
});
