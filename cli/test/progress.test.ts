import { join } from 'node:path';
import { Command } from 'commander';
import { expect, it, onTestFinished, vi } from 'vitest';
import { contextOf } from '../src/commands/context.ts';
import { farEnd } from './support/far-end.ts';
import { filledMirror } from './support/filled-mirror.ts';
import { runHere } from './support/in-process.ts';
import { daily, tokenOf } from './support/pages.ts';
import { temporaryFolder } from './support/temporary.ts';

/** A line that is drawn over, and at last nothing of it. */
const drawn = (...lines: readonly string[]) => [...lines, ''].map((line) => `\r\u001b[2K${line}`).join('');

const ENDLESS = 'with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n';

it.each([
  ['report', ['report', '--force'], drawn('reading your data ...', 'drawing the report ...')],
  ['export', ['export', 'csv'], drawn('writing csv ...')],
  ['doctor', ['doctor'], drawn('looking at everything ...')],
  [
    'a query of more than a second',
    ['query', ENDLESS, '--timeout', '1.5'],
    drawn('asking the local file ...'),
  ],
])('on a terminal %s tells that it goes on, and else does not', async (_, argv, line) => {
  const path = filledMirror({ daily_summary: [daily('oura', '2026-03-01', { steps: 8_000 })] });
  const home = temporaryFolder();
  const out = (name: string) =>
    ['report', 'export'].includes(argv[0] ?? '') ? ['--out', join(home, name)] : [];
  const env = { AMY_HOME: home, AMY_API_URL: 'http://127.0.0.1:9' };
  const seen = await runHere([...argv, '--db', path, ...out('seen')], env, { columns: 80 });
  expect(seen.stderr).toContain(line);
  const piped = await runHere([...argv, '--db', path, ...out('piped')], env);
  expect(piped.stderr).not.toContain('...');
});

it('on a terminal every command tells within a second what it waits for, and nothing of it stays', async () => {
  const told = () => vi.mocked(process.stderr.write).mock.calls.join('');
  const slow = await farEnd(async () => {
    await vi.waitFor(() => expect(told()).toContain('waiting for'), { timeout: 10_000 });
    return { body: { data: [], next_cursor: null, has_more: false } };
  });
  const env = { AMY_HOME: temporaryFolder(), AMY_API_URL: slow.url, AMY_TOKEN: tokenOf('user_1') };
  const { code, stderr } = await runHere(['sessions'], env, { columns: 120 });
  expect(code).toBe(0);
  expect(stderr).toBe(drawn(`waiting for ${slow.url}/v1/auth/sessions, 10 s at most ...`));
});

it.each([
  [true, ''],
  [false, 'amy: waiting for http://far.end/v1/me, 10 s at most\n'],
])('says it once: where a terminal is %s', (isTTY, said) => {
  const before = process.stderr.isTTY;
  onTestFinished(() => void Object.assign(process.stderr, { isTTY: before }));
  process.stderr.isTTY = isTTY;
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const asker = contextOf(new Command(), { AMY_API_URL: 'http://127.0.0.1:9' }).stranger();
  asker.onSilence?.('http://far.end/v1/me', 10);
  expect(write.mock.calls.join('')).toBe(said);
});
