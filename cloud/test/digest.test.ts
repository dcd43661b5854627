import { env } from 'cloudflare:test';
import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  DIGEST_TABLES,
  type Digest,
  type DigestRows,
  digestColumns,
  monthColumn,
} from '../src/contract/digest.ts';
import { SYNCED_TABLES, type SyncedTable, type SyncedTableName } from '../src/contract/tables.ts';
import type { UserId } from '../src/ids.ts';
import { digestRowsStatement } from '../src/store/digests.ts';
import { moment, type Row, serverRows, write } from './support/mirror.ts';
import { asPerson, newUser } from './support/stack.ts';

async function asked<Answer>(user: string, path: string, used: Env = env): Promise<Answer> {
  const response = await asPerson(user, path, { env: used });
  expect(response.status).toBe(200);
  return response.json();
}

const digestOf = (user: string, query = '', used: Env = env) =>
  asked<Digest>(user, `/v1/digest${query}`, used);

const days: [SyncedTableName, Row][] = [
  ['daily_summary', { source: 'oura', datetime: '2026-02-28', steps: 72.4, hrv_method: 'rmssd' }],
  ['daily_summary', { source: 'whoop', datetime: '2026-02-01', steps: 0.1 + 0.2, utc_offset_minutes: -90 }],
  ['daily_summary', { source: 'oura', datetime: '2026-03-01', steps: -7.25, strain: 1e-7 }],
];
const others: [SyncedTableName, Row][] = [
  [
    'activities',
    { source: 'oura', start_time: moment(1), activity_name: "Läufer's | 'x',\n", raw: '{"a":1}' },
  ],
  ['sleep_sessions', { source: 'oura', start_time: moment(2), end_time: moment(3), raw: '{}' }],
  ['biomarkers_raw', { source: 'terra_lab', draw_date: '2025-12-31', code: 'tsh', value: 1 / 3 }],
  ['biomarkers_raw', { source: 'terra_lab', draw_date: '2025-12-31', code: 'hba1c', value: 5.4 }],
  ['profiles', { data: '{"age":41}' }],
];

async function somebody(): Promise<string> {
  const user = newUser();
  const upload = [
    'lab_uploads',
    { id: `u-${user}`, storage_key: '', uploaded_at: '2026-01-05 10:00:00' },
  ] as const;
  await write(user, moment(5), [...days, ...others, upload]);
  return user;
}

/** The form said once more, in another language, from the row as sync shows it. */
function lineOf(table: SyncedTableName, row: Row): string {
  const { columns }: SyncedTable = SYNCED_TABLES[table];
  const texts = digestColumns(table).map((column) => {
    const value = row[column] ?? null;
    if (value === null) return '-';
    if (typeof value === 'string') return Buffer.from(value).toString('hex').toUpperCase();
    if (columns[column] === 'integer') return String(value);
    return `${Math.trunc(value)}:${BigInt(Math.trunc((value - Math.trunc(value)) * 2 ** 62))}`;
  });
  return `${texts.join(',')}\n`;
}

async function recomputed(user: string): Promise<Digest['tables']> {
  const rows = [...(await serverRows(user))].map(([key, row]) => ({ key: JSON.parse(key) as string[], row }));
  const groups = DIGEST_TABLES.map((table) => {
    const own = rows
      .filter(({ key }) => key[0] === table)
      .toSorted((a, b) => Buffer.compare(Buffer.from(a.key.join('\0')), Buffer.from(b.key.join('\0'))));
    const byMonth = Map.groupBy(own, ({ row }) => String(row[monthColumn(table) ?? ''] ?? '').slice(0, 7));
    const months = [...byMonth]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([month, those]) => ({
        month,
        rows: those.length,
        sha256: createHash('sha256')
          .update(those.map(({ row }) => lineOf(table, row)).join(''))
          .digest('hex'),
      }));
    return [table, { columns: [...digestColumns(table)], months }];
  });
  return Object.fromEntries(groups);
}

describe('GET /v1/digest', () => {
  it('gives a count and a hash of each table and month, which follow from the rows alone', async () => {
    const user = await somebody();
    await somebody();
    const answer = await digestOf(user);
    expect(answer).toEqual({ now: moment(5), tables: await recomputed(user) });
    const counts = Object.entries(answer.tables).map(([table, { months }]) => [
      table,
      months.map(({ month, rows }) => `${month} ${rows}`),
    ]);
    expect(Object.fromEntries(counts)).toEqual({
      daily_summary: ['2026-02 2', '2026-03 1'],
      activities: ['2026-03 1'],
      sleep_sessions: ['2026-03 1'],
      biomarkers_raw: ['2025-12 2'],
      lab_uploads: ['2026-01 1'],
      profiles: [' 1'],
    });
    expect((await digestOf(newUser())).tables.profiles?.months).toEqual([]);
  });

  it.each([
    ['the last bit of a real', 'update daily_summary set steps = 72.40000000000002 where steps = 72.4'],
    ['updated_at alone', `update daily_summary set updated_at = '${moment(4)}' where steps = 72.4`],
    ['a null', 'update daily_summary set hrv_method = null where steps = 72.4'],
    ['a row that is gone', 'delete from daily_summary where steps = 72.4'],
  ])('differs in one month by %s', async (_, change) => {
    const user = await somebody();
    const before = (await digestOf(user)).tables;
    await env.DB.prepare(`${change} and user_id = ?`).bind(user).run();
    const after = (await digestOf(user)).tables;
    expect(after).toEqual(await recomputed(user));
    expect(after.daily_summary?.months[0]).not.toEqual(before.daily_summary?.months[0]);
    expect(after.daily_summary?.months[1]).toEqual(before.daily_summary?.months[1]);
    expect({ ...after, daily_summary: null }).toEqual({ ...before, daily_summary: null });
  });

  it('leaves `raw` out', async () => {
    const user = await somebody();
    const before = await digestOf(user);
    await env.DB.prepare("update activities set raw = '{}' where user_id = ?").bind(user).run();
    expect(await digestOf(user)).toEqual(before);
  });

  it('is of the tables and the month that are named', async () => {
    const user = await somebody();
    const whole = (await digestOf(user)).tables;
    const some = await digestOf(user, '?tables=daily_summary,lab_uploads,profiles&month=2026-02');
    expect(some.tables).toEqual({
      daily_summary: { ...whole.daily_summary, months: [whole.daily_summary?.months[0]] },
      lab_uploads: { ...whole.lab_uploads, months: [] },
      profiles: { ...whole.profiles, months: [] },
    });
    expect((await digestOf(user, '?tables=profiles&month=')).tables.profiles).toEqual(whole.profiles);
    for (const query of ['tables=users', 'tables=biomarkers_wide', 'tables=', 'month=2026-03-01']) {
      expect([query, (await asPerson(user, `/v1/digest?${query}`)).status]).toEqual([query, 400]);
    }
  });

  it('is of one moment: where rows change between two pages it begins anew, and where they do all the while it is 503', async () => {
    const user = await somebody();
    const many = Array.from(
      { length: 400 },
      (_, n) => ['daily_summary', { source: 'polar', datetime: `2025-01-${1_000 + n}`, steps: n }] as const,
    );
    await write(user, moment(6), many);
    let changes = 1;
    let at = 99;
    const changing: D1Database = Object.assign(Object.create(env.DB), {
      prepare: env.DB.prepare.bind(env.DB),
      batch: async (statements: D1PreparedStatement[]) => {
        const answers = await env.DB.batch(statements);
        if (changes > 0) {
          changes -= 1;
          at += 1;
          await write(user, moment(at), [
            ['daily_summary', { source: 'polar', datetime: '2025-01-1000', steps: at + 0.5 }],
          ]);
        }
        return answers;
      },
    });
    const answer = await digestOf(user, '', { ...env, DB: changing });
    expect(answer).toEqual({ now: moment(100), tables: await recomputed(user) });
    changes = Number.MAX_SAFE_INTEGER;
    const given = await asPerson(user, '/v1/digest', { env: { ...env, DB: changing } });
    expect([given.status, given.headers.get('retry-after')]).toEqual([503, '1']);
  });
});

describe('GET /v1/digest/rows', () => {
  it('gives the rows of a table and month, page by page, as sync does', async () => {
    const user = await somebody();
    const rows: Row[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null && pages < 9; pages += 1) {
      const from: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page: DigestRows = await asked(
        user,
        `/v1/digest/rows?table=daily_summary&month=2026-02&limit=1${from}`,
      );
      expect([page.now, page.rows.length <= 1, page.has_more]).toEqual([
        moment(5),
        true,
        page.next_cursor !== null,
      ]);
      rows.push(...page.rows);
      cursor = page.next_cursor;
    }
    expect(rows.map(({ source, datetime, steps }) => [source, datetime, steps])).toEqual([
      ['oura', '2026-02-28', 72.4],
      ['whoop', '2026-02-01', 0.1 + 0.2],
    ]);
    const all = await serverRows(user);
    for (const table of DIGEST_TABLES) {
      const page = await asked<DigestRows>(user, `/v1/digest/rows?table=${table}`);
      expect(page.rows).toEqual(
        [...all]
          .filter(([key]) => key.startsWith(`["${table}"`))
          .map(([, row]) => row)
          .toSorted(byKey(table)),
      );
    }
    expect(await asked(user, '/v1/digest/rows?table=profiles&limit=1')).toMatchObject({ has_more: false });
    for (const query of [
      'table=users',
      'table=profiles&cursor=W10',
      'table=activities&cursor=WyJhIl0',
      'table=activities&limit=0',
    ]) {
      expect([query, (await asPerson(user, `/v1/digest/rows?${query}`)).status]).toEqual([query, 400]);
    }
  });
});

function byKey(table: SyncedTableName) {
  const text = (row: Row) => SYNCED_TABLES[table].key.map((column) => row[column]).join('\0');
  return (a: Row, b: Row) => (text(a) < text(b) ? -1 : 1);
}

describe('what a digest reads', () => {
  it('is found by seeking, in every table, of one month too', async () => {
    const plans: string[] = [];
    for (const table of DIGEST_TABLES) {
      for (const month of [null, '2026-03']) {
        for (const after of [null, SYNCED_TABLES[table].key.map(() => '')]) {
          if (after?.length === 0) continue;
          const { sql, parameters } = digestRowsStatement(table, 'digests', {
            userId: 'u' as UserId,
            month,
            after,
            limit: 9,
          });
          const { results } = await env.DB.prepare(`explain query plan ${sql}`)
            .bind(...parameters)
            .all<{ detail: string }>();
          plans.push(
            ...results.map(
              ({ detail }) => `${table} ${month ?? 'all'} ${after === null ? '' : 'after '}${detail}`,
            ),
          );
        }
      }
    }
    expect(plans.filter((step) => /SCAN (?!s\b|sources\b|CONSTANT ROW)/.test(step))).toEqual([]);
    expect(
      plans.filter((step) => /^\w+ all .*(TEMP B-TREE)/.test(step) && !step.startsWith('lab_uploads')),
    ).toEqual([]);
    expect(plans).toEqual(
      expect.arrayContaining([
        'daily_summary all after SEARCH t USING INDEX sqlite_autoindex_daily_summary_1 (user_id=? AND (source,datetime)>(?,?))',
        'daily_summary 2026-03 SEARCH t USING INDEX sqlite_autoindex_daily_summary_1 (user_id=? AND source=? AND datetime>? AND datetime<?)',
        'biomarkers_raw all after SEARCH t USING PRIMARY KEY (user_id=? AND (source,draw_date,code)>(?,?,?))',
        'biomarkers_raw 2026-03 SEARCH t USING PRIMARY KEY (user_id=? AND source=? AND draw_date>? AND draw_date<?)',
        'lab_uploads all after SEARCH t USING INDEX idx_lab_uploads_listed (user_id=?)',
      ]),
    );
  });
});
