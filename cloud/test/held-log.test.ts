import { SELF } from 'cloudflare:test';
import { expect, it, onTestFinished } from 'vitest';
import { holdLines } from './support/held-log.ts';

type ToVitest = { readonly onUserConsoleLog: (log: { readonly content: string }) => Promise<void> };

/** What Vitest is sent of the log from here on, until the test ends. */
function sentLines(): readonly string[] {
  const worker = Reflect.get(globalThis, '__vitest_worker__') as { rpc: ToVitest };
  const { rpc } = worker;
  const sent: string[] = [];
  worker.rpc = new Proxy(rpc, {
    get: (target, name) =>
      name !== 'onUserConsoleLog'
        ? Reflect.get(target, name)
        : (log: { readonly content: string }) => {
            sent.push(log.content);
            return rpc.onUserConsoleLog(log);
          },
  });
  onTestFinished(() => {
    worker.rpc = rpc;
  });
  return sent;
}

it('lines are written in their order, once, when they are asked for', () => {
  const written: unknown[] = [];
  const log = {
    debug: (...given: unknown[]) => void written.push(['debug', ...given]),
    log: (...given: unknown[]) => void written.push(['log', ...given]),
    info: (...given: unknown[]) => void written.push(['info', ...given]),
    warn: (...given: unknown[]) => void written.push(['warn', ...given]),
    error: (...given: unknown[]) => void written.push(['error', ...given]),
  };
  const tell = holdLines(log);
  log.error('first', 1);
  log.debug('second');
  log.info('third');
  log.warn('fourth');
  log.log('fifth');
  expect(written).toEqual([]);
  tell();
  const all = [
    ['error', 'first', 1],
    ['debug', 'second'],
    ['info', 'third'],
    ['warn', 'fourth'],
    ['log', 'fifth'],
  ];
  expect(written).toEqual(all);
  tell();
  expect(written).toEqual(all);
});

it('what another request writes does not reach Vitest before the test that is under way ends', async () => {
  const sent = sentLines();
  const answer = await SELF.fetch('https://amy.test/webhook', { method: 'POST', body: '{}' });
  expect(answer.status).toBe(401);
  await Promise.resolve();
  expect(sent).toEqual([]);
  globalThis.tellHeldLines?.();
  await Promise.resolve();
  expect(sent.join('')).toContain('webhook_rejected');
});

it('a line that a test writes', () => console.log('a line of the test before'));

it('was sent when the test before ended, in each file of a runtime', async () => {
  const sent = sentLines();
  globalThis.tellHeldLines?.();
  await Promise.resolve();
  expect(sent.join('')).not.toContain('a line of the test before');
});
