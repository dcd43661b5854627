import { describe, expect, it } from 'vitest';
import { amy, settingsFor } from './support/amy.ts';
import { farEnd, refusal, type Step } from './support/far-end.ts';
import { runHere } from './support/in-process.ts';
import { homeOf, modeOf, readStored, signInOf } from './support/signed-in.ts';

const session = (id: string, current = false, approvedBy: string | null = null) => ({
  id,
  client: `amy CLI on ${id}`,
  created_at: '2026-03-01T08:00:00.000Z',
  last_used_at: '2026-03-02T08:00:00.000Z',
  expires_at: '2026-03-31T08:00:00.000Z',
  approved_with: approvedBy === null ? 'browser' : 'session',
  approved_by: approvedBy,
  approved_by_client: approvedBy === null ? null : `amy CLI on ${approvedBy}`,
  current,
});

const sessions = (data: ReturnType<typeof session>[], next_cursor: string | null = null): Step => ({
  body: { data, next_cursor, has_more: next_cursor !== null },
});

const WHOLE_ID = '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d';

const gone: Step = { status: 401, body: refusal('unauthorized', 'this session was signed out', 'r-1') };
const revoked = (...ended: string[]): Step => ({ body: { ok: true, ended } });

describe('amy whoami', () => {
  it('tells who is signed in, once the server has taken the token', async () => {
    const server = await farEnd(
      sessions([session('s2')], 'c1'),
      sessions([session('s1', true)]),
      sessions([session('s1', true)]),
      gone,
    );
    const signIn = signInOf('user_1');
    const { env } = homeOf({ [server.url]: signIn });
    const machine = await runHere(['whoami', '--json'], env);
    expect(machine).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(machine.stdout)).toEqual({
      server: server.url,
      user_id: 'user_1',
      session: { id: 's1', client: 'amy CLI on s1' },
      expires_at: signIn.expires_at,
      token_source: 'login',
    });
    expect(await runHere(['whoami', '--utc'], env)).toMatchObject({
      code: 0,
      stdout: `Server   ${server.url}\nUser     user_1\nSession  s1 (amy CLI on s1)\nUntil    ${signIn.expires_at}\nToken    of \`amy login\`\n`,
    });
    expect(await runHere(['whoami'], env)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'amy: this session was signed out; sign in again with `amy login` (request r-1)\n',
    });
    expect(server.asked.map(({ path, query }) => [path, query])).toEqual([
      ['/v1/auth/sessions', { limit: '100' }],
      ['/v1/auth/sessions', { limit: '100', cursor: 'c1' }],
      ['/v1/auth/sessions', { limit: '100' }],
      ['/v1/auth/sessions', { limit: '100' }],
    ]);
  });

  it('says where the token is AMY_TOKEN, which goes before the sign-in', async () => {
    const server = await farEnd(sessions([session('s1')]));
    const own = settingsFor(server.url).env;
    const { env } = homeOf({ [server.url]: signInOf('user_2') });
    const ended = await runHere(['whoami', '--json'], { ...own, ...env });
    expect(JSON.parse(ended.stdout)).toEqual({
      server: server.url,
      user_id: 'user_1',
      session: null,
      expires_at: null,
      token_source: 'AMY_TOKEN',
    });
    expect(server.asked[0]?.headers.authorization).toBe(`Bearer ${own.AMY_TOKEN}`);
  });
});

describe('amy sessions', () => {
  it('lists them all', async () => {
    const lists = [
      sessions([session('s2')], 'c1'),
      sessions([session('s1', true)]),
      sessions([session('s2'), session('s1', true)]),
    ];
    const server = await farEnd(...lists, sessions([]));
    const { env } = homeOf({ [server.url]: signInOf('user_1') });
    const machine = await runHere(['sessions', '--json'], env);
    expect(machine).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(machine.stdout)).toEqual({ data: [session('s2'), session('s1', true)] });
    const plain = await amy(['sessions'], { env: { ...env, TZ: 'Asia/Kolkata' } });
    expect(plain.stdout).toBe(
      [
        'session  device  last used         until       approved by',
        's2       s2      2026-03-02 13:30  2026-03-31  you',
        's1       s1      now, by this      2026-03-31  you',
        '',
      ].join('\n'),
    );
    const none = await runHere(['sessions'], env);
    expect(none).toMatchObject({ code: 0, stdout: 'No sessions: your token belongs to none.\n' });
  });

  it('tells which session approved which, and of those that nobody approved in a browser', async () => {
    const server = await farEnd(sessions([session('s2', false, 's1'), session('s1', true)]));
    const { env } = homeOf({ [server.url]: signInOf('user_1') });
    const { stdout } = await runHere(['sessions'], env);
    expect(stdout).toMatch(/^s2 .* s1$/m);
    expect(stdout).toMatch(/^s1 .* you$/m);
    expect(stdout).toContain('1 session approved with the token of another, not by you in a browser.');
  });

  it('fits 80 columns with whole ids, hosts as long as they may be, and names that were given', async () => {
    const ids = ['3f2504e0-4f89-41d3-9a0c-0305e82c3301', '3f2504e0-0000-41d3-9a0c-0305e82c3302'];
    const host = `amy CLI on ${'ip-10-0-0-12.eu-central-1.compute.internal'.repeat(2)}`;
    const list = ids.map((id, i) => ({
      ...session(id, i === 0, ids[1]),
      client: i === 0 ? host : `Work laptop (${host})`.slice(0, 100),
    }));
    const server = await farEnd(sessions(list));
    const { env } = homeOf({ [server.url]: signInOf('user_1') });
    const { stdout } = await runHere(['sessions'], env, { columns: 80 });
    expect(stdout.split('\n').slice(1, 3)).toEqual([
      expect.stringMatching(/^3f2504e0-4 {2}ip-10-0-0-12\.eu-centr… {2}now, by this /),
      expect.stringMatching(/^3f2504e0-0 {2}Work laptop \(amy CLI … {2}2026-03-0/),
    ]);
  });

  it('refuses a list that leads back to where it was', async () => {
    const server = await farEnd(sessions([session('s2')], 'c1'), sessions([session('s1')], 'c1'));
    const { env } = homeOf({ [server.url]: signInOf('user_1') });
    const ended = await runHere(['sessions', '--json'], env);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(ended.stderr)).toMatchObject({ error: { code: 'unexpected_answer' } });
  });

  it('revokes one, and signs out here where it is this one', async () => {
    const missing: Step = { status: 404, body: refusal('not_found', 'there is no such session') };
    const list = sessions([session('s/2-long'), session('s1', true), session('s0'), session('s0-other')]);
    const steps = [list, revoked('s/2-long', 's/3'), missing, list, list, list, revoked('s0', 's1')];
    const server = await farEnd(...steps);
    const signIn = signInOf('user_1');
    const { env, path } = homeOf({ [server.url]: signIn });
    const before = readStored(path);
    const other = await runHere(['sessions', 'revoke', 's/2'], env);
    expect(other).toMatchObject({
      code: 0,
      stdout: 'Revoked s/2-long and 1 session that it had approved.\n',
      stderr: '',
    });
    const unknown = await runHere(['sessions', 'revoke', WHOLE_ID], env);
    expect(unknown).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('no such session'),
    });
    const none = await runHere(['sessions', 'revoke', 's9'], env);
    expect(none).toMatchObject({
      code: 1,
      stderr: 'amy: no session has an id that begins with "s9"; `amy sessions` shows them\n',
    });
    const several = await runHere(['sessions', 'revoke', 's'], env);
    expect(several).toMatchObject({ code: 1, stderr: expect.stringMatching(/^amy: 4 sessions have an id/) });
    expect(readStored(path)).toEqual(before);
    // This device's session is one that the revoked one had approved.
    const own = await runHere(['sessions', 'revoke', 's0', '--json'], env);
    expect(JSON.parse(own.stdout)).toEqual({
      id: 's0',
      revoked: true,
      ended: ['s0', 's1'],
      signed_out: true,
    });
    expect(readStored(path)).toEqual({ servers: {}, current: server.url });
    expect(server.asked.map(({ method, path, headers }) => [method, path, headers.authorization])).toEqual([
      ['GET', '/v1/auth/sessions', `Bearer ${signIn.token}`],
      ['DELETE', '/v1/auth/sessions/s%2F2-long', `Bearer ${signIn.token}`],
      ['DELETE', `/v1/auth/sessions/${WHOLE_ID}`, `Bearer ${signIn.token}`],
      ...Array(3).fill(['GET', '/v1/auth/sessions', `Bearer ${signIn.token}`]),
      ['DELETE', '/v1/auth/sessions/s0', `Bearer ${signIn.token}`],
    ]);
  });
});

describe('amy sessions rename', () => {
  it('calls the one whose id begins so by another name', async () => {
    const list = sessions([session('s2-long'), session('s1', true)]);
    const answer: Step = { body: { ok: true, id: 's2-long', client: 'work laptop' } };
    const server = await farEnd(list, answer, answer);
    const { env } = homeOf({ [server.url]: signInOf('user_1') });
    expect(await runHere(['sessions', 'rename', 's2', ' work laptop '], env)).toEqual({
      code: 0,
      stdout: 'Session s2-long is called "work laptop" from now on.\n',
      stderr: '',
    });
    const machine = await runHere(['sessions', 'rename', WHOLE_ID, 'work laptop', '--json'], env);
    expect(JSON.parse(machine.stdout)).toEqual({ id: WHOLE_ID, client: 'work laptop' });
    expect(
      server.asked.slice(1).map(({ method, path, body }) => [method, path, JSON.parse(String(body))]),
    ).toEqual([
      ['PATCH', '/v1/auth/sessions/s2-long', { name: 'work laptop' }],
      ['PATCH', `/v1/auth/sessions/${WHOLE_ID}`, { name: 'work laptop' }],
    ]);
  });

  it('asks for nothing where the name cannot be one', async () => {
    const server = await farEnd();
    const { env } = homeOf({ [server.url]: signInOf('user_1') });
    const refused = async (name: string) => (await runHere(['sessions', 'rename', 's1', name], env)).stderr;
    expect(await refused(' ')).toMatch(/^amy: the name must not be empty/);
    expect(await refused('lap\u202etop')).toMatch(/^amy: the name must be one line of visible characters/);
    expect(await refused('x'.repeat(101))).toMatch(/^amy: the name must be at most 100 characters/);
    expect(server.asked).toEqual([]);
  });
});

describe('amy logout', () => {
  it('ends the session at the server, then deletes the token', async () => {
    const other = signInOf('user_9', 's9');
    let seen: unknown;
    const server = await farEnd(() => {
      seen = readStored(path);
      return { body: { ok: true } };
    });
    const signIn = signInOf('user_1');
    const { env, path } = homeOf({ [server.url]: signIn, 'https://other.test': other });
    const before = readStored(path);
    const ended = await runHere(['logout', '--utc'], env);
    expect(ended).toEqual({ code: 0, stdout: `Signed out of ${server.url}.\n`, stderr: '' });
    expect(seen).toEqual(before);
    expect(readStored(path)).toEqual({ servers: { 'https://other.test': other }, current: server.url });
    expect(modeOf(path)).toBe('600');
    expect(server.asked).toMatchObject([
      { method: 'POST', path: '/v1/auth/logout', headers: { authorization: `Bearer ${signIn.token}` } },
    ]);
    const again = await runHere(['logout', '--url', server.url, '--json'], { ...env, AMY_TOKEN: 'own' });
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(again.stdout)).toEqual({ server: server.url, signed_out: false, revoked: false });
    const own = await runHere(['logout', '--url', server.url], { ...env, AMY_TOKEN: 'own' });
    expect(own.stdout).toBe(`Not signed in to ${server.url}.\n`);
    expect(own.stderr).toContain('AMY_TOKEN is set');
    expect(server.asked).toHaveLength(1);
  });

  it('deletes the token though the server has ended the session, cannot be reached or fails', async () => {
    const server = await farEnd(gone, { status: 500, body: refusal('internal', 'oops') });
    const closed = await farEnd();
    await closed.close();
    const signIn = signInOf('user_1');
    const ended: unknown[] = [];
    for (const url of [server.url, closed.url]) {
      const { env, path } = homeOf({ [url]: signIn });
      const { code, stdout } = await runHere(['logout', '--utc'], env);
      ended.push({ code, stdout, stored: readStored(path) });
    }
    expect(ended).toEqual([
      {
        code: 0,
        stdout: expect.stringContaining('had ended already'),
        stored: { servers: {}, current: server.url },
      },
      {
        code: 0,
        stdout: expect.stringMatching(
          new RegExp(
            `^Signed out here, but not at the server: cannot reach [\\s\\S]*until ${signIn.expires_at};`,
          ),
        ),
        stored: { servers: {}, current: closed.url },
      },
    ]);
    const { env, path } = homeOf({ [server.url]: signIn });
    const failed = await runHere(['logout', '--json'], env);
    expect(failed).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(failed.stdout)).toEqual({ server: server.url, signed_out: true, revoked: false });
    expect(readStored(path)).toEqual({ servers: {}, current: server.url });
  });
});
