import { existsSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { amy, startAmy } from './support/amy.ts';
import { farEnd, refusal, type Step } from './support/far-end.ts';
import { runHere } from './support/in-process.ts';
import { homeOf, modeOf, readStored, signInOf, tokenReply, writeStored } from './support/signed-in.ts';

const started = {
  device_code: 'device-secret',
  user_code: 'BCDF-GHJK',
  verification_uri: 'http://amy.test/activate',
  verification_uri_complete: 'http://amy.test/activate?user_code=BCDF-GHJK',
  expires_in: 600,
  interval: 0,
};

const pending: Step = { status: 400, body: refusal('authorization_pending', 'nobody has approved this yet') };
const wrong: Step = { status: 400, body: refusal('access_denied', 'the person denied this device', 'r-3') };

/** A time so many days from now; a minute of the test's more or less does not matter, and no midnight does. */
function inDays(days: number): unknown {
  const expectedMs = Date.now() + days * 86_400_000;
  return expect.toSatisfy(
    (time: string) => time.endsWith('Z') && Math.abs(Date.parse(time) - expectedMs) < 300_000,
  );
}

describe('amy login', () => {
  it('shows the code, waits for the approval, and keeps the token for its owner’s eyes alone', async () => {
    const busy: Step = { status: 503, headers: { 'retry-after': '0' }, body: refusal('unavailable', 'busy') };
    const server = await farEnd({ body: started }, pending, busy, pending, tokenReply('user_1'));
    const { env, home, path } = homeOf();
    const fresh = join(home, 'new', '.amy');
    const ended = await amy(['login', '--url', `${server.url}/`], {
      env: { ...env, AMY_HOME: fresh },
      shell: 'umask 000',
    });
    expect(ended).toEqual({
      code: 0,
      signal: null,
      stdout: `Signed in to ${server.url} as user_1.\n`,
      stderr: [
        'To sign in, open this address in a browser:',
        '  http://amy.test/activate?user_code=BCDF-GHJK',
        'and approve the code BCDF-GHJK. (Or open http://amy.test/activate anywhere and type it.)',
        'Waiting for that, 10 minutes at most; Ctrl-C gives up.',
        `amy: ${server.url}/v1/auth/device/token is busy; try again in 0 s; trying again`,
        '',
      ].join('\n'),
    });
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(fresh)).toEqual(['credentials.json']);
    expect(modeOf(fresh)).toBe('700');
    expect(modeOf(join(fresh, 'credentials.json'))).toBe('600');
    expect(readStored(join(fresh, 'credentials.json'))).toEqual({
      servers: {
        [server.url]: {
          token: tokenReply('user_1').body.access_token,
          user_id: 'user_1',
          session_id: 's1',
          expires_at: inDays(30),
        },
      },
      current: server.url,
    });
    const polled = ['POST', '/v1/auth/device/token', { device_code: 'device-secret' }];
    expect(server.asked.map(({ method, path, body }) => [method, path, JSON.parse(String(body))])).toEqual([
      ['POST', '/v1/auth/device', { client: `amy CLI on ${hostname()}` }],
      polled,
      polled,
      polled,
      polled,
    ]);
    for (const { headers } of server.asked) expect(headers).not.toHaveProperty('authorization');
  });

  it('answers --json with a document, shows the code in another, and tells no secret', async () => {
    const server = await farEnd({ body: started }, tokenReply('user_1', 's7', 'token-secret'));
    const { env } = homeOf();
    const ended = await amy(['login', '--json'], {
      env: { ...env, AMY_API_URL: server.url, AMY_TOKEN: 'own-secret' },
    });
    expect(ended).toMatchObject({ code: 0 });
    expect(JSON.parse(ended.stdout)).toEqual({
      server: server.url,
      user_id: 'user_1',
      session_id: 's7',
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
    expect(JSON.parse(ended.stderr)).toEqual({
      verification_uri: started.verification_uri,
      verification_uri_complete: started.verification_uri_complete,
      user_code: 'BCDF-GHJK',
      expires_in: 600,
    });
    expect(ended.stdout + ended.stderr).not.toContain('secret');
  });

  it('keeps the earlier sign-in until the next one succeeds, and those of other servers always', async () => {
    const other = { ...signInOf('user_9', 's9'), added_by_a_newer_amy: 1 };
    const { env, path } = homeOf();
    let seen: unknown;
    const server = await farEnd({ body: started }, wrong, { body: started }, () => {
      seen = readStored(path);
      return tokenReply('user_2', 's2');
    });
    const before = {
      servers: { 'https://other.test': other, [server.url]: signInOf('user_1') },
      current: server.url,
      note: 'kept',
    };
    writeStored(path, JSON.stringify(before));
    const denied = await runHere(['login'], env);
    expect(denied).toMatchObject({ code: 1, stdout: '' });
    expect(denied.stderr).toMatch(
      /^Signed in to .* as user_1 already;[\s\S]*\namy: the person denied this device \(request r-3\)\n$/,
    );
    expect(readStored(path)).toEqual(before);
    const ended = await runHere(['login'], { ...env, AMY_TOKEN: 'own' });
    expect(ended).toMatchObject({ code: 0, stdout: `Signed in to ${server.url} as user_2.\n` });
    expect(ended.stderr).toContain('AMY_TOKEN is set and is used instead');
    expect(seen).toEqual(before);
    expect(readStored(path)).toEqual({
      servers: {
        'https://other.test': other,
        [server.url]: { ...signInOf('user_2', 's2'), expires_at: inDays(30) },
      },
      current: server.url,
      note: 'kept',
    });
  });

  it('leaves the earlier sign-in whole, and nothing beside it, on a full disk', async () => {
    const server = await farEnd({ body: started }, tokenReply('user_2', 's2'));
    const { env, home, path } = homeOf({ [server.url]: signInOf('user_1') });
    const before = readStored(path);
    const ended = await amy(['login'], { env, shell: 'ulimit -f 0' });
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toMatch(new RegExp(`\\namy: cannot write ${path}: file too large\\n$`));
    expect(readStored(path)).toEqual(before);
    expect(readdirSync(home)).toEqual(['credentials.json']);
  });

  it('makes the server signed in to last the one that is asked', async () => {
    const server = await farEnd({ body: started }, tokenReply('user_2'), {
      status: 202,
      body: { import_id: 'i1', days: 90, requests: 0 },
    });
    const { env } = homeOf({ 'http://127.0.0.1:9': signInOf('user_1') });
    await runHere(['login', '--url', server.url], env);
    expect(await runHere(['import'], env)).toMatchObject({ code: 0, stderr: '' });
    expect(server.asked[2]?.headers.authorization).toBe(`Bearer ${signInOf('user_2').token}`);
  });

  it('ends cleanly on Ctrl-C, before it polls and while it does', async () => {
    const { promise: never } = Promise.withResolvers<{ body: unknown }>();
    const reached = Promise.withResolvers<void>();
    const server = await farEnd({ body: { ...started, interval: 500 } }, { body: started }, () => {
      reached.resolve();
      return never;
    });
    const { env, home } = homeOf();
    const argv = ['login', '--url', server.url];
    const waiting = startAmy(argv, { env });
    // It shows the code just before it begins to wait.
    waiting.child.stderr?.once('data', () => waiting.child.kill('SIGINT'));
    expect(await waiting.ended).toMatchObject({
      code: 130,
      signal: null,
      stdout: '',
      stderr: expect.stringMatching(/\namy: interrupted; nothing has changed\n$/),
    });
    const polling = startAmy([...argv, '--json'], { env });
    await reached.promise;
    polling.child.kill('SIGINT');
    const { stderr, ...ended } = await polling.ended;
    expect(ended).toEqual({ code: 130, signal: null, stdout: '' });
    expect(JSON.parse(stderr.split('\n')[1] ?? '')).toMatchObject({ error: { code: 'interrupted' } });
    expect(readdirSync(home)).toEqual([]);
  });

  it('asks nobody to approve what it could not keep', async () => {
    const server = await farEnd();
    const { env, home, path } = homeOf();
    writeFileSync(join(home, 'file'), '');
    symlinkSync('missing', join(home, 'link'));
    for (const [name, code] of [
      ['file', 'credentials_unreadable'],
      ['link', 'credentials_unwritable'],
    ] as const) {
      const nowhere = { AMY_HOME: join(home, name) };
      const ended = await runHere(['login', '--url', server.url, '--json'], nowhere);
      expect(JSON.parse(ended.stderr)).toEqual({
        error: { code, message: expect.stringContaining(join(home, name, 'credentials.json')) },
      });
    }
    writeStored(path, '{"servers": {');
    const damaged = await runHere(['login', '--url', server.url], env);
    expect(damaged).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `amy: ${path} is damaged; delete it, then run \`amy login\`\n`,
    });
    expect(server.asked).toEqual([]);
  });
});
