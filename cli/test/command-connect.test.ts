import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { needs } from '../../cloud/dev/needs.ts';
import { PROVIDERS } from '../../cloud/src/contract/providers.ts';
import { CONNECT_POLL_MS } from '../src/limits.ts';
import { settingsFor } from './support/amy.ts';
import { farEnd, refusal } from './support/far-end.ts';
import { runHere } from './support/in-process.ts';
import { temporaryFolder } from './support/temporary.ts';

const NEEDS_LINUX = needs('Linux', process.platform === 'linux', null);

const page = { url: 'https://widget.terra.test/session/1?a=$(id)&b=2', expires_in: 900 };
const ring = {
  id: 'c1',
  provider: 'oura',
  state: 'connected',
  state_message: null,
  state_at: '2026-03-01T10:00:00.000Z',
  scopes: ['SLEEP'],
  connected_at: '2026-03-01T10:00:00.000Z',
  deactivated_at: null,
};
/** What the server calls one that is over. */
const ENDED_STATES = ['deauthenticated', 'access_revoked', 'replaced'];
const watch = { ...ring, id: 'c2', provider: 'garmin', state: 'error', state_message: 'sign in again' };
const standing = {
  user: { id: 'user_1', email: '', created_at: '2026-01-01T00:00:00.000Z' },
  connections: [ring, watch],
  counts: { daily_summary: 0, activities: 0, sleep_sessions: 0, biomarkers_raw: 0, lab_uploads: 0 },
  sources: [],
};

describe('amy connect', () => {
  it('gives the page on stdout, for the providers named, and opens nothing', async () => {
    const server = await farEnd({ body: page }, { body: page });
    const { env } = settingsFor(server.url);
    const plain = await runHere(['connect', '--provider', 'oura', 'garmin'], env);
    expect(plain).toMatchObject({ code: 0, stdout: `${page.url}\n` });
    expect(plain.stderr).toContain('Open this page; it is there for 15 minutes');
    const machine = await runHere(['connect', '--json'], env);
    expect(machine).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(machine.stdout)).toEqual(page);
    expect(server.asked.map(({ method, path, body }) => [method, path, JSON.parse(String(body))])).toEqual([
      ['POST', '/v1/connect', { providers: ['oura', 'garmin'] }],
      ['POST', '/v1/connect', {}],
    ]);
    expect(server.asked[0]?.headers['idempotency-key']).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('lists names that Terra has, says that these are not all, and asks nobody', async () => {
    const { env } = settingsFor('http://127.0.0.1:9');
    const plain = await runHere(['connect', '--provider'], env);
    const names = plain.stdout.trim().split('\n');
    expect(names.pop()).toMatch(/^Not all of them/);
    expect(names).toEqual(PROVIDERS.filter((one) => one !== 'apple'));
    const machine = await runHere(['connect', '--provider', '--json'], env);
    expect(JSON.parse(machine.stdout)).toEqual({ data: names, complete: false });
  });

  it('opens it when asked to, without a shell in between', NEEDS_LINUX, async () => {
    const server = await farEnd({ body: page }, { body: page });
    const { env } = settingsFor(server.url);
    const folder = temporaryFolder();
    const told = join(folder, 'told');
    writeFileSync(join(folder, 'xdg-open'), `#!/bin/sh\nprintf %s "$1" > '${told}'\n`, { mode: 0o755 });
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
    const opened = await runHere(['connect', '--open'], env);
    expect(opened).toMatchObject({ code: 0, stdout: `${page.url}\n` });
    expect(opened.stderr).toContain('Opened in the browser');
    await expect.poll(() => existsSync(told) && readFileSync(told, 'utf8')).toBe(page.url);
    vi.stubEnv('PATH', temporaryFolder());
    const nowhere = await runHere(['connect', '--open'], env);
    expect(nowhere).toMatchObject({ code: 0, stdout: `${page.url}\n` });
    expect(nowhere.stderr).toContain('No browser could be started here');
  });

  it('names what may be mistyped where Terra opens no page, and where the names are', async () => {
    const server = await farEnd(...Array(2).fill({ status: 502, body: refusal('terra_failed', 'no page') }));
    const { env } = settingsFor(server.url);
    expect((await runHere(['connect', '--provider', 'oura', 'garmim'], env)).stderr).toBe(
      'amy: no page. garmim: Amy does not know this name, `amy connect --provider` lists those it knows (request request-1)\n',
    );
    expect((await runHere(['connect', '--provider', 'OURA'], env)).stderr).toBe(
      'amy: no page (request request-1)\n',
    );
  });

  it('says what the server says where Terra does not answer', async () => {
    const server = await farEnd({ status: 502, body: refusal('terra_failed', 'Terra could not be reached') });
    const ended = await runHere(['connect'], settingsFor(server.url).env);
    expect(ended).toMatchObject({
      code: 1,
      stdout: '',
      stderr: 'amy: Terra could not be reached (request request-1)\n',
    });
  });
});

describe('amy connect, waiting', () => {
  const moved = { ...standing, connections: [ring, watch] };

  it('shows the device as soon as it is connected', async () => {
    const server = await farEnd(
      { body: { ...standing, connections: [ring] } },
      { body: page },
      { body: moved },
    );
    const { env } = settingsFor(server.url);
    const ended = await runHere(['connect', '--wait'], env);
    expect(ended).toMatchObject({ code: 0, stderr: expect.stringContaining('Waiting for the device') });
    expect(ended.stdout).toBe(
      `${page.url}\ngarmin is connected. Its last 90 days come by themselves; \`amy import --days 365\` asks for more.\n`,
    );
  });

  it('asks at once where the page comes back to this machine’s browser', NEEDS_LINUX, async () => {
    const asked: string[] = [];
    const server = await farEnd(
      { body: { ...standing, connections: [ring] } },
      ({ body }) => {
        asked.push(JSON.parse(String(body)).redirect_url);
        return { body: page };
      },
      { body: moved },
    );
    const { env } = settingsFor(server.url);
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'xdg-open'), '#!/bin/sh\n', { mode: 0o755 });
    vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
    const [begun, ended] = [vi.spyOn(globalThis, 'setTimeout'), vi.spyOn(globalThis, 'clearTimeout')];
    const ending = runHere(['connect', '--open', '--wait'], env);
    await expect.poll(() => asked.length, { timeout: 20_000 }).toBe(1);
    expect(await (await fetch(asked[0] ?? '')).text()).toContain('the terminal goes on');
    expect(await ending).toMatchObject({ code: 0, stdout: expect.stringContaining('garmin is connected.') });
    // A timer that is left would keep the command from ending.
    const left = begun.mock.results.filter(
      ({ value }, at) =>
        begun.mock.calls[at]?.[1] === CONNECT_POLL_MS &&
        value.hasRef() &&
        !ended.mock.calls.some(([timer]) => timer === value),
    );
    expect(left).toEqual([]);
  });

  it('lists the names of providers', async () => {
    const listed = await runHere(['connect', '--provider'], settingsFor('http://127.0.0.1:9').env);
    expect(listed).toMatchObject({ code: 0, stdout: expect.stringContaining('oura\n') });
  });
});

describe('amy disconnect', () => {
  it('ends the one active connection of a provider, and asks for an id where there are several', async () => {
    const removed = { ok: true, id: 'c1', provider: 'oura', deactivated_at: '2026-03-02T10:00:00.000Z' };
    const old = { ...ring, id: 'c0', deactivated_at: '2026-01-01T10:00:00.000Z' };
    const server = await farEnd(
      { body: { ...standing, connections: [old, ring] } },
      { body: removed },
      { body: { ...standing, connections: [ring, { ...ring, id: 'c3' }] } },
      { body: { ...standing, connections: [watch, old] } },
      { body: standing },
    );
    const { env } = settingsFor(server.url);
    expect(await runHere(['disconnect', 'Oura'], env)).toMatchObject({ code: 0, stderr: '' });
    expect(await runHere(['disconnect', 'oura'], env)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('2 connections are of oura: name one by its id'),
    });
    expect(await runHere(['disconnect', 'oura'], env)).toMatchObject({
      code: 1,
      stderr: 'amy: oura is not connected any more\n',
    });
    expect(await runHere(['disconnect', 'garmn'], env)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nothing is connected that is called "garmn"'),
    });
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1/me',
      'DELETE /v1/connections/c1',
      'GET /v1/me',
      'GET /v1/me',
      'GET /v1/me',
    ]);
  });
});

describe('amy connections', () => {
  it('shows what is connected and how it stands', async () => {
    const server = await farEnd(
      { body: standing },
      { body: standing },
      { body: { ...standing, connections: [] } },
      { body: { ...standing, connections: ENDED_STATES.map((state) => ({ ...ring, state })) } },
    );
    const { env } = settingsFor(server.url);
    const { code, stdout } = await runHere(['connections', '--utc'], env);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^oura +connected +2026-03-01T10:00:00.000Z +c1$/m);
    expect(stdout).toMatch(/^garmin +error: sign in again +2026-03-01T10:00:00.000Z +c2$/m);
    const machine = await runHere(['connections', '--json'], env);
    // A server of before silences says nothing of them.
    const both = [ring, watch].map((one) => ({ ...one, last_received_at: null, silences: [] }));
    expect(JSON.parse(machine.stdout)).toEqual({ data: both, connections: both });
    expect((await runHere(['connections'], env)).stdout).toContain('Nothing is connected');
    const ended = (await runHere(['connections'], env)).stdout;
    expect(ended.match(/^oura +\S.*?(?= {2,})/gm)?.map((line) => line.replace(/^oura +/, ''))).toEqual([
      'disconnected',
      'you took its access back',
      'replaced by a later connection',
    ]);
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual(Array(4).fill('GET /v1/me'));
  });

  it('removes one by its id', async () => {
    const removed = { ok: true, id: 'c1', provider: 'oura', deactivated_at: '2026-03-02T10:00:00.000Z' };
    const server = await farEnd(
      { body: standing },
      { body: removed },
      { body: standing },
      { body: removed },
      { body: standing },
    );
    const { env } = settingsFor(server.url);
    const plain = await runHere(['connections', 'remove', 'c1', '--utc'], env);
    expect(plain).toMatchObject({ code: 0, stderr: '' });
    expect(plain.stdout).toContain('oura is not connected any more, since 2026-03-02T10:00:00.000Z');
    expect(JSON.parse((await runHere(['connections', 'remove', 'c1', '--json'], env)).stdout)).toEqual(
      removed,
    );
    expect(await runHere(['connections', 'remove', '../me'], env)).toMatchObject({ code: 1, stdout: '' });
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /v1/me',
      'DELETE /v1/connections/c1',
      'GET /v1/me',
      'DELETE /v1/connections/c1',
      'GET /v1/me',
    ]);
  });
});
