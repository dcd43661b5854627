import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { dayNumber } from '../../cloud/dev/terra/calendar.ts';
import { ORDINARY_LIFE } from '../../cloud/dev/terra/life/day.ts';
import { personOf } from '../../cloud/dev/terra/life/person.ts';
import { DATA_TYPES, deviceOf } from '../../cloud/dev/terra/payloads/devices.ts';
import { historyItems } from '../../cloud/dev/terra/payloads/history.ts';
import { renderArchiveBar } from '../src/terminal/archive-progress.ts';
import { settingsFor, startAmy } from './support/amy.ts';
import { archivedServer, type Stored, sha256 } from './support/archived-server.ts';
import { type Reply, refusal } from './support/far-end.ts';
import { filledMirror } from './support/filled-mirror.ts';
import { runHere } from './support/in-process.ts';
import { tokenOf } from './support/pages.ts';
import { rowsOf, temporaryFolder } from './support/temporary.ts';

const event = (id: number, body: string | Buffer = `{"number":${id}}`, month = '03') => ({
  id,
  received_at: `2026-${month}-01T08:05:00.000Z`,
  body: Buffer.from(body),
});
const REPORT = {
  id: '9b1deb4d-3b7d',
  original_name: 'Blood ../panel.pdf',
  body: Buffer.from('%PDF-1 blood'),
};

const FIRST_THERE = { format: 'amy archive', version: 1, person: 'user_2' };

/** Bodies that a careless way through text would change. */
const BODIES: readonly (string | Buffer)[] = [
  '{"a": "ü"}\r\n{"b":\u2028\n\n1}',
  '\ufeff{"mark":true}',
  '\0',
  '',
  Buffer.from([0xff, 0xfe, 0x0a, 0x80]),
  Buffer.from([0xed, 0xa0, 0x80]),
];

type Line = { readonly id: number; readonly encoding: 'utf-8' | 'base64'; readonly body: string };

function linesOf(folder: string, month: string): (Line & { fetched?: Line })[] {
  const text = gunzipSync(readFileSync(join(folder, `events/${month}.ndjson.gz`))).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}

const bytesOf = ({ body, encoding }: Line) => Buffer.from(body, encoding);

/** Whether every file that SHA256SUMS names is what it says. */
function isSummed(folder: string): boolean {
  const sums = readFileSync(join(folder, 'SHA256SUMS'), 'utf8').trimEnd().split('\n');
  return sums.every((line) => sha256(readFileSync(join(folder, line.slice(66)))) === line.slice(0, 64));
}

async function home(stored: Stored, first?: Parameters<typeof archivedServer>[1]) {
  const end = await archivedServer(stored, first);
  const { env } = settingsFor(end.url);
  const folder = join(env.AMY_HOME, 'data/local/archive');
  const archive = async (...argv: string[]) => {
    const { code, stdout, stderr } = await runHere(['archive', ...argv, '--json'], env);
    return { code, told: JSON.parse(code === 0 ? stdout : stderr), stderr };
  };
  const payloadsAsked = () => end.asked.filter(({ path }) => path.startsWith('/v1/payloads/')).length;
  return { end, env, folder, archive, payloadsAsked };
}

describe('amy archive', () => {
  it('notes in the local file which devices the events name, and forgets those of erased events', async () => {
    const ring = (id: number, type: string, device: object, times: object) => {
      const user = { provider: 'OURA', user_id: 'terra_1' };
      const told = { type, user, data: [{ metadata: times, device_data: device }, {}] };
      return { ...event(id, JSON.stringify(told)), type };
    };
    const start_time = '2026-03-01T00:00:00.000000+09:00';
    const daily = ring(1, 'daily', { name: 'Ring 3', software_version: '2.9' }, { start_time });
    const linked = ring(
      3,
      'sleep',
      { manufacturer: 'Oura', hardware_version: 'gen 4' },
      { end_time: '2026-03-02T07:00:00+09:00' },
    );
    // A day in Tokyo whose times are UTC, as Garmin tells them: its values are those of the second of March.
    const inUtc = ring(
      6,
      'daily',
      { name: 'Ring 4' },
      { start_time: '2026-03-01T15:00:00Z', end_time: '2026-03-02T15:00:00Z', timestamp_localization: 0 },
    );
    const stored: Stored = {
      events: [
        daily,
        inUtc,
        { ...daily, id: 2, body: Buffer.from(String(daily.body).replace('2.9', '3.0')) },
        { ...event(4, '{"type":"s3_payload"}'), type: 's3_payload', linked: linked.body },
        event(5, '{"type":"body"}', '04'),
      ],
      reports: [],
    };
    const { end, env, archive } = await home(stored);
    const path = join(env.AMY_HOME, 'data/local/persona.sqlite');
    // Without a local file there is nothing to note it in, and the archive is whole all the same.
    expect((await archive()).told).toMatchObject({ events: { fetched: 5 } });
    expect(existsSync(path)).toBe(false);
    const own = filledMirror({}, (database) => {
      database.exec(`update sync_state set server = '${end.url}'`);
    });
    renameSync(own, path);
    expect((await archive()).code).toBe(0);
    const months = () => rowsOf(path, 'select month from device_months').map(({ month }) => month);
    expect(months()).toEqual(['events/2026-03.ndjson.gz', 'events/2026-04.ndjson.gz']);
    const devices = () => rowsOf(path, 'select source, kind, datetime, device, firmware from device_history');
    expect(devices()).toEqual([
      { source: 'oura', kind: 'daily', datetime: '2026-03-01', device: 'Ring 3', firmware: '3.0' },
      { source: 'oura', kind: 'daily', datetime: '2026-03-02', device: 'Ring 4', firmware: null },
      { source: 'oura', kind: 'sleep', datetime: '2026-03-02', device: 'Oura (gen 4)', firmware: null },
    ]);
    stored.events = stored.events.filter(({ id }) => id === 4);
    expect((await archive('--yes')).code).toBe(0);
    expect(devices()).toHaveLength(1);
    expect(months()).toEqual(['events/2026-03.ndjson.gz']);
    // A local file that SQLite cannot read is as good as a locked one, without the wait.
    writeFileSync(path, Buffer.concat([Buffer.from('SQLite format 3\0'), Buffer.alloc(1_000, 'x')]));
    const unnoted = await archive();
    expect([unnoted.code, unnoted.told.events.listed]).toEqual([0, 1]);
    expect(JSON.parse(unnoted.stderr).warning).toEqual({
      code: 'not_a_mirror',
      message: `the archive is whole, but the local file could not take which devices its events name: ${path} is not a SQLite database; name another file with --db`,
    });
  });

  it('keeps every event byte for byte, a file a month, and every lab report, and fetches only what is new', async () => {
    const stored: Stored = {
      events: [...BODIES.map((body, index) => event(index + 1, body)), event(90, '{}', '04')],
      reports: [REPORT],
    };
    const { folder, archive, payloadsAsked } = await home(stored);
    expect((await archive()).told).toMatchObject({
      folder,
      events: { listed: 7, fetched: 7, unavailable: 0, erased: 0, kept: 0 },
      labs: { listed: 1, fetched: 1 },
    });
    const march = linesOf(folder, '2026-03');
    expect(march.map(bytesOf)).toEqual(BODIES.map((body) => Buffer.from(body)));
    expect(march.map(({ encoding }) => encoding)).toEqual([
      ...['utf-8', 'utf-8', 'utf-8', 'utf-8'],
      ...['base64', 'base64'],
    ]);
    expect(march[0]).toEqual({
      ...{ id: 1, type: 'daily', provider: 'oura', received_at: '2026-03-01T08:05:00.000Z' },
      ordered_at: '2026-03-01T08:05:00.000Z',
      ...{ sha256: sha256(Buffer.from(BODIES[0] ?? '')), bytes: Buffer.byteLength(BODIES[0] ?? '') },
      ...{ encoding: 'utf-8', body: BODIES[0] },
    });
    expect(readFileSync(join(folder, `labs/${REPORT.id}.pdf`))).toEqual(REPORT.body);
    expect(JSON.parse(readFileSync(join(folder, 'labs.json'), 'utf8'))).toMatchObject([
      { file: `labs/${REPORT.id}.pdf`, original_name: REPORT.original_name, sha256: sha256(REPORT.body) },
    ]);
    expect(readFileSync(join(folder, 'README.txt'), 'utf8')).toContain('sha256sum -c SHA256SUMS');
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
      const found = statSync(join(folder, name));
      expect([name, found.mode & 0o777]).toEqual([name, found.isDirectory() ? 0o700 : 0o600]);
    }
    stored.events.push(event(91, '{"new":1}'), event(92, '{}', '05'));
    expect((await archive()).told).toMatchObject({ events: { listed: 9, fetched: 2 }, labs: { fetched: 0 } });
    expect(payloadsAsked()).toBe(9);
    expect(linesOf(folder, '2026-03').map(({ id }) => id)).toEqual([1, 2, 3, 4, 5, 6, 91]);
    const checked = spawnSync('sha256sum', ['-c', '--strict', 'SHA256SUMS'], { cwd: folder });
    expect(checked.error === undefined ? checked.status : 0).toBe(0);
    expect(isSummed(folder)).toBe(true);
  });

  it('is whole after a kill at any moment, and goes on from there', async () => {
    const events = Array.from({ length: 120 }, (_, index) => event(index + 1));
    let killedAt = 7;
    let kill = async () => {};
    const { folder, env, payloadsAsked, archive } = await home({ events, reports: [] }, async ({ path }) => {
      if (path.endsWith(`/${killedAt}`)) await kill();
      return null;
    });
    const month = join(folder, 'events/2026-03.ndjson.gz');
    for (const [id, kept] of [
      [7, 0],
      [58, 50],
      [115, 100],
    ] as const) {
      killedAt = id;
      const { child, ended } = startAmy(['archive'], { env });
      kill = async () => {
        child.kill('SIGKILL');
        await ended;
      };
      expect((await ended).signal).toBe('SIGKILL');
      expect(existsSync(month) ? linesOf(folder, '2026-03').length : 0).toBe(kept);
      expect(kept === 0 || isSummed(folder)).toBe(true);
      // What a kill in the middle of a file leaves.
      writeFileSync(join(folder, 'events/.amy-0.part'), 'half of a file');
    }
    kill = async () => {};
    const before = payloadsAsked();
    expect((await archive()).told.events.fetched).toBe(20);
    expect(payloadsAsked() - before).toBe(20);
    expect(linesOf(folder, '2026-03').map(({ id }) => id)).toEqual(events.map(({ id }) => id));
    expect(readdirSync(join(folder, 'events'))).toEqual(['2026-03.ndjson.gz']);
    expect(isSummed(folder)).toBe(true);
  });

  it('erases here what is erased there, after it has asked, or with --yes', async () => {
    const stored: Stored = {
      events: [event(1), event(2, '{"secret":1}'), event(3, '{}', '04')],
      reports: [REPORT],
    };
    const { folder, env, archive } = await home(stored);
    await archive();
    // The id is given anew, as after a restore of the server.
    stored.events = [event(1), event(2, '{"other":1}'), event(4)];
    stored.reports = [{ ...REPORT, id: 'later' }];
    const unasked = await archive();
    expect([unasked.code, unasked.told.error]).toEqual([
      2,
      { code: 'usage', message: expect.stringContaining('add --yes') },
    ]);
    expect(linesOf(folder, '2026-03').map(({ body }) => body)).toEqual([
      '{"number":1}',
      '{"secret":1}',
      '{"other":1}',
      '{"number":4}',
    ]);
    expect(isSummed(folder)).toBe(true);
    const refused = await runHere(['archive'], env, { typed: 'n' });
    expect([refused.code, refused.stderr]).toEqual([
      0,
      expect.stringContaining('No longer on the server: 2 events, 1 lab report. Erase here too?'),
    ]);
    expect(refused.stdout).toContain('2 events, 1 lab report erased on the server, still here');
    expect((await archive('--yes')).told).toMatchObject({ events: { erased: 2 }, labs: { erased: 1 } });
    expect(linesOf(folder, '2026-03').map(({ body }) => body)).toEqual([
      '{"number":1}',
      '{"other":1}',
      '{"number":4}',
    ]);
    expect(readdirSync(join(folder, 'events'))).toEqual(['2026-03.ndjson.gz']);
    expect(readdirSync(join(folder, 'labs'))).toEqual(['later.pdf']);
    expect(isSummed(folder)).toBe(true);
    expect((await archive()).told).toMatchObject({ events: { erased: 0, kept: 0 } });
  });

  it('asks even with --yes where most of it is gone: the server may have been put back to an earlier day', async () => {
    const stored: Stored = { events: Array.from({ length: 30 }, (_, n) => event(n + 1)), reports: [] };
    const { folder, archive } = await home(stored);
    await archive();
    stored.events = stored.events.slice(0, 5);
    const unasked = await archive('--yes');
    expect([unasked.code, unasked.told.error.message]).toEqual([
      2,
      expect.stringContaining('more than half of it is no longer on the server'),
    ]);
    expect(linesOf(folder, '2026-03')).toHaveLength(30);
  });

  it('keeps a link with what it led to, names what came wrong, and does without what is gone', async () => {
    const link = { ...event(1, '{"url":1}'), type: 's3_payload', linked: Buffer.from('{"all":1}') };
    const stored: Stored = { events: [link, event(2), event(3), event(4)], reports: [] };
    const { folder, archive } = await home(stored, ({ path }) => {
      if (path.endsWith('/2')) return { body: Buffer.from('cut of') };
      return path.endsWith('/3') ? { status: 404, body: refusal('not_found', 'gone') } : null;
    });
    const { code, told } = await archive();
    expect([code, told.error]).toEqual([
      1,
      { code: 'payload_mismatch', message: expect.stringMatching(/not in the archive: 2; try again/) },
    ]);
    expect(linesOf(folder, '2026-03')).toMatchObject([
      { id: 1, body: '{"url":1}', fetched: { body: '{"all":1}', encoding: 'utf-8' } },
      { id: 4 },
    ]);
    stored.events = stored.events.filter(({ id }) => id !== 2);
    expect((await archive()).told.events).toMatchObject({ fetched: 0, unavailable: 1 });
  });

  it('fetches a damaged lab report anew, and where the server has it no longer names it and keeps its sum', async () => {
    const stored: Stored = { events: [event(1)], reports: [REPORT] };
    let isThere = true;
    const { folder, archive } = await home(stored, ({ path }) =>
      path.endsWith('/file') && !isThere ? { status: 404, body: refusal('not_found', 'gone') } : null,
    );
    await archive();
    const report = join(folder, `labs/${REPORT.id}.pdf`);
    writeFileSync(report, '%PDF-1 bl');
    expect((await archive()).told.labs).toMatchObject({ fetched: 1 });
    expect(readFileSync(report)).toEqual(REPORT.body);
    isThere = false;
    writeFileSync(report, '%PDF-1 bl');
    const { code, told } = await archive();
    expect([code, told.error.code]).toEqual([1, 'archive_damaged']);
    expect(told.error.message).toContain(`${report} is damaged (it is not what labs.json says)`);
    expect(isSummed(folder)).toBe(false);
    renameSync(report, join(temporaryFolder(), 'damaged.pdf'));
    expect((await archive()).code).toBe(0);
    expect(isSummed(folder)).toBe(true);
  });

  it('waits for a server that is busy, says so and how long it may take, and keeps what it had when that fails', async () => {
    let isBusy = true;
    let isDown = true;
    const stored = { events: [event(1), event(2), event(3)], reports: [] };
    const { folder, env, archive } = await home(stored, ({ path }) => {
      if (path.endsWith('/2') && isBusy) {
        isBusy = false;
        return { status: 429, headers: { 'retry-after': '0' }, body: refusal('rate_limited', 'slowly') };
      }
      return path.endsWith('/3') && isDown ? { status: 500, body: refusal('internal', 'down') } : null;
    });
    const { code, stderr } = await runHere(['archive'], env);
    expect([code, stderr]).toEqual([1, expect.stringContaining('the server is busy; waiting 0 s\n')]);
    expect(stderr).toContain('[======..............] 1 of 3 events\n');
    expect(linesOf(folder, '2026-03').map(({ id }) => id)).toEqual([1, 2]);
    isDown = false;
    expect((await archive()).told.events.fetched).toBe(1);
    expect(renderArchiveBar(1, 4_000, 500)).toBe(
      '[....................] 1 of 4,000 events, about 33 minutes left',
    );
    expect(renderArchiveBar(100, 160, 50_000)).toBe(
      '[============........] 100 of 160 events, about a minute left',
    );
  });

  it('fills the samples of the local file with --samples, and says how many of which metrics', async () => {
    const device = deviceOf('OURA');
    if (device === null) throw new Error('the simulator has no such ring');
    const person = { person: personOf(7), device, lifestyle: ORDINARY_LIFE, withSamples: true };
    const user = { user_id: 'terra-1', provider: 'OURA', reference_id: 'user_1' };
    const bodies = DATA_TYPES.map((type) => {
      const data = historyItems({ ...person, type, days: [dayNumber('2026-02-26')] });
      return { type, ...event(DATA_TYPES.indexOf(type) + 1, JSON.stringify({ type, user, data })) };
    });
    const { end, env, archive } = await home({ events: bodies, reports: [] });
    const refused = await archive('--samples');
    expect([refused.told.error.code, end.asked.length]).toEqual(['not_synced', 0]);

    const database = filledMirror({}, (filled) =>
      filled.prepare('update sync_state set server = ?, person = ?').run(end.url, 'user_1'),
    );
    const { told } = await archive('--samples', '--db', database);
    const counted = rowsOf(
      database,
      'select metric, unit, count(*) as samples from samples group by metric order by metric',
    );
    expect(told.samples.metrics).toMatchObject(counted);
    expect(counted.map(({ metric }) => metric)).toEqual(['body_temperature', 'heart_rate', 'sleep_stage']);
    const [first] = rowsOf(
      database,
      "select * from samples where metric = 'sleep_stage' order by time limit 1",
    );
    expect(first).toEqual({
      ...{
        source: 'oura',
        metric: 'sleep_stage',
        unit: '1',
        utc_offset_minutes: 0,
        value: expect.any(Number),
      },
      ...{ time: expect.stringMatching(/^2026-02-2[56]T.*Z$/), event: expect.any(Number) },
    });
    const { code, stdout } = await runHere(['archive', '--samples', '--db', database], env);
    expect([code, stdout]).toEqual([0, expect.stringContaining('nothing new in the archive')]);
    expect(stdout).toMatch(/heart_rate {2,}[\d,]+ {2}\/min {2}oura {5}2026-02-2\d {2}2026-02-2\d/);
  });

  it('that is killed while it fills the samples leaves whole months, and goes on from there', async () => {
    const user = { user_id: 'terra-1', provider: 'OURA', reference_id: 'user_1' };
    const months = ['03', '04', '05', '06'];
    const events = months.map((month, index) => {
      const hr_samples = Array.from({ length: 1_000 }, (_, second) => ({
        timestamp: new Date(Date.UTC(2026, Number(month) - 1, 1) + second * 1_000).toISOString(),
        bpm: 60 + index,
      }));
      const metadata = { start_time: `2026-${month}-01T00:00:00Z` };
      const data = [{ metadata, heart_rate_data: { detailed: { hr_samples } } }];
      return { type: 'daily', ...event(index + 1, JSON.stringify({ type: 'daily', user, data }), month) };
    });
    const { end, env, archive } = await home({ events, reports: [] });
    const database = filledMirror({}, (filled) =>
      filled.prepare('update sync_state set server = ?, person = ?').run(end.url, 'user_1'),
    );
    const { child, ended } = startAmy(['archive', '--samples', '--db', database], { env });
    let said = '';
    child.stderr?.on('data', (piece) => {
      said += String(piece);
      if (said.includes('(3 of 4 months)')) child.kill('SIGKILL');
    });
    await ended;
    const counted = () =>
      rowsOf(
        database,
        'select substr(time, 6, 2) as month, count(*) as samples from samples group by month order by month',
      );
    const read = rowsOf(database, 'select substr(file, 13, 2) as month from samples_read order by file');
    expect(read.length).toBeGreaterThanOrEqual(2);
    expect(counted()).toEqual(read.map(({ month }) => ({ month, samples: 1_000 })));
    expect((await archive('--samples', '--db', database)).told.samples).toMatchObject({
      ...{ months: 4 - read.length, anew: false },
    });
    expect(counted()).toEqual(months.map((month) => ({ month, samples: 1_000 })));
  });

  it.each<[string, (path: string) => Reply | null]>([
    ['refuses the token', () => ({ status: 401, body: refusal('unauthorized', 'no such person') })],
    ['is another one', () => ({ status: 404, body: refusal('not_found', 'no such page') })],
    ['answers with something else', () => ({ body: { welcome: true } })],
    [
      'ends after its first answer',
      (path) => (path === '/v1/events' ? null : { status: 401, body: refusal('unauthorized', 'over') }),
    ],
  ])('is of no server that %s: the right one comes after it', async (_what, answer) => {
    const wrong = await archivedServer({ events: [], reports: [] }, ({ path }) => answer(path));
    const { end, env, folder, archive } = await home({ events: [event(1)], reports: [] });
    const refused = await archive('--url', wrong.url.replace('127.0.0.1', 'localhost'));
    expect(refused.code).toBe(1);
    expect(existsSync(join(folder, 'archive.json'))).toBe(false);
    expect(await archive()).toMatchObject({ code: 0, told: { events: { fetched: 1 } } });
    const mark = JSON.parse(readFileSync(join(folder, 'archive.json'), 'utf8'));
    expect(mark).toMatchObject({ server: end.url, person: 'user_1' });
    expect(statSync(join(folder, 'archive.json')).mode & 0o777).toBe(0o600);
    env.AMY_TOKEN = tokenOf('user_2');
    expect((await archive()).told.error.code).toBe('other_person');
  });

  it('is of the one who was there first where two begin it at once', async () => {
    const stored = { events: [event(1)], reports: [] };
    const { folder, archive, env } = await home(stored, async ({ path }) => {
      const mark = join(folder, 'archive.json');
      // Another amy, as it would have ended between the look at the folder and the turn of this one.
      if (path === '/v1/events' && !existsSync(mark))
        writeFileSync(mark, JSON.stringify({ ...FIRST_THERE, server: env.AMY_API_URL }));
      return null;
    });
    expect((await archive()).told.error.code).toBe('other_person');
    expect(readdirSync(join(folder, 'events'))).toEqual([]);
  });

  it('refuses what is no archive, another person’s, another server’s, one in use and a damaged one', async () => {
    const { folder, env, archive, end } = await home({ events: [event(1)], reports: [] });
    await archive();
    const codeOf = async (argv: string[], more = {}) =>
      JSON.parse((await runHere(['archive', ...argv, '--json'], { ...env, ...more })).stderr).error.code;
    const other = temporaryFolder();
    writeFileSync(join(other, 'taxes.txt'), 'mine');
    expect(await codeOf(['--to', other])).toBe('not_an_archive');
    expect(readdirSync(other)).toEqual(['taxes.txt']);
    expect(await codeOf([], { AMY_TOKEN: tokenOf('user_2') })).toBe('other_person');
    expect(await codeOf(['--url', end.url.replace('127.0.0.1', 'localhost')])).toBe('other_server');
    writeFileSync(join(folder, '.lock'), String(process.pid));
    const written = join(folder, 'events/.amy-1.part');
    writeFileSync(written, 'what the other one is writing');
    expect(await codeOf([])).toBe('archive_busy');
    expect(existsSync(written)).toBe(true);
    // No process has it.
    writeFileSync(join(folder, '.lock'), '2147483646');
    expect((await archive()).code).toBe(0);
    expect(existsSync(written)).toBe(false);
    const month = join(folder, 'events/2026-03.ndjson.gz');
    const whole = readFileSync(month);
    for (const damaged of [
      whole.subarray(0, -4),
      // Of what comes behind a zero byte gunzip says nothing.
      Buffer.concat([whole, Buffer.alloc(50)]),
      gzipSync(gunzipSync(whole).toString().replace('"body":"{', '"body":"[')),
    ]) {
      writeFileSync(month, damaged);
      expect(await codeOf([])).toBe('archive_damaged');
      expect(readFileSync(month)).toEqual(damaged);
    }
    const without = await home({ events: [], reports: [] }, ({ path }) =>
      path === '/v1/events' ? { status: 404, body: refusal('not_found', 'nothing here') } : null,
    );
    expect((await without.archive()).told.error.code).toBe('other_version');
  });
});
