import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { needs } from '../../cloud/dev/needs.ts';
import { watch } from '../src/commands/watch.ts';
import { AmyError } from '../src/errors.ts';
import { amy, type Ended, settingsFor, startAmy } from './support/amy.ts';
import { farEnd, refusal } from './support/far-end.ts';
import { runHere } from './support/in-process.ts';
import { daily, pageReply, T1, T2 } from './support/pages.ts';
import { contentsOf } from './support/temporary.ts';

const NEEDS_SIGNALS = needs('signals between processes', process.platform !== 'win32', null);
const NEEDS_PROC = needs(
  '/proc, which tells the files a process has open',
  existsSync('/proc/self/fd'),
  null,
);

describe('amy sync', () => {
  it('answers on stdout and tells its progress on stderr', async () => {
    const server = await farEnd(
      pageReply(T1, { daily_summary: [daily('oura', '2026-02-27')] }, 'c1'),
      pageReply(T1, { daily_summary: [daily('oura', '2026-02-28')] }),
      pageReply(T1, {}),
    );
    const { env, path } = settingsFor(server.url);
    expect(await amy(['sync'], { env })).toEqual({
      code: 0,
      signal: null,
      stdout: `Everything is in ${path}:\n  2 days\n`,
      stderr: '1 row received so far\n2 rows received so far\n',
    });
    const before = contentsOf(path);
    const again = await runHere(['sync'], env);
    expect(again).toMatchObject({ code: 0, stdout: `${path} is up to date.\n` });
    const after = contentsOf(path);
    expect({ ...after, sync_state: null }).toEqual({ ...before, sync_state: null });
  });

  it('gives one JSON document with --json, and nothing else', async () => {
    const server = await farEnd(
      pageReply(T1, { daily_summary: [daily('oura', '2026-02-28')] }),
      pageReply(T2, {}),
    );
    const { env, path } = settingsFor('http://127.0.0.1:9');
    const argv = ['--json', 'sync', '--url', server.url, '--db', `${path}.other`];
    const ended = await runHere(argv, env);
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(ended.stdout)).toEqual({
      server: server.url,
      database: `${path}.other`,
      mode: 'full',
      now: T1,
      pages: 1,
      received: {
        daily_summary: 1,
        activities: 0,
        sleep_sessions: 0,
        biomarkers_raw: 0,
        lab_uploads: 0,
        profiles: 0,
      },
      deleted: 0,
      removed: 0,
      set_aside: null,
      left_out: [],
    });
    const full = await runHere([...argv, '--full'], env);
    expect(JSON.parse(full.stdout)).toMatchObject({ mode: 'full', removed: 1 });
    expect(server.asked[1]?.query).toEqual({ limit: '5000', total: 'true' });
  });

  it('ends with 1 and the request id when the server refuses', async () => {
    const refused = { status: 401, body: refusal('unauthorized', 'token expired', 'r-1') };
    const server = await farEnd(refused, refused);
    const { env } = settingsFor(server.url);
    expect(await runHere(['sync'], env)).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'amy: token expired; check AMY_TOKEN (request r-1)\n',
    });
    const machine = await runHere(['sync', '--json'], env);
    expect(machine).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(machine.stderr)).toEqual({
      error: { code: 'unauthorized', message: 'token expired; check AMY_TOKEN', request_id: 'r-1' },
    });
  });

  it('leaves the earlier state whole when it is killed half-way', async () => {
    const reached = Promise.withResolvers<void>();
    const never = Promise.withResolvers<{ body: unknown }>();
    const many = Array.from({ length: 5_000 }, (_, index) => daily(`source${index}`, '2026-02-28'));
    const server = await farEnd(
      pageReply(T1, { daily_summary: [daily('oura', '2026-02-28', { steps: 1 })] }),
      pageReply(T2, { daily_summary: many, deleted: [] }, 'c1'),
      () => {
        reached.resolve();
        return never.promise;
      },
      pageReply(T2, { daily_summary: many }),
    );
    const { env, path } = settingsFor(server.url);
    await runHere(['sync'], env);
    const before = contentsOf(path);
    const { child, ended } = startAmy(['sync'], { env });
    await reached.promise;
    child.kill('SIGKILL');
    expect(await ended).toMatchObject({ signal: 'SIGKILL', stdout: '' });
    expect(contentsOf(path)).toEqual(before);
    const next = await runHere(['sync'], env);
    expect(next).toMatchObject({ code: 0, stdout: expect.stringContaining('5,000 days') });
    expect(server.asked.at(-1)?.query).toEqual({ limit: '5000', since: T1 });
  });
});

describe('amy sync --full', () => {
  const day = (steps: number) => ({ daily_summary: [daily('oura', '2026-02-28', { steps })] });

  it('leaves the earlier state whole when it is killed half-way, and goes on from there', async () => {
    const reached = Promise.withResolvers<void>();
    const server = await farEnd(
      pageReply(T1, day(1)),
      pageReply(T2, day(2), 'c1'),
      () => {
        reached.resolve();
        return new Promise(() => {});
      },
      pageReply(T2, day(3)),
    );
    const { env, path } = settingsFor(server.url);
    await runHere(['sync'], env);
    const before = contentsOf(path);
    const { child, ended } = startAmy(['sync', '--full'], { env });
    await reached.promise;
    child.kill('SIGKILL');
    await ended;
    expect(contentsOf(path)).toEqual(before);
    expect(await runHere(['sync', '--full'], env)).toMatchObject({ code: 0 });
    expect(contentsOf(path).daily_summary).toMatchObject([{ steps: 3 }]);
    expect(readdirSync(dirname(path))).toEqual([basename(path)]);
  });

  it('keeps what another amy writes that waits for its turn', NEEDS_PROC, async () => {
    const other = Promise.withResolvers<Ended>();
    const server = await farEnd(pageReply(T1, day(1)), async () => {
      const { child, ended } = startAmy(['sources', 'order', 'polar'], { env });
      ended.then(other.resolve, other.reject);
      // Until it has the file open that is about to be replaced.
      await expect.poll(() => openFilesOf(child.pid), { timeout: 30_000 }).toContain(path);
      return pageReply(T2, day(2));
    });
    const { env, path } = settingsFor(server.url);
    await runHere(['sync'], env);
    expect(await runHere(['sync', '--full'], env)).toMatchObject({ code: 0 });
    expect(await other.promise).toMatchObject({ code: 0, stderr: '' });
    const { daily_summary, source_order } = contentsOf(path);
    expect(daily_summary).toMatchObject([{ steps: 2 }]);
    expect(source_order?.find(({ rank }) => rank === 1)).toMatchObject({ source: 'polar' });
  });
});

function openFilesOf(pid: number | undefined): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).flatMap((fd) => {
    try {
      return [readlinkSync(join(folder, fd))];
    } catch {
      // Closed meanwhile.
      return [];
    }
  });
}

describe('amy sync --watch', () => {
  it(
    'tells what is new, a document a line with --json, and ends by Ctrl-C with 130',
    NEEDS_SIGNALS,
    async () => {
      const day = (steps: number) => ({ daily_summary: [daily('oura', '2026-02-28', { steps })] });
      const server = await farEnd(pageReply(T1, day(1)), pageReply(T2, day(2)));
      const { env, path } = settingsFor(server.url);
      await runHere(['sync'], env);
      const { child, ended } = startAmy(['sync', '--watch', '--json'], { env });
      child.stdout?.once('data', () => child.kill('SIGINT'));
      const end = await ended;
      expect(end).toMatchObject({ code: 130, signal: null, stdout: expect.stringMatching(/^\{.*\}\n$/) });
      expect(JSON.parse(end.stdout)).toMatchObject({
        mode: 'changes',
        now: T2,
        received: { daily_summary: 1 },
      });
      expect(JSON.parse(end.stderr)).toEqual({
        error: { code: 'interrupted', message: `watching ended; ${path} is whole` },
      });
      expect(contentsOf(path)).toMatchObject({ daily_summary: [{ steps: 2 }], sync_state: [{ since: T2 }] });
    },
  );

  it('ends with 0 where nobody reads what is new any more', NEEDS_SIGNALS, async () => {
    const server = await farEnd(
      pageReply(T1, { daily_summary: [daily('oura', '2026-02-28', { steps: 1 })] }),
    );
    const { env } = settingsFor(server.url);
    const shell = 'mkfifo "$AMY_HOME/pipe"; : <"$AMY_HOME/pipe" & exec >"$AMY_HOME/pipe"';
    expect(await amy(['sync', '--watch'], { env, shell })).toMatchObject({ code: 0, signal: null });
  });

  it('ends where the person has to do something', async () => {
    const server = await farEnd({ status: 401, body: refusal('unauthorized', 'token expired', 'r-1') });
    const { env } = settingsFor(server.url);
    expect(await runHere(['sync', '--watch'], env)).toMatchObject({ code: 1, stdout: '' });
    for (const every of ['4', '1.5', 'often', '86401'])
      expect(await runHere(['sync', '--watch', '--every', every], env)).toMatchObject({ code: 2 });
    expect(await runHere(['sync', '--every', '60'], env)).toMatchObject({ code: 2 });
    expect(server.asked).toHaveLength(1);
  });

  it('waits longer each time for a server that is away, and looks as before once it is there', async () => {
    const away = new AmyError('network_failed', 'cannot reach it');
    const busy = new AmyError('server_busy', 'busy', { status: 429, retryAfterSeconds: 1_000 });
    const looks = [
      away,
      away,
      away,
      away,
      away,
      away,
      busy,
      'news',
      away,
      new AmyError('other_person', 'no'),
    ];
    const waits: [string, number][] = [];
    const watching = watch({
      everyMs: 60_000,
      look: async () => {
        const found = looks.shift();
        if (found instanceof AmyError) throw found;
        return found;
      },
      pause: async () => true,
      onLook: (_found, waitMs) => waits.push(['there', waitMs / 60_000]),
      onAway: ({ code }, waitMs) => waits.push([code, waitMs / 60_000]),
    });
    await expect(watching).rejects.toMatchObject({ code: 'other_person' });
    expect(waits).toEqual([
      ...[1, 2, 4, 8, 15, 15].map((minutes) => ['network_failed', minutes]),
      ['server_busy', 1_000 / 60],
      ['there', 1],
      ['network_failed', 1],
    ]);
  });
});
