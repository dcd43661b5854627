import { applyD1Migrations, env } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import type { SyncPage } from '../src/contract/sync.ts';
import { SYNCED_TABLES, valueColumns } from '../src/contract/tables.ts';
import { event } from './support/events.ts';
import { runDry, tick } from './support/rebuilding.ts';
import ROWS_BEFORE_DAYS from './support/rows-before-days.sql?raw';
import { asPerson, consume, deliver, envWithOutbox } from './support/stack.ts';

/** A database that the Worker of migration 0023 filled, brought to today's: biomarkers had rowids and no days. */

const LAST_EARLIER_MIGRATION = '0023';
const who = { user: 'user_days', terraId: 'terra-days', provider: 'WITHINGS' };
const TABLES = ['daily_summary', 'activities', 'sleep_sessions', 'biomarkers_raw'] as const;
const EARLIER_CLOCK = '2026-03-03T02:22:28.002Z';

const db = env.UPGRADE_DB;
const line = envWithOutbox({ ...env, DB: db });

type Row = Record<string, unknown>;
const before: Record<string, readonly Row[]> = {};
let wideBefore: readonly Row[] = [];

async function all(sql: string): Promise<Row[]> {
  return (await db.prepare(sql).all<Row>()).results;
}

/** In the order of their text, which no table's form decides. */
function sorted(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

const WIDE = 'select * from biomarkers_wide order by user_id, source, draw_date';

/** Of a person, what sync shows of their rows, by table and key. */
async function shownRows(): Promise<Map<string, Row>> {
  const shown = new Map<string, Row>();
  for (const table of TABLES) {
    const key: readonly string[] = SYNCED_TABLES[table].key;
    for (const row of await all(`select * from ${table} where user_id = '${who.user}'`)) {
      const columns = ['updated_at', ...key, ...valueColumns(table)];
      shown.set(
        nameOf(table, row),
        Object.fromEntries(columns.map((column) => [column, row[column] ?? null])),
      );
    }
  }
  return shown;
}

function nameOf(table: keyof typeof SYNCED_TABLES, row: Row): string {
  return [table, ...SYNCED_TABLES[table].key.map((column) => row[column])].join(' ');
}

/** Every row of every page from here on, by table and key. */
async function synced(
  query: Record<string, string>,
): Promise<{ rows: Map<string, Row>; deleted: readonly Row[]; now: string }> {
  const rows = new Map<string, Row>();
  const deleted: Row[] = [];
  let cursor: string | null = query.cursor ?? null;
  for (;;) {
    const asked = new URLSearchParams({ include: 'raw', ...query, ...(cursor === null ? {} : { cursor }) });
    const response = await asPerson(who.user, `/v1/sync?${asked}`, { env: line.env });
    expect(response.status).toBe(200);
    const { data, now, next_cursor } = await response.json<SyncPage>();
    for (const table of TABLES) for (const row of data[table] ?? []) rows.set(nameOf(table, row), row);
    deleted.push(...data.deleted);
    cursor = next_cursor;
    if (cursor === null) return { rows, deleted, now };
  }
}

function cursorOf(streams: Record<string, unknown>): string {
  return Buffer.from(JSON.stringify(streams)).toString('base64url');
}

beforeAll(async () => {
  const numbered = env.TEST_MIGRATIONS.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  await applyD1Migrations(
    db,
    numbered.filter(({ name }) => name.slice(0, LAST_EARLIER_MIGRATION.length) <= LAST_EARLIER_MIGRATION),
  );
  for (const statement of ROWS_BEFORE_DAYS.split(/;\n/).filter((sql) => sql.trim() !== '')) {
    await db.prepare(statement).run();
  }
  const tables = await all(
    "select name from sqlite_master where type = 'table' and sql like 'create table %'",
  );
  for (const { name } of tables) {
    if (/^(?:_cf|d1_|sqlite_)/.test(String(name))) continue;
    const rows = sorted(await all(`select * from ${name}`));
    if (rows.length > 0) before[String(name)] = rows;
  }
  wideBefore = await all(WIDE);
  await applyD1Migrations(db, numbered);
});

describe('a database from before days', () => {
  it('keeps every row of every table, with every value', async () => {
    expect(before.biomarkers_raw).toHaveLength(26);
    for (const [table, rows] of Object.entries(before)) {
      const columns = Object.keys(rows[0] ?? {});
      const after = await all(`select * from ${table}`);
      const kept = after.map((row) => Object.fromEntries(columns.map((column) => [column, row[column]])));
      expect(sorted(kept), table).toEqual(rows);
    }
    expect(await all(WIDE)).toEqual(wideBefore);
  });

  it('has a day of each of its biomarkers, at the latest of them', async () => {
    const days = 'select user_id, source, draw_date, updated_at, cells from biomarker_days order by 1, 2, 3';
    const day = (user_id: string, source: string, draw_date: string, at: string) => ({
      user_id,
      source,
      draw_date,
      updated_at: at,
      cells: null,
    });
    expect(await all(days)).toEqual([
      day('user_days', 'terra_lab', '2025-01-01', '2026-03-01T00:00:00.000Z'),
      day('user_days', 'terra_lab', '2026-03-01', '2026-03-03T02:22:26.058Z'),
      day('user_days', 'withings_body', '2025-01-01', '2026-03-01T00:00:00.000Z'),
      day('user_days', 'withings_body', '2026-03-02', '2026-03-03T02:22:25.349Z'),
      day('user_days', 'withings_body', '2026-03-03', '2026-03-03T02:22:25.407Z'),
      day('user_other', 'garmin_body', '2026-03-02', '2026-03-03T02:22:27.526Z'),
    ]);
  });

  it('is synced whole, in pages of any size', async () => {
    const stored = await shownRows();
    for (const limit of ['5000', '3', '1']) {
      const { rows, deleted, now } = await synced({ limit });
      expect(rows).toEqual(stored);
      expect(deleted).toHaveLength(5);
      expect(now).toBe(EARLIER_CLOCK);
    }
  });

  it('gives a mirror that stopped in the middle of a sync all that it had not got', async () => {
    const first = ['2026-03-03T02:22:23.081Z', '2026-03-03T02:22:23.305Z', '2026-03-03T02:22:22.913Z'];
    const got = [
      'daily_summary withings 2026-03-02',
      'activities withings 2026-03-02T17:00:00.000Z',
      'sleep_sessions withings 2026-03-01T22:10:00.000Z',
      // They stood before all the others.
      'biomarkers_raw terra_lab 2025-01-01 hba1c',
      'biomarkers_raw withings_body 2025-01-01 weight',
    ];
    // As the earlier Worker gave it, behind a page of a row of each table.
    const cursor = cursorOf({
      daily_summary: [first[0], 1, 0],
      activities: [first[1], 1, 0],
      sleep_sessions: [first[2], 1, 0],
      biomarkers_raw: ['2026-03-03T02:22:23.738Z', 1, 0],
      lab_uploads: ['', Number.MAX_SAFE_INTEGER, 1],
      profiles: ['', Number.MAX_SAFE_INTEGER, 1],
      deleted: [first[2], 1, 0],
    });
    const { rows, deleted } = await synced({ cursor, limit: '3' });
    expect([...(await shownRows()).keys()].filter((name) => !rows.has(name) && !got.includes(name))).toEqual(
      [],
    );
    expect(deleted).toHaveLength(4);
  });

  it('gives a mirror that was up to date what came since, also behind a page of that', async () => {
    const since = '2026-03-03T02:22:24.715Z';
    const news = [...(await shownRows())].filter(([, { updated_at }]) => String(updated_at) > since);
    expect(news).toHaveLength(13);
    const { rows, deleted } = await synced({ since, limit: '4' });
    expect([...rows].toSorted()).toEqual(news.toSorted());
    expect(deleted.map(({ key }) => (key as Row).code)).toEqual(['ferritin', 'ldl', 'unmatched:strange']);
    const cursor = cursorOf({
      daily_summary: ['2026-03-03T02:22:27.258Z', 2, 0],
      activities: [since, Number.MAX_SAFE_INTEGER, 1],
      sleep_sessions: [since, Number.MAX_SAFE_INTEGER, 1],
      biomarkers_raw: ['2026-03-03T02:22:25.349Z', 1, 0],
      lab_uploads: ['2026-03-03T02:22:26.058Z', 1, 0],
      profiles: [since, Number.MAX_SAFE_INTEGER, 0],
      deleted: [since, Number.MAX_SAFE_INTEGER, 0],
    });
    const rest = await synced({ cursor, limit: '4' });
    const got = ['daily_summary withings 2026-03-04', 'biomarkers_raw withings_body 2026-03-02 weight'];
    expect(news.filter(([name]) => !rest.rows.has(name) && !got.includes(name))).toEqual([]);
  });

  it('is the same once it is made again by the rules of today', async () => {
    const stored = await shownRows();
    await tick(line.env);
    await runDry(line);
    expect(await all(`select state, error from rebuilds where user_id = '${who.user}'`)).toEqual([
      { state: 'done', error: null },
    ]);
    expect(await shownRows()).toEqual(stored);
    const cells = await all(
      `select source, draw_date, code from biomarkers_raw
where user_id = '${who.user}' and source = 'withings_body' and cells is not '[]' order by 1, 2, 3`,
    );
    // Those from before events keep their own.
    expect(cells).toEqual([
      { source: 'withings_body', draw_date: '2025-01-01', code: 'weight' },
      { source: 'withings_body', draw_date: '2026-03-02', code: 'height' },
    ]);
  });

  it('takes an event of a day that is there, and a mirror gets what changed alone', async () => {
    const { now } = await synced({});
    const body = event('body', who, [
      {
        metadata: { start_time: '2026-03-02T00:00:00+01:00', end_time: '2026-03-03T00:00:00+01:00' },
        heart_data: { heart_rate_data: { summary: { resting_hr_bpm: 48, avg_hrv_rmssd: 70 } } },
      },
    ]);
    const response = await deliver(body, { env: line.env, orderingMs: Date.UTC(2026, 2, 3, 13) });
    const { raw_event_id } = await response.json<{ raw_event_id: number }>();
    expect(await consume([{ rawEventId: raw_event_id }], line.env)).toEqual({ acked: [0], retried: [] });
    const { rows } = await synced({ since: now });
    expect([...rows].map(([name, { value }]) => [name, value])).toEqual([
      ['biomarkers_raw withings_body 2026-03-02 resting_heart_rate', 48],
    ]);
  });

  it('gives mirrors what an older Worker wrote without its day, once the person is made again', async () => {
    const { now } = await synced({});
    // Between the migrations and the deployment, and a mirror that asked meanwhile.
    const clock = new Date(Date.parse(now) + 1_000).toISOString();
    await db.batch([
      db.prepare("update users set clock = ?1, rules = 1 where id = 'user_days'").bind(clock),
      db
        .prepare(
          `insert into biomarkers_raw(user_id, source, draw_date, code, value, unit, updated_at)
values ('user_days', 'withings_body', '2026-03-05', 'weight', 74, 'kg', ?1)`,
        )
        .bind(clock),
    ]);
    const meanwhile = await synced({ since: now });
    expect(meanwhile).toMatchObject({ now: clock, rows: new Map() });
    await tick(line.env);
    await runDry(line);
    const { rows } = await synced({ since: clock });
    expect([...rows.keys()]).toEqual(['biomarkers_raw withings_body 2026-03-05 weight']);
    expect((await synced({})).rows).toEqual(await shownRows());
  });
});
