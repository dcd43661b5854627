import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { afterEachTest } from '../../cloud/dev/after-each-test.ts';
import { needs } from '../../cloud/dev/needs.ts';
import { type Started, settingsFor, startAmy } from './support/amy.ts';
import { farEnd } from './support/far-end.ts';
import { filledMirror } from './support/filled-mirror.ts';
import { daily, tokenOf } from './support/pages.ts';
import { temporaryFolder } from './support/temporary.ts';

const NEEDS_SIGNALS = needs('signals between processes', process.platform !== 'win32', null);
const WORKS_APART = fileURLToPath(new URL('./fixtures/works-apart.ts', import.meta.url));

describe('a process that works for another one', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('is ended by %s in the middle of work without a pause', NEEDS_SIGNALS, async (signal, code) => {
    const { path, started } = await halfWritten('works');
    started.child.kill(signal);
    expect(await started.ended).toMatchObject({
      code,
      signal: null,
      stderr: `amy: interrupted; nothing was written to ${path}\n`,
    });
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it('says it as one document with --json', NEEDS_SIGNALS, async () => {
    const { path, started } = await halfWritten('works', '--json');
    started.child.kill('SIGINT');
    const { stderr } = await started.ended;
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'interrupted', message: `interrupted; nothing was written to ${path}` },
    });
  });

  it('leaves nothing where the system kills it, and the other one says so', NEEDS_SIGNALS, async () => {
    const { path, started, worker } = await halfWritten('works');
    process.kill(worker, 'SIGKILL');
    expect(await started.ended).toMatchObject({
      code: 137,
      stderr: 'amy: the work was ended from outside (SIGKILL)\n',
    });
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it('ends with the other one, and leaves nothing', NEEDS_SIGNALS, async () => {
    const { path, started } = await halfWritten('waits');
    started.child.kill('SIGKILL');
    await until(() => readdirSync(dirname(path)).length === 0);
    await started.ended;
  });

  it('leaves no half of a file that is saved at once', NEEDS_SIGNALS, async () => {
    const { path, started } = await halfWritten('saves');
    started.child.kill('SIGTERM');
    expect(await started.ended).toMatchObject({ code: 143, stderr: 'amy: interrupted\n' });
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  it('gives its own exit code', async () => {
    const { path, started } = await halfWritten('fails');
    expect(await started.ended).toMatchObject({ code: 7, stderr: '' });
    expect(readdirSync(dirname(path))).toEqual([]);
  });

  /** Started, and at work on a file of which half is written. */
  async function halfWritten(how: string, ...options: readonly string[]) {
    const path = join(temporaryFolder(), 'one.csv');
    const started = startAmy([path, how, ...options], { entry: WORKS_APART });
    return { path, started, worker: Number(await said(started, 'stdout')) };
  }
});

describe('a long command', () => {
  const rows = { daily_summary: [daily('oura', '2026-03-01', { steps: 8_000 })] };
  /** Says when it comes to what blocks it: its own line, since a process that stands still cannot be asked. */
  const tells = `
    import fs, { writeSync } from 'node:fs';
    import { syncBuiltinESMExports } from 'node:module';
    const { openSync } = fs;
    fs.openSync = (path, ...rest) => {
      if (String(path).endsWith('-journal')) writeSync(2, 'stands still\\n');
      return openSync(path, ...rest);
    };
    syncBuiltinESMExports();`;
  const pipes = new Set<string>();

  // Whoever still waits there goes on.
  afterEachTest(() => {
    for (const pipe of pipes) closeSync(openSync(pipe, constants.O_RDWR));
    pipes.clear();
  });

  it.each([
    'report',
    'export csv',
    'export ndjson',
    'export parquet',
    'export fhir',
    'export doctor',
    'explain 2026-03-01 --offline',
    'query values(1)',
    'verify',
    'doctor',
    'sync --full',
  ])('ends by Ctrl-C where it stands still: %s', NEEDS_SIGNALS, async (line) => {
    const { path, out, started } = blocked(line.split(' '));
    await said(started, 'stderr');
    started.child.kill('SIGINT');
    expect(await started.ended).toMatchObject({
      code: 130,
      signal: null,
      stdout: '',
      stderr: 'stands still\namy: interrupted\n',
    });
    expect(readdirSync(dirname(path)).toSorted()).toEqual(['persona.sqlite', 'persona.sqlite-journal']);
    expect(readdirSync(out)).toEqual([]);
  });

  it('ends by Ctrl-C in the middle of what an agent asks: mcp', NEEDS_SIGNALS, async () => {
    const asked = join(temporaryFolder(), 'asked');
    const clientInfo = { name: 'a test', version: '1' };
    const messages = [
      {
        id: 1,
        method: 'initialize',
        params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo },
      },
      { method: 'notifications/initialized' },
      { id: 2, method: 'tools/call', params: { name: 'status', arguments: {} } },
    ].map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
    writeFileSync(asked, messages.join(''));
    // A pipe that is open at both ends never ends, as that of a client that stays.
    const { started } = blocked(['mcp'], `mkfifo ${asked}.pipe; exec <>${asked}.pipe; cat ${asked} >&0`);
    await said(started, 'stderr');
    started.child.kill('SIGINT');
    expect(await started.ended).toMatchObject({
      code: 130,
      signal: null,
      stderr: 'stands still\namy: interrupted\n',
    });
  });

  /** A command whose file it cannot open, nor give up opening. */
  function blocked(argv: readonly string[], shell?: string) {
    const path = filledMirror(rows);
    const out = temporaryFolder();
    // To open it waits until somebody opens its other end, without a line of JavaScript meanwhile.
    const pipe = `${path}-journal`;
    execFileSync('mkfifo', [pipe]);
    pipes.add(pipe);
    const started = startAmy([...argv, '--db', path], {
      cwd: out,
      env: { AMY_TOKEN: tokenOf('user_1'), AMY_HOME: out, AMY_API_URL: 'http://127.0.0.1:9' },
      nodeOptions: ['--import', `data:text/javascript,${encodeURIComponent(tells)}`],
      ...(shell === undefined ? {} : { shell }),
    });
    return { path, out, started };
  }
});

describe('a sync', () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('leaves no half file where %s ends it', NEEDS_SIGNALS, async (signal, code) => {
    const asked = Promise.withResolvers<void>();
    const server = await farEnd(() => {
      asked.resolve();
      return new Promise(() => {});
    });
    const { env, path } = settingsFor(server.url);
    const { child, ended } = startAmy(['sync'], { env });
    await asked.promise;
    expect(readdirSync(dirname(path))).toContain('persona.sqlite.new');
    child.kill(signal);
    expect(await ended).toMatchObject({ code, signal: null, stdout: '', stderr: 'amy: interrupted\n' });
    expect(readdirSync(dirname(path))).toEqual(['persona.sqlite']);
  });
});

/** What a process says first. */
function said({ child }: Started, stream: 'stdout' | 'stderr'): Promise<string> {
  return new Promise((resolve) => child[stream]?.once('data', (text) => resolve(String(text))));
}

/** The time of the test bounds it. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(5);
}
