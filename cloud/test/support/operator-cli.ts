import { Command } from 'commander';
import { vi } from 'vitest';
import { addAdminCommand } from '../../../cli/src/commands/admin.ts';
import { asAmyError } from '../../../cli/src/errors.ts';
import { showError } from '../../../cli/src/terminal/output.ts';
import { request } from './stack.ts';

/** Where the CLI believes the Worker to be: on this machine, so that it sends its key there. */
const SERVER = 'http://127.0.0.1:1';

/**
 * Runs one `amy admin ...` by the CLI's own code, with times in UTC, against the Worker. Answers what it prints to
 * either stream. `bindings` are those of the moment of each call.
 */
export async function runAmy(
  words: readonly string[],
  bindings: () => Env,
  afterEachCall: () => Promise<void>,
): Promise<string> {
  const printed: string[] = [];
  const original = globalThis.fetch;
  const ask = vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const url = typeof input === 'string' ? input : input instanceof URL ? input.href : input.url;
    if (!url.startsWith(SERVER)) return original(input, init);
    const answer = await request(url.slice(SERVER.length), { ...init, env: bindings() });
    await afterEachCall();
    return Object.defineProperty(answer, 'url', { value: url });
  });
  const writers = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation((chunk) => {
      printed.push(String(chunk));
      return true;
    }),
  );
  vi.stubEnv('AMY_ADMIN_KEY', 'test-admin-key-of-at-least-32-bytes');
  vi.stubEnv('AMY_API_URL', SERVER);
  try {
    const amy = new Command('amy').option('--utc').exitOverride();
    addAdminCommand(amy);
    await amy.parseAsync(['--utc', ...words], { from: 'user' });
  } catch (thrown) {
    showError(false, asAmyError(thrown));
  } finally {
    for (const spy of [ask, ...writers]) spy.mockRestore();
    vi.unstubAllEnvs();
  }
  return printed.join('');
}
