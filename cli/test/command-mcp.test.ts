import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Client, type ClientOptions, InMemoryTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { askAll } from '../../cloud/dev/questions/ask.ts';
import { PERSON } from '../../cloud/dev/questions/person.ts';
import type { Question } from '../../cloud/dev/questions/question.ts';
import { QUESTIONS } from '../../cloud/dev/questions/questions.ts';
import { MCP_ANSWER_BYTES_MAX, MCP_LOG_DAYS, MCP_LOG_FILE_BYTES } from '../src/limits.ts';
import { type AccessEntry, noteAccess, readAccessLog } from '../src/mcp/access-log.ts';
import { askTool } from '../src/mcp/ask.ts';
import type { Scene } from '../src/mcp/found.ts';
import { mcpServer } from '../src/mcp/server.ts';
import type { View } from '../src/mcp/views.ts';
import { fillMirror } from '../src/mirror/fill.ts';
import { amy } from './support/amy.ts';
import { filledMirror } from './support/filled-mirror.ts';
import { HOSTILE, RAW } from './support/hostile.ts';
import { runHere } from './support/in-process.ts';
import { daily, row } from './support/pages.ts';
import { temporaryFolder } from './support/temporary.ts';

const DAYS = ['01', '02', '03', '04', '05', '06', '07', '08'].map((day, at) =>
  daily('oura', `2026-03-${day}`, { steps: 8_000 + at, resting_heart_rate: 50.5 + at }),
);
const NOW = Date.parse('2026-03-10T12:00:00.000Z');

type Program = { readonly args: readonly string[]; readonly env: Record<string, string> };

/** A client of the protocol's that talks to a program in a process of its own. */
async function connected(
  { args, env }: Program,
  options: ClientOptions = {},
  name = 'a test',
): Promise<Client> {
  const client = new Client({ name, version: '1.2' }, options);
  onTestFinished(() => client.close());
  const command = process.execPath;
  await client.connect(new StdioClientTransport({ command, args: [...args], env, stderr: 'inherit' }));
  return client;
}

const answer = z.looseObject({
  bytes: z.number().optional(),
  result: z.looseObject({}).nullish(),
  insufficient_data: z.looseObject({ reason: z.string(), remedy: z.string().nullable() }).nullish(),
  error: z.object({ code: z.string(), message: z.string() }).optional(),
  rows: z.array(z.looseObject({})).optional(),
  page: z.looseObject({ cut: z.string().nullable(), rows_given: z.number() }).optional(),
});

async function ask(client: Client, name: string, args: Record<string, unknown> = {}) {
  const { content, isError } = await client.callTool({ name, arguments: args });
  const [first] = content;
  if (first?.type !== 'text') throw new Error('an answer is a text');
  return { isError: isError === true, ...answer.parse(JSON.parse(first.text)) };
}

/** The same without a process, at a fixed time. */
async function asked(path: string, view: View, name: string, args: Record<string, unknown> = {}) {
  const scene: Scene = { path, view, isDemo: false, now: () => NOW, timeZone: 'UTC' };
  const told = await askTool(scene, name, args);
  if (told.state === 'refused') return answer.parse({ code: told.error.code, message: told.error.message });
  return answer.parse({ bytes: told.answer.bytes, ...JSON.parse(told.answer.text) });
}

const entry = (at: string, more: Partial<AccessEntry> = {}): AccessEntry => ({
  ...{ at, client: 'a test', client_version: null, view: 'raw', demo: false, tool: 'sql', arguments: '{}' },
  ...{ outcome: 'answered', rows: 1, bytes: 2 },
  ...more,
});

describe('amy mcp', () => {
  it('answers a client that was given what --print-config prints, and notes what it read but not the values', async () => {
    const home = temporaryFolder();
    const path = filledMirror({ daily_summary: DAYS });
    const printed = await amy(['mcp', '--print-config', '--db', path], { env: { AMY_HOME: home } });
    const { mcpServers } = JSON.parse(printed.stdout);
    expect(mcpServers).toEqual({
      amy: {
        command: process.execPath,
        args: [inject('bundledAmy'), 'mcp', '--view', 'structured', '--db', path],
        env: { AMY_HOME: home },
      },
    });
    const client = await connected(mcpServers.amy);
    expect(client.getServerVersion()).toMatchObject({ name: 'amy' });
    const range = { metric: 'resting_heart_rate', from: '2026-03-01', to: '2026-03-10' };
    expect(await ask(client, 'trend', { ...range, rows: true, limit: 2 })).toMatchObject({
      isError: false,
      insufficient_data: null,
      result: { known_days: 8, mean: 54, change_a_week: 7 },
      rows: [
        { date: '2026-03-01', value: 50.5, source: 'oura' },
        { date: '2026-03-02', value: 51.5, source: 'oura' },
      ],
      page: { rows_in_all: 8, rows_given: 2, cut: '2 of 8 rows; for the rest ask again with `offset` 2.' },
      coverage: [{ days_asked: 10, days_with_data: 8, missing_dates: ['2026-03-09', '2026-03-10'] }],
      units: { resting_heart_rate: '/min' },
      source_changes: [],
    });
    expect(await ask(client, 'trend', { ...range, metric: 'bed_time' })).toMatchObject({
      isError: true,
      error: { code: 'argument_wrong', message: expect.stringContaining('`metric` must be a column') },
    });
    const folder = join(home, 'mcp-log');
    const files = readdirSync(folder).map((name) => join(folder, name));
    expect([folder, ...files].map((one) => statSync(one).mode & 0o777)).toEqual([0o700, 0o600]);
    expect(readFileSync(files[0] ?? '', 'utf8')).not.toMatch(/5[01]\.5/);
    const log = await runHere(['mcp', 'log', '--json'], { AMY_HOME: home });
    expect(JSON.parse(log.stdout).calls).toMatchObject([
      { client: 'a test', client_version: '1.2', tool: 'trend', outcome: 'answered', rows: 2 },
      { client: 'a test', view: 'structured', outcome: 'refused', rows: 0, bytes: 0 },
    ]);
  });

  it('opens no connection, says of made-up numbers that they are, and knows a client of the newest protocol', async () => {
    const home = temporaryFolder();
    const marker = join(home, 'connected');
    const forbid = `import net from 'node:net'; import dns from 'node:dns'; import fs from 'node:fs';
      const no = () => { fs.writeFileSync(${JSON.stringify(marker)}, new Error().stack); throw new Error('no network'); };
      net.Socket.prototype.connect = no; net.Server.prototype.listen = no; dns.lookup = no; globalThis.fetch = no;`;
    const client = await connected(
      {
        args: [
          `--import=data:text/javascript,${encodeURIComponent(forbid)}`,
          ...[inject('bundledAmy'), 'mcp', '--demo', '--view', 'raw'],
        ],
        env: { AMY_HOME: home },
      },
      { versionNegotiation: { mode: { pin: '2026-07-28' } } },
      HOSTILE,
    );
    const { tools } = await client.listTools();
    expect(tools.length).toBeLessThanOrEqual(12);
    for (const { description = '', inputSchema } of tools) {
      expect(description).toMatch(/\.$/);
      for (const property of Object.values(inputSchema.properties ?? {}))
        expect(property).toMatchObject({ description: expect.stringMatching(/\.$/) });
    }
    const made = expect.stringMatching(/^DEMO: every number here is made up/);
    expect(await ask(client, 'status')).toMatchObject({ demo: made, result: { rows: { activities: 40 } } });
    const counted = { sql: 'select count(*) as days from summary' };
    expect(await ask(client, 'sql', counted)).toMatchObject({
      demo: made,
      rows: [{ days: 120 }],
      notes: [expect.stringContaining('which says nothing'), expect.stringContaining('a null is unknown')],
    });
    const refused = await client.callTool({ name: 'sql', arguments: { sql: 'delete from summary' } });
    expect(refused).toMatchObject({
      isError: true,
      content: [{ text: expect.stringMatching(/^\{"demo":"DEMO: every number here is made up/) }],
    });
    expect(existsSync(marker)).toBe(false);
    const plain = await runHere(['mcp', 'log'], { AMY_HOME: home });
    expect(plain.stdout).not.toMatch(RAW);
    expect(plain.stdout).toMatch(/ demo +sql .* answered +1 /);
    expect(readAccessLog(join(home, 'mcp-log')).map((one) => one.client)).toEqual([
      HOSTILE,
      HOSTILE,
      HOSTILE,
    ]);
  });

  it('tells in each view what it allows, and no more', async () => {
    const path = filledMirror({ daily_summary: DAYS });
    for (const [view, tool, args] of [
      ['summary', 'day', { date: '2026-03-01' }],
      ['summary', 'explain', { date: '2026-03-01', column: 'steps' }],
      ['summary', 'trend', { metric: 'steps', from: '2026-03-01', to: '2026-03-08', rows: true }],
      ['summary', 'labs', { code: 'glucose', limit: 1 }],
      ['structured', 'sql', { sql: 'select 1' }],
    ] as const) {
      expect([tool, await asked(path, view, tool, args)]).toEqual([
        tool,
        { code: 'not_in_this_view', message: expect.stringMatching(/`amy mcp --view (structured|raw)`/) },
      ]);
    }
    expect(await asked(path, 'raw', 'sql', { sql: 'select 1 as one' })).toMatchObject({ rows: [{ one: 1 }] });
    const glucose = {
      source: 'terra_lab',
      draw_date: '2026-03-01',
      code: 'glucose',
      value: 987,
      unit: 'mg/dL',
    };
    const bound = { ...glucose, code: 'crp', operator: '<', value_text: '<987' };
    const one = filledMirror({
      biomarkers_raw: [row('biomarkers_raw', glucose), row('biomarkers_raw', bound)],
      activities: [
        row('activities', {
          source: 'oura',
          start_time: '2026-03-01T10:00:00Z',
          duration: 987,
          utc_offset_minutes: 0,
        }),
      ],
      daily_summary: [daily('oura', '2026-03-01', { nap_minutes: 987, sleep_minutes: 987, steps: 987 })],
    });
    const range = { from: '2026-03-01', to: '2026-03-01' };
    for (const [tool, args] of [
      ['labs', { code: 'glucose' }],
      ['labs', { code: 'crp' }],
      ['workouts', range],
      ['sleep', range],
      ['trend', { metric: 'steps', ...range, by_month: true }],
      ['compare', { metric: 'steps', first: range, second: range }],
      ['status', { metric: 'steps' }],
    ] as const)
      expect(JSON.stringify(await asked(one, 'summary', tool, args))).not.toContain('987');
  });

  it('bounds an answer in bytes, and says how the rest is had', async () => {
    const path = filledMirror({ daily_summary: DAYS });
    const wide = `with recursive n(i) as (select 1 union all select i + 1 from n where i < 400)
      select i, printf('%.*c', 1500, 'x') as text, printf('%.*c', 3000, 'é') as long from n`;
    const told = await asked(path, 'raw', 'sql', { sql: wide, limit: 400 });
    expect(told.bytes).toBeLessThanOrEqual(MCP_ANSWER_BYTES_MAX);
    expect(told.page?.rows_given).toBeGreaterThan(5);
    expect(told.page?.cut).toMatch(/of 400 rows; for the rest say `order by .* offset/);
    expect(told.rows?.[0]).toMatchObject({ long: { cut_of_characters: 3_000 } });
  });

  it('refuses arguments by their name, and what is no mirror with its remedy', async () => {
    const path = filledMirror({ daily_summary: DAYS });
    const range = { from: '2026-03-08', to: '2026-03-01' };
    for (const [tool, args, said] of [
      ['trend', { metric: 'steps', ...range }, /`to` \(2026-03-01\) must not be before `from`/],
      ['day', { date: '2026-02-30' }, /`date` must be a date, such as/],
      ['day', { day: '2026-02-03', date: '2026-02-03' }, /no argument `day`; it takes `date`, `columns`/],
      ['compare', { metric: 'steps', first: range, second: {} }, /`second\.from` must be a date/],
      ['explain', { date: '2026-03-01' }, /give `column` or `code`/],
      ['sleep', { from: '2000-01-01', to: '2026-01-01' }, /more than 3660 days/],
      ['nonsense', {}, /no tool `nonsense`; there are status, schema/],
      ['sql', { sql: 'delete from summary' }, /^a query only reads, and "delete" does not/],
      ['sql', { sql: 'select 1; select 2' }, /more than one statement; give one at a time$/],
      ['sql', { sql: 'select stps from summary' }, /no such column.*; the tool `schema` tells/],
    ] as const)
      expect(await asked(path, 'raw', tool, args)).toMatchObject({ message: expect.stringMatching(said) });
    expect(await asked(join(temporaryFolder(), 'none.sqlite'), 'raw', 'status')).toEqual({
      code: 'not_synced',
      message: expect.stringContaining('run `amy sync`'),
    });
  });

  it('tells no change of a laboratory’s numbers where one of the two is a bound or in another unit', async () => {
    const lab = (draw_date: string, code: string, values: object) =>
      row('biomarkers_raw', { source: 'terra_lab', draw_date, code, unit: 'mg/L', ...values });
    const path = filledMirror({
      biomarkers_raw: [
        lab('2026-01-01', 'crp', { value: 3 }),
        lab('2026-02-01', 'crp', { value: 2 }),
        lab('2026-03-01', 'crp', { value: 0.3, operator: '<', value_text: null }),
        lab('2026-01-01', 'weight', { value: 80, source: 'garmin_body' }),
        lab('2026-02-01', 'weight', { value: 79, source: 'garmin_body' }),
        lab('2026-02-01', 'weight', { value: 81, source: 'withings_body' }),
        lab('2026-03-01', 'weight', { value: 78, source: 'garmin_body' }),
        lab('2026-01-01', 'iron', { value: 3 }),
        lab('2026-02-01', 'iron', { value: 2, unit: 'umol/L' }),
      ],
    });
    expect(await asked(path, 'structured', 'labs', { code: 'crp', to: '2026-02-28' })).toMatchObject({
      result: { change: { by: -1, unit: 'mg/L' } },
    });
    expect(await asked(path, 'structured', 'labs', { code: 'crp', rows: true, offset: 2 })).toMatchObject({
      result: { change: null, latest: { value: null, printed: '<0.3' } },
      rows: [{ value: null, printed: '<0.3' }],
    });
    expect(await asked(path, 'structured', 'labs', { code: 'weight' })).toMatchObject({
      result: { change: { from: '2026-02-01', by: -1, source: 'garmin_body' } },
    });
    const scales = { code: 'weight', to: '2026-02-28' };
    expect(await asked(path, 'structured', 'labs', scales)).toMatchObject({ result: { change: null } });
    const explained = { date: '2026-03-01', code: 'CRP' };
    expect(await asked(path, 'structured', 'explain', explained)).toMatchObject({
      result: { results: [{ value: null, printed: '<0.3' }] },
    });
    expect(await asked(path, 'structured', 'labs', { code: 'iron' })).toMatchObject({
      insufficient_data: { reason: 'lab_units_differ' },
      result: { change: null },
    });
  });

  it('says what a value is not, where a file is stale, a range known in part, or a number one of two', async () => {
    const path = join(temporaryFolder(), 'persona.sqlite');
    await fillMirror(path, PERSON);
    const status = (days: number) => {
      const now = () => NOW + days * 86_400_000;
      return askTool({ path, view: 'summary', isDemo: false, now, timeZone: 'UTC' }, 'status', {});
    };
    const fresh = { state: 'answered', answer: { text: expect.stringContaining('"is_stale":false') } };
    expect(await status(6)).toMatchObject(fresh);
    const partly = { metric: 'heart_rate_variability', from: '2025-11-01', to: '2026-03-31' };
    expect(await asked(path, 'structured', 'trend', partly)).toMatchObject({
      notes: [
        'Nothing is known of the days before 2025-12-01: the file begins there.',
        'Nothing is known of the days after 2026-03-10, the day of the last sync.',
      ],
    });
    const alone = { date: '2026-02-03', columns: ['heart_rate_variability'] };
    expect(await asked(path, 'structured', 'day', alone)).toMatchObject({
      result: { values: [{ column: 'heart_rate_variability', hrv_method: 'rmssd' }] },
    });
    const both = filledMirror({
      daily_summary: [
        daily('oura', '2026-03-01', { heart_rate_variability: 50, hrv_method: 'rmssd' }),
        daily('apple', '2026-03-01', { heart_rate_variability: 90, hrv_method: 'sdnn' }),
      ],
    });
    const others = [{ source: 'apple', value: 90, hrv_method: 'sdnn' }];
    const day = { date: '2026-03-01', columns: ['heart_rate_variability'] };
    expect(await asked(both, 'structured', 'day', day)).toMatchObject({
      result: { values: [{ hrv_method: 'rmssd', others }] },
    });
    const why = { date: '2026-03-01', column: 'heart_rate_variability' };
    expect(await asked(both, 'structured', 'explain', why)).toMatchObject({
      result: { value: 50, hrv_method: 'rmssd', others },
    });
    const stale = { state: 'answered', answer: { text: expect.stringContaining('"is_stale":true') } };
    expect(await status(8)).toMatchObject(stale);
  });

  it('reads samples and changes of the source', async () => {
    const week = ['16', '17', '18', '19', '20', '21', '22', '23'];
    // Both columns come from another source from March on; one of them is asked for.
    const values = { steps: 7_000, resting_heart_rate: 60 };
    const before = week.map((day) => daily('apple', `2026-02-${day}`, values));
    const path = filledMirror({ daily_summary: [...before, ...DAYS] });
    const question = { metric: 'heart_rate', from: '2026-03-01T00:00:00Z', to: '2026-03-02' };
    expect(await asked(path, 'structured', 'samples', question)).toMatchObject({
      insufficient_data: { reason: 'no_samples', remedy: expect.stringContaining('`amy archive --samples`') },
    });
    const database = new DatabaseSync(path);
    const insert = database.prepare("insert into samples values ('oura', 'heart_rate', ?, 60, ?, '/min', 1)");
    for (const minute of [0, 1, 2, 3, 4, 5, 6]) insert.run(`2026-03-01T02:0${minute}:00.000Z`, 60 + minute);
    insert.run('2026-03-02T00:00:00.000Z', 900);
    database.close();
    expect(await asked(path, 'structured', 'samples', { ...question, rows: true, limit: 1 })).toMatchObject({
      insufficient_data: null,
      result: { by_source: [{ source: 'oura', samples: 7, mean: 63 }] },
      rows: [{ time: '2026-03-01T02:00:00.000Z', value: 60 }],
    });
    expect(await asked(path, 'structured', 'samples', { ...question, metric: 'glucose' })).toMatchObject({
      insufficient_data: { message: expect.stringContaining('samples of heart_rate, and none of glucose') },
    });
    const steps = { metric: 'steps', from: '2026-02-16', to: '2026-03-08' };
    expect(await asked(path, 'structured', 'trend', steps)).toMatchObject({
      source_changes: [
        {
          column: 'steps',
          date: '2026-03-01',
          from: 'apple',
          to: 'oura',
          why: expect.stringContaining('8 of the next 8 values'),
        },
      ],
    });
  });

  it('counts a workout of two devices once, as activities_merged does, whichever name of it is searched for', async () => {
    const workout = (source: string, activity_name: string) =>
      row('activities', {
        ...{ source, activity_name, duration: 3_600, utc_offset_minutes: 0 },
        ...{ start_time: '2026-03-05T10:00:00.000Z', end_time: '2026-03-05T11:00:00.000Z' },
      });
    const activities = [workout('garmin', 'Cycling'), workout('strava', 'Bike'), workout('oura', 'Yoga')];
    const path = filledMirror({ daily_summary: DAYS, activities });
    const range = { from: '2026-03-01', to: '2026-03-08' };
    for (const [name, counted] of [
      [undefined, { count: 2, recorded_twice: 1 }],
      ['cycling', { count: 1, recorded_twice: 0 }],
      ['bike', { count: 1, recorded_twice: 0 }],
    ] as const)
      expect(await asked(path, 'summary', 'workouts', { ...range, name })).toMatchObject({ result: counted });
  });

  it('tells the days of a source together, whether or not one of them has a heart rate variability', async () => {
    const nights = DAYS.map((day, at) => ({
      ...day,
      sleep_minutes: 400 + at,
      ...(at < 4 ? { heart_rate_variability: 50, hrv_method: 'rmssd' } : {}),
    }));
    const path = filledMirror({ daily_summary: nights });
    const range = { from: '2026-03-01', to: '2026-03-08' };
    for (const [tool, args] of [
      ['trend', { ...range, metric: 'steps' }],
      ['sleep', range],
    ] as const)
      expect(await asked(path, 'summary', tool, args)).toMatchObject({
        result: { by_source: [{ source: 'oura', known_days: 8 }] },
      });
  });

  it('keeps its log for some days and up to some size, and answers nothing that it cannot note', async () => {
    const folder = join(temporaryFolder(), 'mcp-log');
    const later = (days: number) => new Date(NOW + days * 86_400_000).toISOString();
    noteAccess(folder, entry(later(0)));
    noteAccess(folder, entry(later(MCP_LOG_DAYS)));
    expect(readdirSync(folder)).toHaveLength(2);
    noteAccess(folder, entry(later(MCP_LOG_DAYS + 1), { arguments: 'x'.repeat(10_000) }));
    expect(readAccessLog(folder).map(({ at }) => at)).toEqual([later(MCP_LOG_DAYS), later(MCP_LOG_DAYS + 1)]);
    expect(readAccessLog(folder)[1]?.arguments).toMatch(/^x{2000}… \(10000 characters\)$/);
    for (const at of [2, 3, 4, 5, 6])
      writeFileSync(join(folder, `2026-07-0${at}.000.ndjson`), ' '.repeat(MCP_LOG_FILE_BYTES));
    noteAccess(folder, entry('2026-07-06T10:00:00.000Z'));
    expect(readdirSync(folder)).toEqual([
      ...['2026-07-03.000.ndjson', '2026-07-04.000.ndjson', '2026-07-05.000.ndjson', '2026-07-06.000.ndjson'],
      '2026-07-06.001.ndjson',
    ]);
    const home = temporaryFolder();
    writeFileSync(join(home, 'mcp-log'), 'no folder');
    const path = filledMirror({ daily_summary: DAYS });
    const scene: Scene = { path, view: 'raw', isDemo: false, now: () => NOW, timeZone: 'UTC' };
    const [near, far] = InMemoryTransport.createLinkedPair();
    await mcpServer(scene, join(home, 'mcp-log')).connect(far);
    const client = new Client({ name: 'a test', version: '1.2' });
    await client.connect(near);
    onTestFinished(() => client.close());
    expect(await ask(client, 'status')).toEqual({
      isError: true,
      error: { code: 'log_unwritable', message: expect.stringContaining('so nothing is answered') },
    });
  });

  it('gives what is needed to answer questions right, and no figure where nothing is known', async () => {
    // Of each trap one that has an answer, and one that has none; `npm run questions` asks all sixty.
    const fresh = QUESTIONS.filter(({ asked: when }) => when === 'fresh');
    const kindOf = ({ trap, expected }: Question) => `${trap} ${'insufficient' in expected}`;
    const some = [...new Map(fresh.map((one) => [kindOf(one), one])).values()];
    expect(QUESTIONS).toHaveLength(60);
    expect(some.length).toBeGreaterThan(25);
    const judged = await askAll(inject('bundledAmy'), some);
    expect(
      judged.flatMap(({ question, faults }) => (faults.length > 0 ? [[question.words, faults]] : [])),
    ).toEqual([]);
  });
});
