import { statSync } from 'node:fs';
import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { filledMirror } from './support/filled-mirror.ts';
import { runHere } from './support/in-process.ts';
import { daily } from './support/pages.ts';
import { temporaryFolder } from './support/temporary.ts';

const DAYS = ['01', '02', '03', '04', '05', '06', '07', '08'].map((day, at) =>
  daily('oura', `2026-03-${day}`, { steps: 8_000 + at, resting_heart_rate: 50 + at }),
);

type Started = { readonly client: Client; readonly home: string };

/** A client that talks to `amy mcp` in a process of its own. */
async function started(argv: readonly string[], env: Record<string, string> = {}): Promise<Started> {
  const home = temporaryFolder();
  const client = new Client({ name: 'a test', version: '1.2' });
  onTestFinished(() => client.close());
  const command = process.execPath;
  const args = [inject('bundledAmy'), 'mcp', ...argv];
  await client.connect(
    new StdioClientTransport({ command, args, env: { AMY_HOME: home, ...env }, stderr: 'inherit' }),
  );
  return { client, home };
}

type Told = { readonly isError: boolean; readonly document: Record<string, unknown> };

async function ask(client: Client, name: string, args: Record<string, unknown>): Promise<Told> {
  const { content, isError } = await client.callTool({ name, arguments: args });
  const [first] = content;
  if (first?.type !== 'text') throw new Error('an answer is a text');
  return { isError: isError === true, document: JSON.parse(first.text) };
}

describe('amy mcp', () => {
  it('answers a client over stdio, and keeps a log that only its owner can read', async () => {
    const path = filledMirror({ daily_summary: DAYS });
    const { client, home } = await started(['--db', path]);
    expect(client.getServerVersion()).toMatchObject({ name: 'amy' });
    const { tools } = await client.listTools();
    expect(tools.length).toBeLessThanOrEqual(12);
    expect(tools.map(({ name }) => name)).toContain('status');
    const { document } = await ask(client, 'trend', {
      metric: 'resting_heart_rate',
      from: '2026-03-01',
      to: '2026-03-10',
      rows: true,
      limit: 2,
    });
    expect(document).toMatchObject({
      insufficient_data: null,
      result: { known_days: 8, mean: 53.5, change_a_week: 7 },
      rows: [
        { date: '2026-03-01', value: 50, source: 'oura' },
        { date: '2026-03-02', value: 51, source: 'oura' },
      ],
      page: { rows_in_all: 8, rows_given: 2, cut: expect.stringContaining('`offset` 2') },
      coverage: [{ days_asked: 10, days_with_data: 8, missing_dates: ['2026-03-09', '2026-03-10'] }],
      units: { resting_heart_rate: '/min' },
      source_changes: [],
    });
    const folder = join(home, 'mcp-log');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    const log = await runHere(['mcp', 'log', '--json'], { AMY_HOME: home });
    expect(JSON.parse(log.stdout).calls).toMatchObject([
      {
        client: 'a test',
        client_version: '1.2',
        tool: 'trend',
        outcome: 'answered',
        rows: 2,
        view: 'structured',
      },
    ]);
  });
});
