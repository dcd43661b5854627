import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { timesFor } from '../../cli/src/terminal/times.ts';
import { storedText, unixMsOf } from '../src/clock.ts';
import { digest } from '../src/contract/digest.ts';
import { eventsFound } from '../src/contract/operator.ts';
import { SYNCED_TABLES } from '../src/contract/tables.ts';
import { traceLine } from '../src/contract/traces.ts';
import { wranglerEnvironment, wranglerProgram } from './local/built-worker.ts';
import { type Child, startNode } from './local/child.ts';
import { FIXED_SECRETS } from './local/fixed-secrets.ts';
import { localSecrets } from './local/secrets.ts';
import { storedFile } from './local/stored-files.ts';
import { mintToken } from './local/token.ts';
import { startLocalWorker } from './local/worker.ts';
import { needs } from './needs.ts';
import { withoutPretence } from './pretended-day/node-clock.ts';
import { readRecipes, runRecipe } from './recipes.ts';
import { dateOf, dayNumber } from './terra/calendar.ts';
import { deliverSigned } from './terra/delivery/deliver-signed.ts';
import { today } from './today.ts';

/** The whole path as a newcomer runs it: simulator, Worker in workerd, queues, D1, sync, SQLite file. */

const root = fileURLToPath(new URL('../..', import.meta.url));
// With a space in its name, as folders of people have.
const folder = mkdtempSync(join(tmpdir(), 'amy start-'));
const mirror = join(folder, 'data', 'local', 'persona.sqlite');
const state = join(folder, 'state');

function start(...args: string[]): Child {
  return startNode(['cloud/dev/start.js', ...args], {
    cwd: root,
    env: { ...process.env, ...FIXED_SECRETS, AMY_STATE: state, AMY_HOME: folder, PORT: '0' },
  });
}

/** A state on which somebody's request was put off by Terra for an hour. */
async function prepareWaitingRequest(): Promise<string> {
  const worker = await startLocalWorker({ root, state, port: 0, variables: {} });
  await worker.stop();
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const database = serverDatabase(false);
  database.prepare("insert into users(id) values ('user_earlier')").run();
  database
    .prepare(
      `insert into backfills(id, user_id, terra_user_id, resource, start_date, end_date, attempts, error,
  next_attempt_at, created_at)
values ('earlier', 'user_earlier', 'terra-earlier', 'daily', '2026-01-01', '2026-01-31', 1, ?1, ?2, ?2)`,
    )
    .run('http 429: {"message":"Too many requests"}', until);
  database.close();
  return until;
}

/** What a line of a person's shell does in another folder, where an older Node may come first. */
function shell(line: string): Promise<{ code: number | string; output: string }> {
  const { promise, resolve } = Promise.withResolvers<{ code: number | string; output: string }>();
  const path = ['/usr/local/bin', '/usr/bin', '/bin', dirname(process.execPath)].join(':');
  // An older Node reads no TypeScript, so it is not told of another day.
  const env = withoutPretence({ ...process.env, PATH: path });
  execFile('/bin/sh', ['-c', line], { cwd: '/', env, timeout: 60_000 }, (error, stdout, stderr) =>
    resolve({
      code: error === null ? 0 : (error.code ?? error.signal ?? 'unknown'),
      output: stdout + stderr,
    }),
  );
  return promise;
}

function isInstalled(command: string): boolean {
  return ['/usr/local/bin', '/usr/bin', '/bin'].some((place) => existsSync(join(place, command)));
}

function rows(database: DatabaseSync, sql: string): Record<string, unknown>[] {
  return database.prepare(sql).all() as Record<string, unknown>[];
}

/** The file in which workerd keeps D1. */
function serverDatabase(readOnly = true): DatabaseSync {
  return new DatabaseSync(storedFile(state, 'd1') ?? 'missing', { readOnly });
}

/** Every synced row of the demo person, as the server has it and as the mirror has it. */
function bothSides(): { server: Record<string, unknown[]>; local: Record<string, unknown[]> } {
  const [server, local] = [serverDatabase(), new DatabaseSync(mirror, { readOnly: true })];
  try {
    const read = (database: DatabaseSync, where: string) =>
      Object.fromEntries(
        Object.entries(SYNCED_TABLES).map(([table, { key, columns }]) => {
          const names = [...Object.keys(columns).filter((column) => column !== 'raw'), 'updated_at'];
          const order = key.length === 0 ? '1' : key.join(', ');
          return [
            table,
            rows(database, `select ${names.join(', ')} from ${table} ${where} order by ${order}`),
          ];
        }),
      );
    return { server: read(server, "where user_id = 'user_demo'"), local: read(local, '') };
  } finally {
    server.close();
    local.close();
  }
}

function labStates(person: string): unknown[] {
  const database = serverDatabase();
  try {
    const uploads = database.prepare('select terra_status from lab_uploads where user_id = ?').all(person);
    return uploads.map((row) => row.terra_status);
  } finally {
    database.close();
  }
}

/** A delivery of Terra's, of a person other than the demo's. */
async function deliver(url: string, secret: string, body: string): Promise<void> {
  const answer = await deliverSigned(url, secret, Buffer.from(body));
  expect(answer.status, await answer.text()).toBe(200);
}

const verified = z.object({ differences: z.array(z.object({ table: z.string(), mended: z.boolean() })) });

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('npm start -- --once', () => {
  let child: Child;
  let until = '';

  beforeAll(async () => {
    until = await prepareWaitingRequest();
    child = start('--once');
    await child.ended;
  }, 480_000);

  it('exits 0 with nothing lost and nothing parked', async () => {
    expect(await child.ended, child.output()).toBe(0);
    expect(child.output()).toMatch(/deliveries of Terra\s+1\d\d\n/);
    expect(child.output()).toMatch(/could not be used\s+0\n/);
    expect(child.output()).toContain('14 days');
  });

  it('says which earlier request still waits for Terra, why and until when, and calls it no failure', () => {
    expect(child.output()).toContain(
      `waiting for Terra      1 request, the first until ${timesFor(false)(until)}: Terra answered 429: Too many requests; `,
    );
    expect(child.output()).not.toContain('FAILED');
    const database = serverDatabase();
    expect(rows(database, "select status from backfills where id = 'earlier'")).toEqual([
      { status: 'pending' },
    ]);
    database.close();
  });

  it('leaves a year in the mirror, equal to the server row for row', () => {
    const { server, local } = bothSides();
    expect(local).toEqual(server);
    expect(local.activities?.length).toBeGreaterThan(100);
    expect(local.sleep_sessions?.length).toBeGreaterThan(300);
    const database = new DatabaseSync(mirror, { readOnly: true });
    expect(rows(database, 'select count(*) as days from summary')[0]?.days).toBeGreaterThanOrEqual(365);
    database.close();
  });

  it('has two devices whose days are the same days and whose numbers differ, and local times of both', () => {
    const database = new DatabaseSync(mirror, { readOnly: true });
    const [both] = rows(
      database,
      `select count(*) as days, avg(abs(a.steps - b.steps) / a.steps) as steps_apart,
         avg(a.heart_rate_variability = b.heart_rate_variability) as same_variability
       from daily_summary a join daily_summary b using (datetime)
       where a.source = 'oura' and b.source = 'garmin'`,
    );
    expect(both?.days).toBeGreaterThan(250);
    expect(both?.steps_apart).toBeLessThan(0.2);
    expect(both?.same_variability).toBeLessThan(0.1);
    const longAgo = dateOf(dayNumber(today()) - 1_000);
    expect(
      rows(database, `select state from coverage where metric = 'steps' and datetime = '${longAgo}'`).length,
    ).toBe(2);
    const clockless = 'select 1 from activities_local where local_start is null limit 1';
    expect(rows(database, clockless)).toEqual([]);
    database.close();
  });

  it('makes a report of the mirror that shows every part but the labs, and names it', () => {
    const [, path] = /The report: (.+), for a browser\n/.exec(child.output()) ?? [];
    expect(path).toBe(join(folder, 'data', 'local', 'amy-report.html'));
    const html = readFileSync(path ?? '', 'utf8');
    const parts = [...html.matchAll(/<section id="([a-z]+)">/g)].map(([, id]) => id);
    expect(parts).toEqual([
      'today',
      'sleep',
      'heart',
      'activity',
      'recovery',
      'body',
      'workouts',
      'missing',
      'about',
    ]);
    // A start over midnight ends on a day whose night nobody has slept yet.
    expect(html).toMatch(/\b(90|89) of 90 nights/);
  });

  it('left every event processed, and every acknowledged delivery stored', () => {
    const database = serverDatabase();
    expect(rows(database, 'select count(*) as n from raw_events where processed_at is null')).toEqual([
      { n: 0 },
    ]);
    const stored = rows(database, 'select count(*) as n from raw_events')[0]?.n;
    expect(child.output()).toContain(`deliveries of Terra    ${stored}\n`);
    database.close();
  });

  it('left a database of which wrangler, too, knows that it has every migration', async () => {
    const listing = ['d1', 'migrations', 'list', 'amy-db', '--local', `--persist-to=${state}`];
    const listed = startNode([wranglerProgram(root), ...listing], {
      cwd: root,
      env: wranglerEnvironment(process.env),
    });
    expect(await listed.ended, listed.output()).toBe(0);
    expect(listed.output()).toContain('No migrations to apply');
  }, 90_000);

  it('told the time by the clock of who started it', () => {
    const database = serverDatabase();
    const last = rows(database, 'select max(received_at) as at from raw_events')[0]?.at;
    database.close();
    const agoMs = Date.now() - unixMsOf(storedText(String(last)));
    expect(agoMs).toBeGreaterThanOrEqual(0);
    expect(agoMs).toBeLessThan(600_000);
  });
});

describe('npm start, a second time on the same state', () => {
  let child: Child;
  let url = '';
  let token = '';
  // Of `.dev.vars` where the repository has one.
  let adminKey = '';

  beforeAll(async () => {
    child = start();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    child.process.stderr?.on('data', () => {
      if (child.output().includes('Running until Ctrl-C')) resolve();
    });
    void child.ended.then((code) => reject(new Error(`npm start ended with ${code}:\n${child.output()}`)));
    await promise;
    url = /AMY_API_URL=(\S+)/.exec(child.output())?.[1] ?? '';
    token = /AMY_TOKEN=(\S+)/.exec(child.output())?.[1] ?? '';
    adminKey = /AMY_ADMIN_KEY=(\S+)/.exec(child.output())?.[1] ?? '';
  }, 480_000);

  afterAll(() => child.stop('SIGKILL'));

  function amy(...args: string[]): Promise<unknown> {
    return amyOf(token, '--db', mirror, ...args);
  }

  async function amyOf(person: string, ...args: string[]): Promise<unknown> {
    const command = startNode(['cli/bin/amy.js', '--json', '--url', url, ...args], {
      cwd: root,
      env: { ...process.env, AMY_TOKEN: person, AMY_ADMIN_KEY: adminKey },
    });
    expect(await command.ended, command.output()).toBe(0);
    return JSON.parse(command.output());
  }

  it('left the mirror equal to the server, though everything was sent again', () => {
    const { server, local } = bothSides();
    expect(local).toEqual(server);
  });

  it('has nothing new for a sync, and the same again for a full one', async () => {
    const before = bothSides().local;
    expect(await amy('sync')).toMatchObject({ mode: 'changes', deleted: 0, received: { daily_summary: 0 } });
    expect(await amy('sync', '--full')).toMatchObject({ mode: 'full', removed: 0 });
    expect(bothSides().local).toEqual(before);
  });

  it('takes an import and a lab report from the CLI, and mirrors its biomarkers', async () => {
    expect(await amy('import', '--days', '7', '--wait')).toMatchObject({
      days: 7,
      state: 'done',
      requests: { total: 8, complete: 8, silent: 0, failed: 0 },
      chunks: { expected: 8, received: 8 },
    });
    const report = join(folder, 'report.pdf');
    writeFileSync(report, '%PDF-1.7\nnot much of a report');
    expect(await amy('labs', 'upload', report)).toMatchObject({ ok: true, terra_status: 'submitted' });
    await expect.poll(() => labStates('user_demo'), { timeout: 30_000 }).toEqual(['parsed']);
    await amy('sync');
    const database = new DatabaseSync(mirror, { readOnly: true });
    expect(
      rows(database, "select glucose, hba1c from biomarkers_wide where source = 'terra_lab' limit 1")[0],
    ).toMatchObject({
      glucose: expect.any(Number),
      hba1c: expect.any(Number),
    });
    database.close();
  }, 240_000);

  it('proves that the file equals the server, and mends what was changed by hand', async () => {
    const untouched = bothSides();
    expect(untouched.local).toEqual(untouched.server);
    expect(await amy('verify')).toMatchObject({ equal: true, differences: [], indexes_mended: false });
    const database = new DatabaseSync(mirror);
    const one = 'where rowid = (select rowid from';
    database.exec(`
      update daily_summary set steps = steps * (1 + 1e-15) ${one} daily_summary where steps > 0 limit 1);
      delete from sleep_sessions ${one} sleep_sessions limit 1);
      insert into activities (source, start_time, updated_at) values ('by hand', '2019-05-01T00:00:00.000Z', '');`);
    database.close();
    const { differences } = verified.parse(await amy('verify'));
    expect(differences.map(({ table, mended }) => [table, mended])).toEqual([
      ['daily_summary', true],
      ['activities', true],
      ['sleep_sessions', true],
    ]);
    expect(bothSides().local).toEqual(untouched.server);
  }, 60_000);

  it('has digests that sqlite3 and sha256sum come to alone', {
    ...needs('sqlite3', isInstalled('sqlite3'), 'apt-get install sqlite3'),
    timeout: 60_000,
  }, async () => {
    const headers = { authorization: `Bearer ${token}` };
    const { tables } = digest.parse(await (await fetch(`${url}/v1/digest`, { headers })).json());
    for (const [table, { months }] of Object.entries(tables)) {
      const last = months.at(-1);
      if (last === undefined) continue;
      const script = join(root, 'docs', 'examples', 'verify.sh');
      const { output } = await shell(`sh '${script}' '${mirror}' ${table} ${last.month}`);
      expect([table, output]).toEqual([table, `${last.rows} ${last.sha256}\n`]);
    }
  });

  it('is read by every recipe of docs/examples, and each is run whose program is here', () => {
    const database = new DatabaseSync(mirror, { readOnly: true });
    for (const recipe of readRecipes()) {
      for (const sql of recipe.statements) {
        const found = rows(database, sql);
        // Nothing need have changed, and a lab report comes by another of these tests.
        if (!/source_changes|biomarkers_raw/.test(sql)) expect([sql, found.length > 0]).toEqual([sql, true]);
      }
      const printed = runRecipe(recipe, mirror);
      if (printed !== null) expect([recipe.file, printed.length > 0]).toEqual([recipe.file, true]);
    }
    database.close();
  }, 120_000);

  it('explains a value of the file by its event', async () => {
    const database = new DatabaseSync(mirror, { readOnly: true });
    const [day] = rows(database, 'select datetime, steps from summary where steps > 0 limit 1');
    database.close();
    expect(await amy('explain', String(day?.datetime), 'steps')).toMatchObject({
      offline: null,
      values: [{ value: day?.steps, server: { value: day?.steps, from: [{ event: { type: 'daily' } }] } }],
    });
  }, 30_000);

  // Of another person, who has few: of the demo person's, at 120 requests a minute, it would wait for a minute.
  it('keeps every event and lab report in a folder, each once, whose sums are right', async () => {
    const secrets = localSecrets(join(root, '.dev.vars'), { ...process.env, ...FIXED_SECRETS });
    const earlier = mintToken(secrets.AMY_JWT_SECRET, 'user_earlier');
    const [archive, elsewhere] = [join(folder, 'my archive'), ['--db', join(folder, 'earlier.sqlite')]];
    const user = { user_id: 'terra-earlier', reference_id: 'user_earlier', provider: 'OURA' };
    const noted = ['short', 'ärgerlich', 'long '.repeat(300_000)];
    for (const note of noted)
      await deliver(
        url,
        secrets.TERRA_SIGNING_SECRET,
        JSON.stringify({ type: 'daily', user, data: [], note }),
      );
    const report = join(folder, 'report.pdf');
    await amyOf(earlier, ...elsewhere, 'labs', 'upload', report);
    await expect.poll(() => labStates('user_earlier'), { timeout: 30_000 }).toEqual(['parsed']);
    const database = serverDatabase();
    const [stored] = rows(database, "select count(*) as n from raw_events where user_id = 'user_earlier'");
    database.close();
    const all = Number(stored?.n);
    expect(all).toBeGreaterThan(noted.length);
    expect(await amyOf(earlier, ...elsewhere, 'archive', '--to', archive)).toMatchObject({
      events: { listed: all, fetched: all, kept: 0, unavailable: 0 },
      labs: { fetched: 1 },
    });
    expect(await amyOf(earlier, ...elsewhere, 'archive', '--to', archive)).toMatchObject({
      events: { listed: all, fetched: 0 },
    });
    if (isInstalled('sha256sum'))
      expect(await shell(`cd '${archive}' && sha256sum --quiet -c SHA256SUMS`)).toEqual({
        code: 0,
        output: '',
      });
  }, 120_000);

  it('shows what is connected, as Terra says it too', async () => {
    const compared = await fetch(`${url}/cdn-cgi/local/scheduled?cron=${encodeURIComponent('0 */6 * * *')}`);
    expect(compared.status).toBe(200);
    const states = z.object({
      connections: z.array(z.object({ provider: z.string(), state: z.string(), deactivated_at: z.null() })),
    });
    const { connections } = states.parse(await amy('connections'));
    expect(connections.map(({ provider, state }) => [provider, state]).toSorted()).toEqual([
      ['garmin', 'connected'],
      ['oura', 'connected'],
    ]);
    expect(await amy('connect', '--provider', 'whoop')).toEqual({
      url: expect.stringContaining('/widget/session/'),
      expires_in: 900,
    });
  }, 60_000);

  it('shows an operator an event and its life, and marks whom they name as erased', async () => {
    const found = eventsFound.parse(
      await amy('admin', 'search', '--user', 'user_demo', '--type', 'sleep', '--limit', '1'),
    );
    const id = found.rows[0]?.id ?? 0;
    const shown = z.looseObject({ request_id: z.string(), timeline: z.array(traceLine) });
    const { request_id, timeline } = shown.parse(await amy('admin', 'show', String(id)));
    expect([timeline[0]?.event, timeline.at(-1)?.event]).toEqual(['webhook_received', 'normalize_complete']);
    expect(await amy('admin', 'traces', '--request-id', request_id)).toEqual({
      rows: timeline,
      next_cursor: null,
    });
    const wiped = await amy('admin', 'wipe', 'user_nobody', '--yes', '--force');
    expect(wiped).toMatchObject({ ok: true, users: 0, remaining: 0 });
  }, 120_000);

  it('tells what to try in lines that work from any folder, with its own AMY_HOME', async () => {
    const lines = child
      .output()
      .split('\n')
      .filter((line) => line.startsWith('  '));
    const line = (part: string) => lines.find((one) => one.includes(part)) ?? `no line has ${part}`;
    const settings = line('export PATH=');
    const status = await shell(`${settings}\n${line('amy status')}`);
    expect(status).toMatchObject({ code: 0, output: expect.stringContaining(mirror) });
    const figures = await shell(`${settings}\n${line('amy admin stats')}`);
    expect(figures).toMatchObject({ code: 0, output: expect.stringContaining('1 put off') });
    const week = isInstalled('sqlite3') ? await shell(line('sqlite3')) : null;
    if (week !== null) expect([week.code, week.output.trim().split('\n').length]).toEqual([0, 7]);
    expect(child.output()).toContain('this local stack’s own');
  }, 60_000);

  it('refuses another start on the same state, with the process and the address of this one', async () => {
    const another = start('--once');
    expect(await another.ended).toBe(1);
    const { pid } = child.process;
    expect(another.output()).toContain(`process ${pid}, at ${url}.`);
    expect(another.output()).toContain(`kill ${pid}`);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  }, 30_000);

  it('ends with Ctrl-C, and leaves no process behind', async () => {
    child.process.kill('SIGINT');
    expect(await child.ended).toBe(0);
    await expect(fetch(`${url}/healthz`)).rejects.toThrow();
  }, 30_000);
});

describe.runIf(process.platform === 'linux')('npm start, whose Worker dies', () => {
  it('says so in one line, ends with 1 and leaves the state free', async () => {
    const child = start();
    try {
      await expect.poll(() => child.output(), { timeout: 90_000 }).toContain('Amy serves at');
      const url = /Amy serves at (\S+),/.exec(child.output())?.[1] ?? '';
      const { pid } = child.process;
      const [serving] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').slice(-1);
      process.kill(Number(serving), 'SIGKILL');
      expect(await child.ended, child.output()).toBe(1);
      expect(child.output()).toMatch(/\nFAILED: the Worker ended: .+; `npm start` goes on from there\.\n$/);
      await expect(fetch(`${url}/healthz`)).rejects.toThrow();
      expect(readdirSync(state)).toEqual(['v3']);
    } finally {
      await child.stop('SIGKILL');
    }
  }, 240_000);
});
