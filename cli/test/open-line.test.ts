import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ask } from '../src/api/api.ts';
import { isPrivateLine } from '../src/settings.ts';
import { amy, settingsFor } from './support/amy.ts';
import { homeOf, signInOf } from './support/signed-in.ts';

/** A name that no machine has (RFC 6761): what is sent there gets nowhere. */
const OPEN = 'http://amy.invalid';

describe('a token goes over https only', () => {
  it.each([
    ['https://amy.test', true],
    ['http://127.0.0.1:8787', true],
    ['http://127.1', true],
    ['http://localhost:8787', true],
    ['http://[::1]:8787', true],
    ['http://amy.test', false],
    ['http://localhost.amy.test', false],
    ['http://127.0.0.1.amy.test', false],
    ['http://127.0.0.1@amy.test', false],
    ['http://192.168.1.2', false],
    ['http://0.0.0.0', false],
    ['nonsense', false],
  ])('%s: %s', (server, isPrivate) => {
    expect(isPrivateLine(server)).toBe(isPrivate);
  });

  it('whoever asks, before anything is sent', async () => {
    let calls = 0;
    const call = async (): Promise<never> => {
      calls += 1;
      throw new Error('was sent');
    };
    const asked = ask({ server: OPEN, token: 'secret' }, call, undefined as never);
    await expect(asked).rejects.toMatchObject({ code: 'insecure_server' });
    expect(calls).toBe(0);
  });

  it.each([[['sync']], [['whoami']], [['login']], [['logout']]])(
    '%s is refused and says why',
    async (argv) => {
      const { env } = homeOf({ [OPEN]: signInOf('user_1', 's1', 2) });
      const { code, stdout, stderr } = await amy(argv, { env });
      expect(`${stdout}${stderr}`).toContain(`${OPEN} is not https`);
      expect(code).toBe(argv[0] === 'logout' ? 0 : 1);
    },
  );

  it('but where a person says --insecure, which every command then says aloud', async () => {
    const { env } = settingsFor(OPEN);
    const { stderr } = await amy(['whoami', '--insecure'], { env });
    expect(stderr).toContain(`amy: --insecure: your token and your data go to ${OPEN} in the clear`);
    expect(stderr).toContain('cannot reach');
    const machine = await amy(['whoami', '--insecure', '--json'], { env });
    const [warning, error] = machine.stderr
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(warning).toMatchObject({ warning: { code: 'insecure_server' } });
    expect(error).toMatchObject({ error: { code: 'network_failed' } });
    const { env: stored, path } = homeOf({ [OPEN]: signInOf('user_1') });
    const before = readFileSync(path, 'utf8');
    expect(await amy(['sync', '--insecure'], { env: stored })).toMatchObject({ code: 1 });
    expect(readFileSync(path, 'utf8')).toBe(before);
  });
});
