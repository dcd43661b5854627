import { join } from 'node:path';
import { expect, it } from 'vitest';
import { filledMirror } from './support/filled-mirror.ts';
import { runHere } from './support/in-process.ts';
import { daily } from './support/pages.ts';
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
