import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import type { SyncPage } from '../src/contract/sync.ts';
import { SYNC_RAW_ROWS_MAX } from '../src/contract/sync.ts';
import { countingDatabase } from './support/counting-database.ts';
import {
  allPages,
  applyPage,
  type Mirror,
  moment,
  page,
  serverRows,
  size,
  sorted,
  write,
} from './support/mirror.ts';
import { asPerson, newUser } from './support/stack.ts';

/** Rows of three tables, several of them written in one commit, and deletions. */
async function somebody(): Promise<string> {
  const user = newUser();
  for (let n = 1; n <= 4; n += 1) {
    await write(user, moment(n), [
      ...[1, 2, 3].map(
        (i) => ['daily_summary', { source: `s${i}`, datetime: `2026-03-0${n}`, steps: n * i }] as const,
      ),
      ['activities', { source: 'oura', start_time: moment(n), distance: n }],
      ['tombstones', { table_name: 'activities', key: `{"source":"gone","start_time":"${n}"}` }],
    ]);
  }
  await write(user, moment(5), [
    ['biomarkers_raw', { source: 'lab', draw_date: '2026-01-01', code: 'tsh', value: 2 }],
  ]);
  // What was written first changes last: the order of changes is not the order of rows.
  await write(user, moment(6), [
    ['daily_summary', { source: 's2', datetime: '2026-03-01', steps: 99 }],
    ['activities', { source: 'oura', start_time: moment(1), distance: 99 }],
  ]);
  return user;
}

function everything(pages: readonly SyncPage[]): string[] {
  return pages
    .flatMap(({ data }) =>
      Object.entries(data).flatMap(([name, rows]) => (rows ?? []).map((row) => JSON.stringify([name, row]))),
    )
    .toSorted();
}

describe('pages', () => {
  it.each([1, 2, 3, 4, 5, 6, 7])(
    'of %i rows hold together what one page holds, each row once',
    async (limit) => {
      const user = await somebody();
      const whole = await page(user);
      const pages = await allPages(user, { limit: String(limit) });
      expect(whole.has_more).toBe(false);
      expect(size(whole)).toBe(21);
      expect(everything(pages)).toEqual(everything([whole]));
      expect(pages.every((one) => size(one) <= limit)).toBe(true);
      expect(pages.at(-1)?.now).toBe(moment(6));
    },
  );

  it('start after since, in the middle of what was written', async () => {
    const user = await somebody();
    const pages = await allPages(user, { limit: '2', since: moment(3) });
    expect(everything(pages)).toEqual(everything([await page(user, { since: moment(3) })]));
    expect(pages.reduce((rows, one) => rows + size(one), 0)).toBe(8);
  });

  it('show a row again that changed after its page, and one of a table that had run out', async () => {
    const user = await somebody();
    const first = await page(user, { limit: '7' });
    expect(first.data.biomarkers_raw).toHaveLength(1);
    const sent = first.data.daily_summary?.[0];
    await write(user, moment(7), [
      ['daily_summary', { source: String(sent?.source), datetime: String(sent?.datetime), steps: 77 }],
      ['biomarkers_raw', { source: 'lab', draw_date: '2026-01-01', code: 'tsh', value: 3 }],
    ]);
    const mirror: Mirror = new Map();
    const rest = await allPages(user, { limit: '7', cursor: first.next_cursor ?? '' });
    for (const one of [first, ...rest]) applyPage(mirror, one);
    expect(rest.at(-1)?.now).toBe(moment(7));
    expect(sorted(mirror)).toEqual(sorted(await serverRows(user)));
  });

  it('say of a table that it ran out only when all of it was sent', async () => {
    const user = await somebody();
    await env.DB.prepare('delete from tombstones where user_id = ? and deleted_at > ?')
      .bind(user, moment(1))
      .run();
    const first = await page(user, { limit: '4', tables: 'daily_summary,activities' });
    expect([
      first.data.daily_summary?.length,
      first.data.activities?.length,
      first.data.deleted.length,
    ]).toEqual([2, 2, 0]);
    const positions = JSON.parse(Buffer.from(first.next_cursor ?? '', 'base64url').toString());
    expect(positions.deleted).toEqual(['', Number.MAX_SAFE_INTEGER, 0]);
  });

  it('with raw hold few enough rows to fit in memory, and none is missing', async () => {
    const user = newUser();
    await write(
      user,
      moment(1),
      Array.from({ length: SYNC_RAW_ROWS_MAX + 30 }, (_, n) => [
        'activities',
        { source: 'oura', start_time: moment(n), raw: `{"n":${n}}` },
      ]),
    );
    const pages = await allPages(user, { include: 'raw', limit: '5000' });
    expect(pages.map(size)).toEqual([SYNC_RAW_ROWS_MAX, 30]);
    expect(new Set(pages.flatMap(({ data }) => data.activities?.map(({ raw }) => raw))).size).toBe(230);
    expect(size(await page(user, { limit: '5000' }))).toBe(230);
  });
});

describe('biomarkers, which go by days', () => {
  const CODES = ['alt', 'ast', 'crp', 'hba1c', 'tsh'];
  const measured = (draw_date: string, code: string, value = 1) =>
    ['biomarkers_raw', { source: 'lab', draw_date, code, value }] as const;

  /** Two days of five codes in one commit, a day of one after it. */
  async function tested(): Promise<string> {
    const user = newUser();
    const days = ['2026-01-01', '2026-01-02'];
    await write(
      user,
      moment(1),
      days.flatMap((date) => CODES.map((code) => measured(date, code))),
    );
    await write(user, moment(2), [measured('2025-12-31', 'tsh')]);
    return user;
  }

  const codesOf = ({ data }: SyncPage) => (data.biomarkers_raw ?? []).map(({ code }) => code);

  it.each([1, 2, 3, 4, 7])('come once each in pages of %i, which end inside of days', async (limit) => {
    const user = await tested();
    const pages = await allPages(user, { limit: String(limit), tables: 'biomarkers_raw' });
    expect(pages.flatMap(codesOf)).toEqual([...CODES, ...CODES, 'tsh']);
    expect(pages.every((one) => size(one) <= limit)).toBe(true);
  });

  it('come of a changed day only where they changed', async () => {
    const user = await tested();
    await write(user, moment(3), [measured('2026-01-01', 'crp', 2), measured('2026-01-01', 'tsh', 2)]);
    expect((await allPages(user, { since: moment(2), limit: '1' })).flatMap(codesOf)).toEqual(['crp', 'tsh']);
    expect((await allPages(user, { since: moment(1) })).flatMap(codesOf)).toEqual(['tsh', 'crp', 'tsh']);
    expect((await allPages(user, { since: moment(3) })).flatMap(codesOf)).toEqual([]);
  });

  it('are all there where the day that a page ended in changes or loses one before the next', async () => {
    const user = await tested();
    const query = { limit: '4', tables: 'biomarkers_raw' };
    const first = await page(user, query);
    // The page ends behind the second code.
    expect(codesOf(first)).toEqual(CODES.slice(0, 2));
    await write(user, moment(3), [measured('2026-01-01', 'alt', 2)]);
    await env.DB.prepare("delete from biomarkers_raw where user_id = ? and code = 'ast'").bind(user).run();
    const mirror: Mirror = new Map();
    const rest = await allPages(user, { ...query, cursor: first.next_cursor ?? '' });
    for (const one of [first, ...rest]) applyPage(mirror, one);
    mirror.delete(JSON.stringify(['biomarkers_raw', 'lab', '2026-01-01', 'ast']));
    expect(sorted(mirror)).toEqual(sorted(await serverRows(user)));
  });

  it('are all there behind a cursor from before days, and no other table takes one of days', async () => {
    const user = await tested();
    const cursor = (streams: unknown) => Buffer.from(JSON.stringify(streams)).toString('base64url');
    const deleted = ['', Number.MAX_SAFE_INTEGER, 1];
    const earlier = cursor({
      biomarkers_raw: [moment(1), 7, 0],
      biomarkers_wide: [moment(1), 7, 0],
      deleted,
    });
    const { data } = await page(user, { cursor: earlier });
    expect([data.biomarkers_raw?.length, data.biomarkers_wide?.length]).toEqual([11, 3]);
    const strange = cursor({ activities: [moment(1), '', '', '', '', 0], deleted });
    expect((await asPerson(user, `/v1/sync?cursor=${strange}`)).status).toBe(400);
  });
});

describe('a page', () => {
  it('is one round trip to the database, besides the one that lets the person in', async () => {
    const user = await somebody();
    const { db, cost, reset } = countingDatabase(env.DB);
    const used = { ...env, DB: db };
    await page(user, { tables: 'daily_summary,biomarkers_wide', limit: '3' }, used);
    reset();
    const refused = await asPerson(user, '/v1/sync?limit=0', { env: used });
    expect(refused.status).toBe(400);
    const entrance = cost.roundTrips;
    reset();
    const first = await page(user, { limit: '3' }, used);
    expect(cost.roundTrips).toBe(entrance + 1);
    reset();
    await page(user, { limit: '3', cursor: first.next_cursor ?? '' }, used);
    expect(cost.roundTrips).toBe(entrance + 1);
  });

  it('seeks in every table: nothing is scanned', async () => {
    const user = await somebody();
    const asked = new Set<string>();
    const prepare = (sql: string) => {
      asked.add(sql);
      return env.DB.prepare(sql);
    };
    const DB = { prepare, batch: env.DB.batch.bind(env.DB) } as unknown as D1Database;
    const tables =
      'daily_summary,activities,sleep_sessions,biomarkers_raw,biomarkers_wide,lab_uploads,profiles';
    await page(user, { tables, limit: '3' }, { ...env, DB });
    const plans: string[] = [];
    for (const sql of asked) {
      const parameters = new Set(sql.match(/\?\d/g)).size;
      const { results } = await env.DB.prepare(`explain query plan ${sql}`)
        .bind(...Array.from({ length: parameters }, () => ''))
        .all<{ detail: string }>();
      plans.push(...results.map(({ detail }) => detail));
    }
    // What is left to scan are a statement's own intermediate results.
    expect(plans.filter((step) => /^SCAN (?!changed|keys|\(subquery|[ak]\b|answers)/.test(step))).toEqual([]);
    for (const index of [
      'daily_summary USING INDEX idx_daily_user_updated (user_id=? AND updated_at>?)',
      'activities USING INDEX idx_activities_user_updated (user_id=? AND updated_at>?)',
      'sleep_sessions USING INDEX idx_sleep_user_updated (user_id=? AND updated_at>?)',
      'd USING COVERING INDEX idx_biomarker_days_updated (user_id=? AND (updated_at,source,draw_date)>(?,?,?))',
      'b USING PRIMARY KEY (user_id=? AND source=? AND draw_date=?)',
      'lab_uploads USING INDEX idx_lab_uploads_user (user_id=? AND updated_at>?)',
      'tombstones USING INDEX idx_tombstones_user_deleted (user_id=? AND deleted_at>?)',
    ]) {
      expect(plans).toContain(`SEARCH ${index}`);
    }
  });

  it('reads a row once to send it: of any table, in one page or in many', async () => {
    const user = newUser();
    const rowsOf = (n: number, count: number) => {
      const times = Array.from({ length: count }, (_, i) => moment(n * 100 + i));
      return [
        ...times.map((at) => ['daily_summary', { source: 'oura', datetime: at }] as const),
        ...times.map((at) => ['activities', { source: 'oura', start_time: at }] as const),
        ...times.map(
          (at) => ['sleep_sessions', { source: 'oura', start_time: at, end_time: at, raw: '{}' }] as const,
        ),
        ...times.map(
          (at) => ['tombstones', { table_name: 'activities', key: `{"source":"${at}"}` }] as const,
        ),
        // Days of twelve codes.
        ...times.map((_, i) => {
          const key = { draw_date: `day-${n}-${Math.floor(i / 12)}`, code: `code-${i % 12}` };
          return ['biomarkers_raw', { source: 'oura_body', ...key, value: i }] as const;
        }),
      ];
    };
    // The look behind a person's last row finds the next person's.
    await write(`${user}-next`, moment(1), rowsOf(1, 1));
    for (const n of [1, 2, 3]) await write(user, moment(n), rowsOf(n, 60));
    const { db, cost, reset } = countingDatabase(env.DB);
    const readOf = async (query: Record<string, string>) => {
      reset();
      const pages = await allPages(user, query, { ...env, DB: db });
      const rows = pages.reduce((sum, one) => sum + size(one), 0);
      return { pages: pages.length, rows, read: cost.rowsRead };
    };
    // Of biomarkers each day is read as well, and the look behind its last code.
    expect({
      whole: await readOf({ limit: '5000' }),
      paged: await readOf({ limit: '250' }),
      wide: await readOf({ limit: '5000', tables: 'biomarkers_wide' }),
      wideInPages: await readOf({ limit: '100', tables: 'biomarkers_wide' }),
    }).toEqual({
      whole: { pages: 1, rows: 900, read: 946 },
      paged: { pages: 4, rows: 900, read: 1000 },
      wide: { pages: 1, rows: 195, read: 398 },
      wideInPages: { pages: 3, rows: 195, read: 414 },
    });
  });

  it('tells on the first page how many rows all bring, where others follow and it was asked', async () => {
    const user = await somebody();
    const total = async (query: Record<string, string>) => (await page(user, query)).total;
    const asked = { total: 'true', limit: '4' };
    const first = await page(user, asked);
    expect(first.total).toBe(21);
    expect(await total({ ...asked, cursor: first.next_cursor ?? '' })).toBeUndefined();
    expect(await total({ ...asked, since: moment(3) })).toBe(8);
    expect(await total({ ...asked, tables: 'biomarkers_wide,activities' })).toBe(9);
    expect(await total({ ...asked, limit: '1000' })).toBeUndefined();
    expect(await total({ limit: '4' })).toBeUndefined();
  });

  it('costs what changed, not what is there', async () => {
    const user = newUser();
    const days = (from: number, to: number) =>
      Array.from(
        { length: to - from },
        (_, n) => ['daily_summary', { source: 'oura', datetime: `day-${from + n}` }] as const,
      );
    const measured = Array.from(
      { length: 100 },
      (_, n) => ['biomarkers_raw', { source: 'lab', draw_date: `day-${n}`, code: 'tsh' }] as const,
    );
    await write(user, moment(1), [...days(0, 500), ...measured]);
    await write(user, moment(2), days(500, 503));
    const { db, cost } = countingDatabase(env.DB);
    expect(size(await page(user, { since: moment(1) }, { ...env, DB: db }))).toBe(3);
    expect(cost.rowsRead).toBeLessThan(60);
  });
});
