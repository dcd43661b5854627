import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { IngestStats } from '../../cloud/src/contract/stats.ts';
import { failingChecks } from '../src/commands/admin-check.ts';
import { timesFor } from '../src/terminal/times.ts';
import { farEnd, refusal } from './support/far-end.ts';
import { runHere } from './support/in-process.ts';
import {
  bulkReply,
  DEAD_EVENT,
  eventsReply,
  LIFE,
  NONE_REFUSED,
  OUTCOMES,
  PERSON,
  QUIET_STATS,
  REBUILD,
  REBUILT,
  RECEIPT,
  SILENCE,
  STORED_EVENT,
  WAITING_EVENT,
} from './support/operator-commands.ts';
import { temporaryFolder } from './support/temporary.ts';

const UTC = timesFor(true);
const NOW = Date.parse('2026-03-01T12:00:00Z');
const refused = (counts: Partial<typeof NONE_REFUSED>) => ({
  rejected_signatures: {
    last_hour: { ...NONE_REFUSED, ...counts },
    last_day: { ...NONE_REFUSED, ...counts },
  },
});

const ran = (cron: string, started_at: string) => ({
  crons: [{ cron, started_at, finished_at: started_at, outcome: 'ok' }],
});

describe('amy admin stats --check', () => {
  it.each<[string, Partial<IngestStats>]>([
    ['clock', refused({ stale: 2, future: 1 })],
    ['crons', ran('*/5 * * * *', '2026-03-01T11:44:59.000Z')],
    ['crons', ran('30 3 * * *', '2026-02-28T03:30:00.000Z')],
    ['backlog', { backlog: 2, oldest_backlog: '2026-03-01 11:44:59' }],
    ['dead_letters', { dead_lettered: 1 }],
    ['errors', { errors: { owner_conflict: 1 } }],
    ['failures', { rates: { last_hour: { ...OUTCOMES, failed: 5 }, last_day: OUTCOMES } }],
    ['silences', { silences: { connections: 6, connections_last_day: 6, gaps: 0, to_be_asked: 0 } }],
    ['rebuilds', { rebuilds_failed: 1 }],
    ['database_size', { database_bytes: 9_500_000_000 }],
  ])('names what is out of order: %s, after a secret that is wrong', (name, figures) => {
    expect(failingChecks({ ...QUIET_STATS, ...figures }, NOW, UTC).map((one) => one.name)).toEqual([name]);
    const both = { ...QUIET_STATS, ...figures, ...refused({ mismatch: 3, stale: 2, future: 1 }) };
    expect(failingChecks(both, NOW, UTC).map((one) => one.name)).toEqual(
      ['signing_secret', 'clock', name].filter((one, at, all) => all.indexOf(one) === at),
    );
  });

  it.each<[Partial<IngestStats>]>([
    [{}],
    [refused({ missing: 500, malformed: 500, mismatch: 2 })],
    [{ backlog: 2, oldest_backlog: '2026-03-01 11:45:00' }],
    [ran('*/5 * * * *', '2026-03-01T11:45:00.000Z')],
    [ran('0 */6 * * *', '2026-03-01T00:00:00.000Z')],
    [ran('an older one', '2025-03-01T00:00:00.000Z')],
  ])('lets pass what is in order: %j', (figures) => {
    expect(failingChecks({ ...QUIET_STATS, ...figures }, NOW, UTC)).toEqual([]);
  });

  it('ends with 1 and says first that the secret is wrong; the key goes to the server and is never shown', async () => {
    const figures = { ...QUIET_STATS, ...refused({ mismatch: 12 }), dead_lettered: 1 };
    const server = await farEnd({ body: figures }, { body: QUIET_STATS }, { body: figures });
    const env = {
      AMY_HOME: temporaryFolder(),
      AMY_API_URL: server.url,
      AMY_ADMIN_KEY: 'the-key-of-this-test',
    };
    vi.stubEnv('TZ', 'UTC');
    const failed = await runHere(['admin', 'stats', '--check', '--utc'], env);
    expect(failed).toMatchObject({ code: 1, stderr: 'amy: out of order: signing_secret, dead_letters\n' });
    expect(failed.stdout.split('\n')[0]).toBe(
      'signing_secret: 12 deliveries of the last hour had the signature of another secret, the last that was taken came at 2026-03-01T09:00:00Z: is TERRA_SIGNING_SECRET the one that Terra signs with?',
    );
    expect(await runHere(['admin', 'stats', '--check'], env)).toMatchObject({
      code: 0,
      stdout: 'Everything is in order.\n',
      stderr: '',
    });
    const shown = await runHere(['admin', 'stats'], env);
    expect(shown).toMatchObject({ code: 0, stderr: '' });
    expect(shown.stdout).toContain('mismatch 12');
    expect(shown.stdout).toContain(
      'Last hour  40 became rows, 2 held nothing that Amy keeps, 1 had to wait\n',
    );
    expect(shown.stdout).toContain('2 until 2026-03-01 12:40: Terra answered 429');
    expect(shown.stdout).toContain('Delivered  last at 2026-03-01 09:00\n');
    expect(shown.stdout).toContain(
      'Silent     9 connections, 5 of them since yesterday; 1 gap; 0 to be asked for',
    );
    expect(
      server.asked.map(({ path, headers }) => [path, headers['x-admin-key'], headers.authorization]),
    ).toEqual(Array(3).fill(['/admin/stats', 'the-key-of-this-test', undefined]));
    expect(JSON.stringify([failed, shown])).not.toContain('the-key-of-this-test');
  });

  it('asks for a key where there is none', async () => {
    const { code, stderr } = await runHere(['admin', 'stats'], { AMY_HOME: temporaryFolder() });
    expect([code, stderr]).toEqual([
      1,
      'amy: AMY_ADMIN_KEY is not set: it holds the key of whoever runs the server\n',
    ]);
  });
});

function operator(url: string) {
  return { AMY_HOME: temporaryFolder(), AMY_API_URL: url, AMY_ADMIN_KEY: 'the-key-of-this-test' };
}

describe('the lists of an operator', () => {
  it('go on over empty pages up to what was asked for, and tell where they go on', async () => {
    const pages = [
      eventsReply([], 'a'),
      eventsReply([WAITING_EVENT], 'b'),
      eventsReply([DEAD_EVENT], 'c'),
      eventsReply([WAITING_EVENT], 'd'),
      eventsReply([DEAD_EVENT]),
    ];
    const server = await farEnd(...pages);
    const env = operator(server.url);
    const argv = ['admin', 'search', '--error', 'no_connection', '--since', '2026-03-01'];
    const first = await runHere([...argv, '--limit', '2', '--json'], env);
    expect(JSON.parse(first.stdout)).toMatchObject({ rows: [{ id: 4711 }, { id: 4690 }], next_cursor: 'c' });
    const rest = await runHere([...argv, '--cursor', 'c', '--all'], env);
    expect(rest).toMatchObject({ code: 0, stderr: '' });
    expect(rest.stdout.match(/^ *(4711|4690) /gm)).toHaveLength(2);
    const filter = { error: 'no_connection', since: '2026-03-01' };
    expect(server.asked.map(({ query }) => query)).toEqual([
      { ...filter, limit: '2' },
      { ...filter, limit: '2', cursor: 'a' },
      { ...filter, limit: '1', cursor: 'b' },
      { ...filter, limit: '100', cursor: 'c' },
      { ...filter, limit: '100', cursor: 'd' },
    ]);
  });

  it('tell of silences in words, on the clock of whom they tell it', async () => {
    const server = await farEnd(eventsReply([SILENCE], 'a'), eventsReply([]));
    vi.stubEnv('TZ', 'UTC');
    const argv = ['admin', 'silences', '--provider', 'oura', '--kind', 'overdue', '--all'];
    expect((await runHere(argv, operator(server.url))).stdout.split('\n')).toEqual([
      'user    provider  silence',
      'user_1  oura      no sleep for 26 h, usually every 9 h; asked again at 2026-03-01 09:05',
      '',
    ]);
    const filter = { provider: 'oura', kind: 'overdue', limit: '100' };
    expect(server.asked.map(({ query }) => query)).toEqual([filter, { ...filter, cursor: 'a' }]);
  });

  it('name a time by how long ago it was', async () => {
    const server = await farEnd(eventsReply([]));
    const before = Date.now();
    await runHere(['admin', 'search', '--since', '36h'], operator(server.url));
    const since = Date.parse(server.asked[0]?.query.since ?? '');
    expect(since).toBeGreaterThanOrEqual(before - 36 * 3_600_000);
    expect(since).toBeLessThanOrEqual(Date.now() - 36 * 3_600_000);
  });
});

describe('amy admin show', () => {
  it('leaves the body out, and saves it byte for byte where that is asked for', async () => {
    const bytes = Buffer.from('\ufeff{ "steps": 9000.0 }');
    const server = await farEnd({ body: STORED_EVENT }, eventsReply(LIFE), { body: bytes }, { body: bytes });
    const env = operator(server.url);
    const shown = await runHere(['admin', 'show', '4711', '--utc'], env);
    expect(shown.stdout).toContain('received_at    2026-03-01T09:05:00.123Z\n');
    expect(shown.stdout).not.toContain('9000');
    expect(shown.stdout).toContain('  +3 h 3 min  released');
    const path = join(temporaryFolder(), 'body.json');
    expect((await runHere(['admin', 'show', '4711', '--body', path], env)).code).toBe(0);
    expect(readFileSync(path)).toEqual(bytes);
    const again = await runHere(['admin', 'show', '4711', '--body', path], env);
    expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('is there already') });
    const terminal = await runHere(['admin', 'show', '4711', '--body', '-'], env, { columns: 80 });
    expect(terminal).toMatchObject({ code: 2, stdout: '' });
    const piped = await runHere(['admin', 'show', '4711', '--body', '-'], env);
    expect(piped.stdout).toBe(bytes.toString());
    expect(server.asked.map(({ path }) => path)).toEqual([
      '/admin/raw-events/4711',
      '/admin/traces',
      '/admin/raw-events/4711/payload',
      '/admin/raw-events/4711/payload',
    ]);
  });

  it('takes nothing of a person that would name another route', async () => {
    const server = await farEnd({ body: PERSON });
    expect((await runHere(['admin', 'user', '..'], operator(server.url))).code).toBe(1);
    await runHere(['admin', 'user', '../stats?x=1'], operator(server.url));
    expect(server.asked[0]?.path).toBe('/admin/user/..%2Fstats%3Fx%3D1');
  });
});

describe('the number of an event', () => {
  it.each([
    ['show', 'abc'],
    ['replay', '0'],
    ['resolve', '4711x'],
    ['show', '../stats'],
    ['traces', '--event', '1e3'],
  ])('is looked at before anybody is asked: amy admin %s %s', async (...argv) => {
    const env = operator('http://127.0.0.1:1');
    const told = { code: 2, stdout: '', stderr: expect.stringContaining('the number of an event') };
    expect(await runHere(['admin', ...argv], env)).toMatchObject(told);
  });
});

describe('amy admin replay and resolve', () => {
  const found = ['--error', 'payload_invalid', '--since', '2026-03-01'];

  it('count what a search finds, ask, and go on in steps until nothing is left', async () => {
    const server = await farEnd(
      bulkReply(2_000, 0, 'a'),
      bulkReply(500, 0),
      bulkReply(2_000, 2_000, 'b'),
      bulkReply(500, 500),
    );
    const argv = ['admin', 'resolve', ...found, '--note', 'empty'];
    const done = await runHere(argv, operator(server.url), { typed: 'y' });
    expect(done).toMatchObject({ code: 0, stdout: '2,500 events are off the list.\n' });
    expect(done.stderr).toContain('Resolve 2,500 events? [y/N]');
    expect(done.stderr).toContain('2,000 of 2,500 events done ...');
    const filter = { error: 'payload_invalid', since: '2026-03-01', note: 'empty' };
    expect(server.asked.map(({ method, path, body }) => [method, path, JSON.parse(`${body}`)])).toEqual(
      [
        { dry_run: true },
        { dry_run: true, cursor: 'a' },
        { dry_run: false },
        { dry_run: false, cursor: 'b' },
      ].map((step) => ['POST', '/admin/events/resolve', { ...filter, ...step }]),
    );
  });

  it('do nothing where somebody says no, where nobody is there, and where it is only counted', async () => {
    const counted = bulkReply(1, 0);
    const server = await farEnd(counted, counted, counted, bulkReply(0, 0));
    const env = operator(server.url);
    const argv = ['admin', 'replay', ...found];
    expect(await runHere(argv, env, { typed: 'n' })).toMatchObject({ code: 1, stdout: '' });
    expect(await runHere(argv, env)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        'nobody can be asked here, since this is no terminal: to replay all of them, add --yes',
      ),
    });
    expect((await runHere([...argv, '--dry-run'], env)).stdout).toBe(
      '1 event found. Replay it without --dry-run.\n',
    );
    expect((await runHere([...argv, '--yes'], env)).stdout).toBe('No event is found by this.\n');
    expect(server.asked.every(({ body }) => JSON.parse(`${body}`).dry_run)).toBe(true);
  });

  it('say what was done, and where it goes on, where they are cut short', async () => {
    const broken = { status: 503, body: refusal('unavailable', 'the database is away', 'r-1') };
    const server = await farEnd(bulkReply(4_000, 0), bulkReply(2_000, 2_000, 'b'), broken);
    const cut = await runHere(['admin', 'replay', ...found, '--yes', '--json'], operator(server.url));
    expect(cut).toMatchObject({ code: 1, stdout: '' });
    expect(JSON.parse(cut.stderr).error).toEqual({
      code: 'unavailable',
      message: 'the database is away; 2,000 events done; `--cursor b` goes on from there',
      request_id: 'r-1',
    });
  });

  it('ask for one event or for a search, and not for everything or both', async () => {
    const server = await farEnd();
    for (const argv of [[], ['4711', '--type', 'daily'], ['4711', '--dry-run']])
      expect((await runHere(['admin', 'replay', ...argv], operator(server.url))).code).toBe(2);
    expect(server.asked).toEqual([]);
  });
});

describe('amy admin wipe', () => {
  it('shows what would go, and erases once the id is typed', async () => {
    const server = await farEnd({ body: PERSON }, { body: RECEIPT });
    const done = await runHere(['admin', 'wipe', 'user_1'], operator(server.url), { typed: 'user_1' });
    expect(done.stderr).toContain('raw_events 1,234, trace_events 3, daily_summary 28\n');
    expect(done.stdout).toBe(
      [
        'user_1 is erased. What went, by table and store:',
        '  1,234 raw_events',
        '  28 daily_summary',
        '  3 r2_raw_payloads',
        '  1 connection ended at Terra',
        'Looked for again by the same ids: 0 found.',
        '',
      ].join('\n'),
    );
    expect(server.asked.map(({ method, path, body }) => [method, path, `${body}`])).toEqual([
      ['GET', '/admin/user/user_1', ''],
      ['POST', '/admin/user/user_1/wipe', '{"force":false}'],
    ]);
  });

  it('erases nobody where another word is typed, where nobody is there, and where nobody has the id', async () => {
    const unknown = { status: 404, body: refusal('not_found', 'nobody has this id and nothing names it') };
    const server = await farEnd({ body: PERSON }, { body: PERSON }, unknown, unknown, unknown);
    const env = operator(server.url);
    const wrong = await runHere(['admin', 'wipe', 'user_1'], env, { typed: 'yes' });
    expect(wrong).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('nothing was erased'),
    });
    expect(await runHere(['admin', 'wipe', 'user_1'], env)).toMatchObject({ code: 2, stdout: '' });
    expect(await runHere(['admin', 'wipe', 'user_2'], env)).toMatchObject({ code: 1, stdout: '' });
    for (const [argv, force] of [
      [['user', 'user_2'], '; --force answers for it all the same'],
      [['wipe', 'user_2', '--yes'], '; --force marks it as erased all the same'],
    ] as const) {
      const told = { code: 1, stdout: '', stderr: expect.stringContaining(force) };
      expect(await runHere(['admin', ...argv], env)).toMatchObject(told);
    }
    expect(server.asked.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET', 'GET', 'POST']);
  });

  it('fails where the same ids still find something', async () => {
    const server = await farEnd({ body: { ...RECEIPT, remaining: 2 } });
    const left = await runHere(['admin', 'wipe', 'user_1', '--yes'], operator(server.url));
    expect(left).toMatchObject({ code: 1, stdout: expect.stringContaining('same ids: 2 found') });
  });
});

describe('amy admin rebuild', () => {
  it('waits for the end and shows the difference', async () => {
    const server = await farEnd({ body: { ok: true, ...REBUILD } }, { body: REBUILD }, { body: REBUILT });
    const argv = ['admin', 'rebuild', 'user_1', '--dry-run'];
    const done = await runHere(argv, operator(server.url), { columns: 100 });
    expect(done.stderr).toContain('200 events read, 1,034 to go ...');
    expect(done.stdout).toBe(
      [
        'Dry run of the rebuild of user_1 by rules 7: 1,234 events read, this would change:',
        'table          added  changed  removed  in columns',
        'daily_summary      1       28        0  steps 28, distance_meters 2',
        '',
        'Some of these rows, before and after:',
        '~ daily_summary oura 2026-02-28: steps 9000 -> 9100, distance_meters nothing -> 6800.5',
        '',
      ].join('\n'),
    );
    expect(server.asked.map(({ method, query }) => [method, query])).toEqual([
      ['POST', { user_id: 'user_1', dry_run: 'true' }],
      ['GET', { user_id: 'user_1' }],
      ['GET', { user_id: 'user_1' }],
    ]);
  });

  it('fails where the rebuild did', async () => {
    const failed = {
      ok: true,
      ...REBUILD,
      dry_run: false,
      state: 'failed',
      finished_at: 'now',
      error: 'lost',
    };
    const server = await farEnd({ body: failed });
    const ended = await runHere(['admin', 'rebuild', 'user_1'], operator(server.url));
    expect(ended).toMatchObject({ code: 1, stderr: expect.stringContaining('the rebuild failed: lost;') });
  });
});

describe('amy admin traces', () => {
  it('tells the life of a request from its beginning, page by page, with how long it took', async () => {
    const server = await farEnd(eventsReply(LIFE.slice(0, 2), 'a'), eventsReply(LIFE.slice(2)));
    vi.stubEnv('TZ', 'UTC');
    const argv = ['admin', 'traces', '--request-id', 'r1', '--all'];
    const { stdout, stderr } = await runHere(argv, operator(server.url));
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual([
      'time                   after  what                told',
      '2026-03-01 09:05           -  webhook_received    daily',
      '2026-03-01 09:05      +1.4 s  normalize_parked    no_connection_for_terra_user',
      '2026-03-01 12:08  +3 h 3 min  released            -',
      '2026-03-01 12:08      +60 ms  normalize_complete  attempts 2, lost_races 1, ha…',
      'From the first to the last line: 3 h 3 min.',
      '',
    ]);
    const life = { request_id: 'r1', order: 'oldest', limit: '500' };
    expect(server.asked.map(({ query }) => query)).toEqual([life, { ...life, cursor: 'a' }]);
  });

  it('lists the newest of everybody without an id', async () => {
    const server = await farEnd(eventsReply(LIFE.slice(1, 2), 'b'));
    const argv = ['admin', 'traces', '--level', 'warn', '--limit', '1'];
    const { stdout, stderr } = await runHere(argv, operator(server.url));
    expect(stdout).toContain('warn    4711  normalize_parked  no_connection_for_terra_user\n');
    expect(stderr).toBe('There is more: --all shows all of it, `--cursor b` what comes next.\n');
    expect(server.asked[0]?.query).toEqual({ level: 'warn', limit: '1' });
  });
});
