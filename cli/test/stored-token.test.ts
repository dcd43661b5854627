import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { startAmy } from './support/amy.ts';
import { type Asked, farEnd, type Reply, refusal, type Step } from './support/far-end.ts';
import { runHere } from './support/in-process.ts';
import { pageReply, T1, T2, tokenOf } from './support/pages.ts';
import { homeOf, modeOf, readStored, signInOf, tokenReply, writeStored } from './support/signed-in.ts';

const imported: Step = { status: 202, body: { import_id: 'i1', days: 90, requests: 0 } };
const asking = ({ path, headers }: Asked) => [path, headers.authorization];

describe('a stored token', () => {
  it('goes to the server it came from, and to no other', async () => {
    const [first, second] = [await farEnd(imported), await farEnd(imported)];
    const signIns = { [first.url]: signInOf('user_1'), [second.url]: signInOf('user_2') };
    const { env } = homeOf(signIns, second.url);
    expect(await runHere(['import'], env)).toMatchObject({ code: 0 });
    expect(await runHere(['import', '--url', first.url], env)).toMatchObject({ code: 0 });
    expect(first.asked.map(asking)).toEqual([['/v1/import', `Bearer ${tokenOf('user_1')}`]]);
    expect(second.asked.map(asking)).toEqual([['/v1/import', `Bearer ${tokenOf('user_2')}`]]);
    const third = await farEnd();
    const stranger = await runHere(['import', '--url', third.url], env);
    expect(stranger).toMatchObject({
      code: 1,
      stderr: `amy: not signed in to ${third.url}: run \`amy login --url ${third.url}\`, or set AMY_TOKEN\n`,
    });
    expect(third.asked).toEqual([]);
  });

  it('is not asked for where AMY_TOKEN and the server are given, be its file damaged or not', async () => {
    const server = await farEnd(imported);
    const { env, path } = homeOf();
    for (const text of [
      '',
      '{}',
      JSON.stringify({ servers: { 'https://a.test': { ...signInOf('user_1'), token: 'a\nb' } } }),
      '{"servers":{},"current":"a"}',
    ]) {
      writeStored(path, text);
      const damaged = await runHere(['import', '--json'], env);
      expect(JSON.parse(damaged.stderr)).toEqual({
        error: {
          code: 'credentials_damaged',
          message: `${path} is damaged; delete it, then run \`amy login\``,
        },
      });
    }
    const own = { ...env, AMY_TOKEN: 'own', AMY_API_URL: server.url };
    expect(await runHere(['import'], own)).toMatchObject({ code: 0, stderr: '' });
  });

  it('is made private where others could read it, and that is told', async () => {
    const server = await farEnd(imported, imported, imported);
    const { env, path } = homeOf({ [server.url]: signInOf('user_1') });
    const text = JSON.stringify(readStored(path));
    writeStored(path, text, 0o644);
    const told = await runHere(['import'], env);
    expect(told).toMatchObject({ code: 0, stderr: `amy: others could read ${path}; now only you can\n` });
    expect(modeOf(path)).toBe('600');
    expect(await runHere(['import'], env)).toMatchObject({ code: 0, stderr: '' });
    writeStored(path, text, 0o620);
    expect(await runHere(['import', '--json'], env)).toMatchObject({ code: 0, stderr: '' });
    expect(modeOf(path)).toBe('600');
  });

  it('names the login to repeat when it is refused', async () => {
    const refused: Step = { status: 401, body: refusal('unauthorized', 'token expired', 'r-1') };
    const server = await farEnd(refused, refused);
    const { env } = homeOf({ [server.url]: signInOf('user_1') });
    expect((await runHere(['sync'], env)).stderr).toBe(
      'amy: token expired; sign in again with `amy login` (request r-1)\n',
    );
    const elsewhere = homeOf({ [server.url]: signInOf('user_1') }, 'https://other.test').env;
    expect((await runHere(['sync', '--url', server.url], elsewhere)).stderr).toContain(
      `\`amy login --url ${server.url}\``,
    );
  });

  it('of another person does not fill the first one’s file', async () => {
    const server = await farEnd(pageReply(T1, {}), pageReply(T2, {}), pageReply(T2, {}));
    const { env, path } = homeOf({ [server.url]: signInOf('user_1') });
    expect(await runHere(['sync'], env)).toMatchObject({ code: 0 });
    writeStored(path, JSON.stringify({ servers: { [server.url]: signInOf('user_2') }, current: server.url }));
    const other = await runHere(['sync', '--json'], env);
    expect(JSON.parse(other.stderr)).toMatchObject({
      error: {
        code: 'other_person',
        message: expect.stringContaining('another person than the one your token is for'),
      },
    });
    writeStored(
      path,
      JSON.stringify({ servers: { [server.url]: signInOf('user_1', 's5') }, current: server.url }),
    );
    expect(await runHere(['sync'], env)).toMatchObject({ code: 0 });
    expect(server.asked).toHaveLength(2);
  });
});

describe('renewing a stored token', () => {
  const longer = 'longer-token';

  it('happens with less than seven days left, and shows nowhere', async () => {
    const server = await farEnd(tokenReply('user_1', 's1', longer), imported, imported);
    const { env, path } = homeOf({ [server.url]: signInOf('user_1', 's1', 6.9) });
    expect(await runHere(['import'], env)).toMatchObject({ code: 0, stderr: '' });
    const renewed = readStored(path);
    expect(renewed).toEqual({
      servers: { [server.url]: { ...signInOf('user_1'), token: longer, expires_at: expect.any(String) } },
      current: server.url,
    });
    expect(await runHere(['import'], env)).toMatchObject({ code: 0, stderr: '' });
    expect(server.asked.map(asking)).toEqual([
      ['/v1/auth/refresh', `Bearer ${tokenOf('user_1')}`],
      ['/v1/import', `Bearer ${longer}`],
      ['/v1/import', `Bearer ${longer}`],
    ]);
    expect(readStored(path)).toEqual(renewed);
    expect(modeOf(path)).toBe('600');
  });

  it('waits while seven days are left, and for a command that asks the server', async () => {
    const server = await farEnd(imported);
    const { env, path } = homeOf({ [server.url]: signInOf('user_1', 's1', 7.1) });
    expect(await runHere(['import'], env)).toMatchObject({ code: 0 });
    writeStored(
      path,
      JSON.stringify({ servers: { [server.url]: signInOf('user_1', 's1', 1) }, current: server.url }),
    );
    expect(await runHere(['completion', 'bash'], env)).toMatchObject({ code: 0 });
    expect(server.asked.map(({ path }) => path)).toEqual(['/v1/import']);
  });

  it.each<[string, Step]>([
    ['is refused', { status: 401, body: refusal('unauthorized', 'signed out') }],
    ['is put off', { status: 429, headers: { 'retry-after': '30' }, body: refusal('rate_limited', 'later') }],
    ['is answered with nonsense', { body: { access_token: 5 } }],
  ])('leaves the command its old token where it %s', async (_how, step) => {
    const server = await farEnd(step, imported);
    const { env, path } = homeOf({ [server.url]: signInOf('user_1', 's1', 1) });
    const before = readStored(path);
    expect(await runHere(['import'], env)).toMatchObject({ code: 0, stderr: '' });
    expect(server.asked.map(asking)[1]).toEqual(['/v1/import', `Bearer ${tokenOf('user_1')}`]);
    expect(readStored(path)).toEqual(before);
  });

  it('by two commands at once leaves a whole file with one of the two', async () => {
    const both = Promise.withResolvers<void>();
    let asked = 0;
    const renewal = (token: string) => async (): Promise<Reply> => {
      asked += 1;
      if (asked === 2) both.resolve();
      await both.promise;
      return tokenReply('user_1', 's1', token);
    };
    const server = await farEnd(renewal('token-a'), renewal('token-b'), imported, imported);
    const { env, home, path } = homeOf({ [server.url]: signInOf('user_1', 's1', 1) });
    const ended = await Promise.all([
      startAmy(['import'], { env }).ended,
      startAmy(['import'], { env }).ended,
    ]);
    expect(ended).toMatchObject([
      { code: 0, stderr: '' },
      { code: 0, stderr: '' },
    ]);
    expect(readStored(path)).toMatchObject({
      servers: { [server.url]: { token: expect.stringMatching(/^token-[ab]$/), session_id: 's1' } },
    });
    expect(readdirSync(home)).toEqual(['credentials.json']);
    expect(
      server.asked
        .slice(2)
        .map(({ headers }) => headers.authorization)
        .sort(),
    ).toEqual(['Bearer token-a', 'Bearer token-b']);
  });

  it('does not undo a sign-out or another sign-in that came between', async () => {
    const next = signInOf('user_2', 's2');
    for (const signedIn of [null, next]) {
      const server = await farEnd(() => {
        writeStored(path, JSON.stringify(between));
        return tokenReply('user_1', 's1', longer);
      }, imported);
      const between = { servers: signedIn === null ? {} : { [server.url]: signedIn } };
      const { env, path } = homeOf({ [server.url]: signInOf('user_1', 's1', 1) });
      expect(await runHere(['import'], { ...env, AMY_API_URL: server.url })).toMatchObject({ code: 0 });
      expect(readStored(path)).toEqual(between);
    }
  });
});
