import { describe, expect, it } from 'vitest';
import { needs } from '../../cloud/dev/needs.ts';
import { amy, settingsFor, startAmy } from './support/amy.ts';
import { farEnd, refusal } from './support/far-end.ts';
import { runHere } from './support/in-process.ts';

const NEEDS_SIGNALS = needs('signals between processes', process.platform !== 'win32', null);

const WHOLE_ID = '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d';

const imports = {
  body: {
    data: [
      { import_id: 'i1', days: 30, requests: 2, created_at: '2026-03-01T10:00:00.000Z' },
      { import_id: 'h9', days: 1460, requests: 8, created_at: '2026-02-01T10:00:00.000Z' },
    ],
    next_cursor: null,
    has_more: false,
  },
};

const accepted = { status: 202, body: { import_id: 'i1', days: 30, requests: 2 } };

type Facts = {
  readonly state: string;
  readonly failed?: number;
  readonly complete?: number;
  readonly received?: number;
};

/** What the server tells of the import. */
function progress({ state, failed = 0, complete = 0, received = 0 }: Facts) {
  const connection = { connection_id: 'c1', provider: 'oura', reason: null };
  return {
    import_id: 'i1',
    days: 30,
    created_at: '2026-03-01T10:00:00.000Z',
    state,
    requests: { total: 2, pending: 0, sent: 2 - failed, complete, silent: 0, failed },
    chunks: { expected: 4, received },
    rows: { daily_summary: received * 7, activities: 0, sleep_sessions: 0, biomarkers_raw: 0 },
    connections: [
      { ...connection, resource: 'daily', state: complete > 0 ? 'complete' : 'sent' },
      failed > 0
        ? { ...connection, resource: 'sleep', state: 'failed', reason: 'Terra answered 403: no_permission' }
        : { ...connection, resource: 'sleep', state: complete > 1 ? 'complete' : 'sent' },
    ],
  };
}

describe('amy import --wait', () => {
  it('asks until everything is on the server, through a busy moment, and tells how far it is', async () => {
    const done = progress({ state: 'done', complete: 2, received: 4 });
    const server = await farEnd(
      accepted,
      { body: progress({ state: 'running', received: 1 }) },
      { status: 503, headers: { 'retry-after': '0' }, body: refusal('unavailable', 'busy') },
      { status: 500, body: refusal('internal', 'a stumble') },
      { body: done },
    );
    const ended = await amy(['import', '--days', '30', '--wait'], settingsFor(server.url));
    expect(ended).toEqual({
      code: 0,
      signal: null,
      stdout:
        'All that your devices have of the last 30 days is on the server; run `amy sync` to have it here.\n  28 days\n',
      stderr: [
        'Asked for the last 30 days: 2 answers are to come, one for each device and kind of data (import i1).',
        '0 of 2 answers are here',
        '2 of 2 answers are here',
        '',
      ].join('\n'),
    });
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /v1/import',
      ...Array(4).fill('GET /v1/imports/i1'),
    ]);
  });

  it('ends with 1 and the reasons where requests failed, after telling what came', async () => {
    const incomplete = progress({ state: 'incomplete', failed: 1, complete: 1, received: 4 });
    const server = await farEnd(accepted, { body: incomplete });
    const ended = await amy(['import', '--wait', '--json'], settingsFor(server.url));
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout)).toEqual(incomplete);
    expect(JSON.parse(ended.stderr)).toEqual({
      error: {
        code: 'import_failed',
        message: '1 of 2 answers failed: oura sleep (Terra answered 403: no_permission)',
      },
    });
  });

  it('does not wait where nothing is connected', async () => {
    const server = await farEnd({ status: 202, body: { import_id: 'i1', days: 90, requests: 0 } });
    const ended = await amy(['import', '--wait'], settingsFor(server.url));
    expect(ended).toMatchObject({ code: 0, stderr: '' });
    expect(ended.stdout).toContain('no device is connected');
  });

  it('ends at once where the import is not known', async () => {
    const server = await farEnd({ status: 404, body: refusal('not_found', 'no import has this id') });
    const ended = await amy(['import', '--status', WHOLE_ID, '--wait'], settingsFor(server.url));
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain('no import has this id');
    expect(server.asked.map(({ method, path }) => `${method} ${path}`)).toEqual([
      `GET /v1/imports/${WHOLE_ID}`,
    ]);
  });

  it('leaves the import to itself on Ctrl-C, and says how to look', NEEDS_SIGNALS, async () => {
    const { promise: isAsked, resolve: asked } = Promise.withResolvers<void>();
    const server = await farEnd(accepted, () => {
      asked();
      return new Promise(() => {});
    });
    const { child, ended } = startAmy(['import', '--wait'], settingsFor(server.url));
    await isAsked;
    child.kill('SIGINT');
    const end = await ended;
    expect(end).toMatchObject({ code: 130, signal: null, stdout: '' });
    expect(end.stderr).toContain('the import goes on; look with `amy import --status i1`');
  });
});

describe('amy import --status', () => {
  it('tells how an import stands and asks for nothing', async () => {
    const running = progress({ state: 'running', complete: 1, received: 2 });
    const server = await farEnd(imports, { body: running }, imports, { body: running });
    const { env } = settingsFor(server.url);
    expect(await runHere(['import', '--status'], env)).toMatchObject({
      code: 0,
      stderr: '',
      stdout: 'Still importing the last 30 days: 1 of 2 answers is here.\n  on the server already: 14 days\n',
    });
    expect(JSON.parse((await runHere(['import', '--status', 'i', '--json'], env)).stdout)).toEqual(running);
    expect(server.asked.map(({ method, path, query }) => [method, path, query])).toEqual([
      ['GET', '/v1/imports', { limit: '1' }],
      ['GET', '/v1/imports/i1', {}],
      ['GET', '/v1/imports', { limit: '100' }],
      ['GET', '/v1/imports/i1', {}],
    ]);
    const none = await farEnd({ body: { ...imports.body, data: [] } });
    expect(await runHere(['import', '--status'], settingsFor(none.url).env)).toMatchObject({
      code: 1,
      stderr: 'amy: you have asked for no import yet; `amy import --days 365` asks for a year\n',
    });
  });

  it('lists the imports', async () => {
    const server = await farEnd(imports, imports);
    const { env } = settingsFor(server.url);
    expect((await runHere(['import', 'list', '--utc'], env)).stdout).toBe(
      [
        'import  asked                      days  answers',
        'i1      2026-03-01T10:00:00.000Z     30        2',
        'h9      2026-02-01T10:00:00.000Z  1,460        8',
        '`amy import --status <import>` tells how one stands.',
        '',
      ].join('\n'),
    );
    expect(JSON.parse((await runHere(['import', 'list', '--json'], env)).stdout)).toEqual({
      data: imports.body.data,
    });
  });
});
