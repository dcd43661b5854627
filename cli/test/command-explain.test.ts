import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, vi } from 'vitest';
import { type Explanation, explanation } from '../../cloud/src/contract/explain.ts';
import { DAILY_SUMMARY_COLUMNS } from '../../cloud/src/contract/tables.ts';
import { settingsFor } from './support/amy.ts';
import { type Asked, farEnd, type Reply, refusal } from './support/far-end.ts';
import { filledMirror } from './support/filled-mirror.ts';
import { HOSTILE, hostileAnswer, RAW } from './support/hostile.ts';
import { runHere } from './support/in-process.ts';
import { daily, row } from './support/pages.ts';

const DAY = '2026-07-01';
const night = {
  sleep_minutes: 400,
  deep_sleep_minutes: 60,
  bed_time: '2026-06-30T21:30:00.000Z',
  sleep_score: 80,
};
const glucose = { draw_date: '2026-05-09', code: 'glucose', unit: 'mg/dL' };

/** A result that a laboratory printed as `<0.3`. */
const CRP = {
  ...{ source: 'terra_lab', draw_date: '2026-05-09', code: 'crp' },
  ...{ value: 0.3, value_text: '<0.3', operator: '<', unit: 'mg/L' },
};
const OF_RESULT = { ref_low: null, ref_high: null, status: null, server: null };

function file(): string {
  return filledMirror({
    daily_summary: [
      daily('oura', DAY, { ...night, steps: 9_000, resting_heart_rate: 52 }),
      daily('garmin', DAY, { steps: 8_500, resting_heart_rate: 54, deep_sleep_minutes: 70, strain: 3 }),
      daily('zepp', DAY, { steps: 8_400 }),
    ],
    biomarkers_raw: [
      row('biomarkers_raw', {
        ...glucose,
        source: 'terra_lab',
        value: 90.5,
        ref_low: 70,
        ref_high: 99,
        status: 'out_of_range',
      }),
      row('biomarkers_raw', {
        ...glucose,
        source: 'withings_body',
        value: null,
        value_text: 'Low',
        operator: null,
      }),
    ],
  });
}

const event = (id: number) => ({
  id,
  type: 'sleep',
  provider: 'oura',
  received_at: `${DAY}T06:05:00.000Z`,
  order_ms: 1,
});

/** A server that says of every value what the file has, unless another is given. */
const saying =
  (value: number | string, unit: string | null = null) =>
  ({ query }: Asked): Reply => ({
    body: explanation.parse({
      table: query.table,
      key: JSON.parse(query.key ?? ''),
      values: [
        {
          column: query.column ?? 'steps',
          value,
          unit,
          rule: 'the longest sleep that knows it',
          from: [{ event: event(7), paths: ['data[0].a', 'data[0].b'], reading: 'seconds / 60' }],
          others: [
            {
              value: 51,
              unit,
              why: 'an earlier event says it',
              from: [{ event: event(5), paths: [], reading: null }],
            },
          ],
        },
      ],
    }),
  });

async function explain(argv: readonly string[], ...script: Parameters<typeof farEnd>) {
  vi.stubEnv('TZ', 'UTC');
  const end = await farEnd(...script);
  const { env } = settingsFor(end.url);
  return { ...(await runHere(['explain', ...argv, '--db', file()], env)), asked: end.asked };
}

describe('amy explain', () => {
  it('tells of a column its value, unit and device, the event, the rule, and what the others said and why they lost', async () => {
    const { stdout, code, asked } = await explain([DAY, 'resting_heart_rate'], saying(52, '/min'));
    expect(stdout).toBe(
      [
        `resting_heart_rate on ${DAY}: 52 /min, from oura.`,
        'Why oura: oura comes before garmin in your source order.',
        'garmin says 54 /min: it comes later in your source order.',
        `It comes from event 7 (sleep of oura, received ${DAY} 06:05), at data[0].a, data[0].b (seconds / 60).`,
        'Rule: the longest sleep that knows it.',
        `Not taken: 51 /min, of event 5 (sleep of oura, received ${DAY} 06:05): an earlier event says it.`,
        '',
      ].join('\n'),
    );
    expect(code).toBe(0);
    expect(asked[0]?.query).toEqual({
      table: 'daily_summary',
      key: JSON.stringify({ source: 'oura', datetime: DAY }),
      column: 'resting_heart_rate',
    });
  });

  it('says so where the server has another value by now, or none', async () => {
    // A mere number has the unit 1.
    expect((await explain([DAY, 'steps'], saying(9_100, '1'))).stdout).toContain(
      'The server has 9,100 now; `amy sync` fetches it.',
    );
    const gone = { status: 404, body: refusal('not_found', 'you have no row with this key') };
    expect((await explain([DAY, 'steps'], gone)).stdout).toContain(
      'The server has no such value of oura any more',
    );
  });

  it.each([
    [
      'deep_sleep_minutes',
      'Why oura: all of a night comes from one source, and oura knows how long it was.',
      'garmin says 70 min: it does not know how long the night was.',
    ],
    ['bed_time', 'bed_time on 2026-07-01: 2026-06-30 21:30, from oura.', 'Why oura: only oura knows it.'],
    ['strain', 'strain on 2026-07-01: 3, from garmin.', 'Why garmin: only garmin knows it.'],
    [
      'steps',
      'garmin says 8,500: it comes later in your source order.',
      'zepp says 8,400: it is not in your source order.',
    ],
  ])('tells of %s without the server what the file knows, and that it does', async (column, ...lines) => {
    const { stdout, asked, code } = await explain([DAY, column, '--offline']);
    for (const line of lines) expect(stdout.split('\n')).toContain(line);
    expect(stdout).toContain(
      'This is what the file knows. The server, which knows the event, was not asked: --offline.',
    );
    expect([code, asked]).toEqual([0, []]);
  });

  it('goes on without a server that cannot be reached, and without a token, but not past another refusal', async () => {
    const { env } = settingsFor('http://127.0.0.1:9');
    const unreachable = await runHere(['explain', DAY, '--db', file(), '--json'], env);
    expect([unreachable.code, JSON.parse(unreachable.stdout).offline]).toEqual([
      0,
      expect.stringContaining('cannot reach'),
    ]);
    const unknown = await runHere(['explain', DAY, '--db', file()], { ...env, AMY_TOKEN: '' });
    expect([unknown.code, unknown.stdout]).toEqual([0, expect.stringContaining('not signed in')]);
    const refused = await explain([DAY, 'steps'], { status: 401, body: refusal('unauthorized', 'expired') });
    expect([refused.code, refused.stdout]).toEqual([1, '']);
  });

  it('shows every column of a date with its source, and asks each source once', async () => {
    const { stdout, asked } = await explain([DAY], saying(9_000), saying(3));
    expect(stdout).toMatch(/^column +value +source +event\nsteps +9,000 +oura +7 \(sleep\)\n/);
    expect(stdout).toMatch(/\nstrain +3 +garmin +-\n/);
    expect(asked.map(({ query }) => [JSON.parse(query.key ?? '').source, query.column])).toEqual([
      ['oura', undefined],
      ['garmin', undefined],
    ]);
    const { stdout: document } = await explain([DAY, 'steps', '--json'], saying(9_000));
    expect(JSON.parse(document)).toMatchObject({
      date: DAY,
      offline: null,
      values: [
        {
          column: 'steps',
          value: 9_000,
          source: 'oura',
          others: [{ source: 'garmin', value: 8_500 }, { source: 'zepp' }],
          server: { rule: 'the longest sleep that knows it' },
        },
      ],
    });
  });

  it('fits a day on 80 columns, a row a column, whatever is known of it', async () => {
    const SAMPLE = { text: `${DAY}T06:05:00.000Z`, real: 12_345.678_901, integer: -480 };
    const known = Object.entries(DAILY_SUMMARY_COLUMNS).map(
      ([column, type]) => [column, SAMPLE[type]] as const,
    );
    const whole = filledMirror({ daily_summary: [daily('withings', DAY, Object.fromEntries(known))] });
    const answer: Explanation = {
      table: 'daily_summary',
      key: {},
      values: known.map(([column, value]) => ({
        column,
        value,
        unit: null,
        rule: null,
        from: [{ event: event(1_234_567), paths: [], reading: null }],
        others: [],
      })),
    };
    const { env } = settingsFor((await farEnd({ body: answer })).url);
    const { stdout } = await runHere(['explain', DAY, '--db', whole], env, { columns: 80 });
    const [head, ...rows] = stdout.split('\n\n')[0]?.split('\n') ?? [];
    expect([head, rows.length]).toEqual([
      expect.stringMatching(/^column +value +source +event$/),
      known.length,
    ]);
    expect(stdout).toMatch(/\nvo2_max +12,346 mL\/min\/kg +withings +1234567 \(sleep\)\n/);
  });

  it('refuses a file of another layout, which may lack what is asked for', async () => {
    const path = file();
    const database = new DatabaseSync(path);
    database.exec("update sync_state set schema_version = 'older'; drop view summary");
    database.close();
    const { code, stderr } = await runHere(['explain', DAY, '--offline', '--json', '--db', path], {});
    expect([code, JSON.parse(stderr).error]).toEqual([
      1,
      { code: 'other_layout', message: expect.stringContaining('`amy sync` brings it up to date') },
    ]);
  });

  it('tells the same of a result of a lab, by its code or the name of its wide column', async () => {
    const { stdout, asked } = await explain(
      ['lab', 'Glucose', '2026-05-09'],
      saying(90.5, 'mg/dL'),
      saying(''),
      saying('Low'),
    );
    expect(stdout).toContain(
      'glucose on 2026-05-09: 90.5 mg/dL, from terra_lab, normal 70 - 99, out of range.\nIt comes from event 7',
    );
    expect(stdout).toContain('glucose on 2026-05-09: Low, from withings_body.\n');
    expect(asked.map(({ query }) => [query.table, query.column])).toEqual([
      ['biomarkers_raw', 'value'],
      ['biomarkers_raw', 'operator'],
      ['biomarkers_raw', 'value_text'],
    ]);
    const offline = await explain(['lab', 'glucose', '2026-05-09', '--offline']);
    expect([offline.stdout, offline.asked]).toEqual([
      expect.stringContaining('was not asked: --offline'),
      [],
    ]);
    const other = await explain(['lab', 'glucose', '2026-05-10', '--json']);
    expect([other.code, JSON.parse(other.stderr).error]).toEqual([
      1,
      { code: 'not_found', message: expect.stringContaining('the latest are of 2026-05-09') },
    ]);
    const none = await explain(['lab', 'hdl', '2026-05-10']);
    expect([none.code, none.stderr]).toEqual([
      1,
      expect.stringContaining('no hdl_cholesterol of 2026-05-10; nor of any'),
    ]);
  });

  it('tells of a bound that it is one, of what the file has, what the server has, and what was not taken', async () => {
    const path = filledMirror({ biomarkers_raw: [row('biomarkers_raw', CRP)] });
    const lost = (value: string | number, id: number, place: number) => ({
      ...{ value, unit: null, why: 'an earlier result of another lab session' },
      from: [{ event: event(id), paths: [`data.results[${place}].value`], reading: null }],
    });
    const answer = (column: string, value: string | number, others: ReturnType<typeof lost>[]): Reply => ({
      body: {
        ...{ table: 'biomarkers_raw', key: {} },
        values: [{ column, value, unit: null, rule: null, from: [], others }],
      },
    });
    const asked = async (operator: string, numbers: number[]) => {
      const signs = [lost('<', 5, 1), lost('>', 6, 0)];
      const others = numbers.map((id, place) => lost(0.5, id, place));
      const end = await farEnd(answer('value', 0.3, others), answer('operator', operator, signs));
      const { env } = settingsFor(end.url);
      return (await runHere(['explain', 'lab', 'crp', CRP.draw_date, '--db', path], env)).stdout.split('\n');
    };
    const [head, first, second] = await asked('<', [5, 5]);
    expect(head).toBe('crp on 2026-05-09: <0.3 mg/L, from terra_lab.');
    expect([first, second]).toEqual([
      expect.stringMatching(/^Not taken: 0\.5 mg\/L, of event 5 /),
      expect.stringMatching(/^Not taken: <0\.5 mg\/L, of event 5 /),
    ]);
    expect(await asked('>', [])).toContain('The server has >0.3 mg/L now; `amy sync` fetches it.');
    const offline = await runHere(
      ['explain', 'lab', 'crp', CRP.draw_date, '--offline', '--db', path, '--json'],
      {},
    );
    expect(JSON.parse(offline.stdout).values).toEqual([
      { ...OF_RESULT, source: 'terra_lab', value: 0.3, value_text: '<0.3', operator: '<', unit: 'mg/L' },
    ]);
  });

  it('refuses what is no date or no column, and tells where a date has nothing', async () => {
    for (const date of ['yesterday', '2026-13-40', '2026-02-30', '2026-3-1'])
      expect(await explain([date])).toMatchObject({ code: 2, stderr: expect.stringContaining('calendar') });
    expect((await explain([DAY, 'nonsense'])).code).toBe(2);
    expect(await explain(['2020-01-01'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('knows nothing of 2020-01-01'),
    });
  });

  it('escapes what the server says', async () => {
    const answer = explanation.parse({ ...Object(hostileAnswer(explanation)), table: 'daily_summary' });
    const values = answer.values.map((one) => ({ ...one, column: 'steps', value: HOSTILE }));
    const { stdout } = await explain([DAY, 'steps'], { body: { ...answer, values } });
    expect([stdout.includes('\\x1b[2J'), RAW.test(stdout), stdout.includes('\nFORGED')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
