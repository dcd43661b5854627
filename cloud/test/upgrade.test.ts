import { applyD1Migrations, env } from 'cloudflare:test';
import { beforeAll, describe, expect, it } from 'vitest';
import { finishUpgrade } from '../src/operator/finish-upgrade.ts';
import { shortenRows } from '../src/operator/shorten-rows.ts';
import { takeBodiesOutOfRows } from '../src/operator/take-bodies-out.ts';
import { PAYLOAD_TEXT } from '../src/store/payload-text.ts';
import { askEverything, goOn } from './support/before-migrations.ts';
import { intoEarlierCells } from './support/earlier-cells.ts';
import { EARLIER_COUNTS, EARLIER_ROWS } from './support/earlier-rows.ts';
import { day, event, night, workout } from './support/events.ts';
import { asPerson, consume, deliver, envWithOutbox, known } from './support/stack.ts';

const EARLIER_MIGRATIONS = 3;
const CRONS = ['*/5 * * * *', '0 */6 * * *'];
const db = env.UPGRADE_DB;
const used = envWithOutbox({ ...env, DB: db }).env;
const old = { user: 'user_old', terraId: 'terra-old' };
const before: Record<string, Record<string, unknown>[]> = {};
/** What the Worker did before the migrations: on no tables, and on those of the earlier version. */
const early: Record<
  string,
  { answers: Awaited<ReturnType<typeof askEverything>>; work: Awaited<ReturnType<typeof goOn>> }
> = {};

async function all(sql: string): Promise<Record<string, unknown>[]> {
  return (await db.prepare(sql).all<Record<string, unknown>>()).results;
}

async function ingest(body: unknown): Promise<void> {
  const answer = (await (await deliver(body, { env: used })).json()) as { raw_event_id: number };
  expect(await consume([{ rawEventId: answer.raw_event_id }], used)).toEqual({ acked: [0], retried: [] });
}

beforeAll(async () => {
  const numbered = env.TEST_MIGRATIONS.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  early.none = { answers: await askEverything(used), work: await goOn(used, [...CRONS, '30 3 * * *']) };
  await applyD1Migrations(db, numbered.slice(0, EARLIER_MIGRATIONS));
  for (const statement of EARLIER_ROWS.split(/;\s*\n/).filter((sql) => sql.trim() !== '')) {
    await db.prepare(statement).run();
  }
  for (const table of Object.keys(EARLIER_COUNTS))
    before[table] = await all(`select * from ${table} order by 1, 2, 3`);
  // Without the daily one, which ends the traces of long ago as it should.
  early.behind = { answers: await askEverything(used), work: await goOn(used, CRONS) };
  for (const table of Object.keys(EARLIER_COUNTS))
    expect(await all(`select * from ${table} order by 1, 2, 3`), table).toEqual(before[table]);
  await applyD1Migrations(db, numbered);
});

/** They read an event as it stands, and so do on any table of events. */
const ANSWERED = ['{id}', '{id}/payload', '{id}/fetched-payload'].map(
  (what) => `GET /admin/raw-events/${what}`,
);

describe.each([
  ['none', []],
  ['behind', ANSWERED],
] as const)('a Worker that was deployed before its migrations (%s)', (which, answered) => {
  const REMEDY = 'npm run deploy';

  it('answers every call with 503 and the remedy', () => {
    const answers = early[which]?.answers ?? {};
    const others = Object.entries(answers).filter(
      ([, { status, retryAfter, text }]) => status !== 503 || retryAfter !== '60' || !text.includes(REMEDY),
    );
    expect(others.filter(([call]) => !answered.some((other) => other === call))).toEqual([]);
    expect(Object.keys(answers).length).toBeGreaterThan(40);
  });

  it('asks Terra to deliver again, is alive, and keeps every message for later', () => {
    const work = early[which]?.work;
    expect(work?.delivery).toMatchObject({ status: 503, retryAfter: '30' });
    expect(JSON.parse(work?.delivery.text ?? '')).toMatchObject({ error: 'unavailable' });
    expect(work?.health).toMatchObject({ status: 200 });
    expect(work?.consumed).toEqual({ acked: [], retried: [0, 1, 2] });
    expect(work?.dead).toEqual({ acked: [], retried: [0, 1, 2] });
    expect(work?.objects).toEqual([]);
    // Of a database of the earlier version the daily run ends what is old there.
    expect(work?.crons).toHaveLength(which === 'none' ? 3 : 2);
    for (const cron of work?.crons ?? []) expect(cron).toContain(REMEDY);
  });
});

describe('a populated database of the earlier version', () => {
  it('keeps every row and every value of it, times in the new form aside', async () => {
    for (const [table, count] of Object.entries(EARLIER_COUNTS)) {
      const after = await all(`select * from ${table} order by 1, 2, 3`);
      expect(after, table).toHaveLength(count);
      after.forEach((row, i) => {
        const {
          updated_at: _updated,
          terra_user_id: _terra,
          process_error: _error,
          processed_at: _processed,
          ...kept
        } = before[table]?.[i] ?? {};
        expect(row, table).toMatchObject(kept);
      });
    }
  });

  it('has updated_at in ISO milliseconds, order kept, and clocks at the greatest', async () => {
    expect(await all('select datetime, updated_at from daily_summary order by datetime')).toEqual([
      { datetime: '2025-01-01', updated_at: '2025-01-02T00:00:02.000Z' },
      { datetime: '2025-01-02', updated_at: '2025-01-03T00:00:02.000Z' },
    ]);
    expect(await all("select updated_at from biomarkers_raw where code = 'ferritin'")).toEqual([
      { updated_at: '2025-01-04T00:00:00.250Z' },
    ]);
    expect(await all('select source, draw_date, updated_at from biomarker_days')).toEqual([
      { source: 'terra_lab', draw_date: '2025-01-01', updated_at: '2025-01-04T00:00:00.250Z' },
    ]);
    expect(await all('select id, updated_at from lab_uploads order by id')).toEqual([
      { id: 'u1', updated_at: '2025-01-01T09:05:00.000Z' },
      { id: 'u2', updated_at: '2025-01-01T10:00:00.000Z' },
    ]);
    expect(await all('select id, clock from users order by id')).toEqual([
      { id: 'user_idle', clock: '1970-01-01T00:00:00.000Z' },
      { id: 'user_old', clock: '2025-01-05T00:00:00.000Z' },
    ]);
  });

  it('has lab events once, the first of true duplicates kept, the other NULL and marked', async () => {
    expect(
      await all(
        'select id, terra_user_id, process_error, processed_at is not null as processed, user_id from raw_events order by id',
      ),
    ).toEqual([
      { id: 1, terra_user_id: 'terra-old', process_error: null, processed: 1, user_id: 'user_old' },
      {
        id: 2,
        terra_user_id: '',
        process_error: 'no_lab_upload_for_upload_id',
        processed: 0,
        user_id: 'user_old',
      },
      { id: 3, terra_user_id: null, process_error: 'skipped:duplicate', processed: 1, user_id: 'user_old' },
      { id: 4, terra_user_id: '', process_error: null, processed: 0, user_id: 'user_old' },
      {
        id: 5,
        terra_user_id: 'terra-unknown',
        process_error: 'no_connection_for_terra_user',
        processed: 0,
        user_id: null,
      },
    ]);
  });

  it('shows in the wide view only values in the canonical unit', async () => {
    const [wide] = await all("select * from biomarkers_wide where draw_date = '2025-01-01'");
    expect(known(wide)).toEqual({
      user_id: 'user_old',
      source: 'terra_lab',
      draw_date: '2025-01-01',
      glucose: 90,
      updated_at: '2025-01-04T00:00:00.250Z',
    });
  });

  it('knows of each connection from which day on its source has been asked for', async () => {
    const from = '2025-01-01';
    const asked = await all('select id, asked_from from terra_connections order by id');
    expect(asked.map(({ id, asked_from }) => [id, JSON.parse(String(asked_from))])).toEqual([
      ['c1', { activity: from, body: from, daily: from, sleep: from }],
      ['c2', {}],
    ]);
  });

  it('has no index that no query needs, and those that were asked for', async () => {
    const names = (await all("select name from sqlite_master where type = 'index'")).map(({ name }) => name);
    expect(names).not.toContain('idx_trace_event');
    expect(names).not.toContain('idx_trace_level');
    expect(names).toEqual(
      expect.arrayContaining(['idx_lab_uploads_user', 'idx_terra_connections_user', 'idx_trace_user']),
    );
  });

  it('takes new events: what they do not know stays, what they know wins', async () => {
    await ingest(event('daily', old, [day({ date: '2025-01-01', steps: 5100, stress: 20 })]));
    const [row] = await all("select * from daily_summary where datetime = '2025-01-01'");
    expect(row).toMatchObject({
      steps: 5100,
      stress_score: 20,
      stress_management_score: 80,
      sleep_minutes: 400,
      deep_sleep_minutes: 80,
      resting_heart_rate: 55,
    });
    await ingest(
      event('activity', old, [
        workout({
          id: 'new-run',
          start: '2025-01-02T18:00:00+01:00',
          end: '2025-01-02T19:00:00+01:00',
          name: 'Run',
        }),
      ]),
    );
    const [run] = await all("select * from activities where start_time = '2025-01-02T17:00:00.000Z'");
    expect(run).toMatchObject({ activity_name: 'Run', distance: 9000, calories: 700, duration: 3600 });
  });

  it('lets an old item that names itself move, and leaves a tombstone', async () => {
    await ingest(
      event('activity', old, [
        workout({ id: 'old-walk', start: '2025-01-01T17:30:00+01:00', end: '2025-01-01T18:30:00+01:00' }),
      ]),
    );
    expect(
      await all("select start_time, calories from activities where start_time < '2025-01-02' order by 1"),
    ).toEqual([{ start_time: '2025-01-01T16:30:00.000Z', calories: 150 }]);
    expect(await all('select table_name, key from tombstones')).toEqual([
      { table_name: 'activities', key: '{"source":"oura","start_time":"2025-01-01T17:00:00.000Z"}' },
    ]);
    await ingest(
      event('sleep', old, [
        night({
          id: 'old-night',
          start: '2024-12-31T23:00:00+01:00',
          end: '2025-01-01T07:00:00+01:00',
          asleep: 25_200,
        }),
      ]),
    );
    expect(
      await all("select start_time from sleep_sessions where start_time < '2025-01-01' order by 1"),
    ).toEqual([{ start_time: '2024-12-31T22:00:00.000Z' }]);
    const [row] = await all(
      "select sleep_minutes, deep_sleep_minutes from daily_summary where datetime = '2025-01-01'",
    );
    expect(row).toEqual({ sleep_minutes: 420, deep_sleep_minutes: null });
  });

  it('syncs everything from nothing, and only what is new from an old watermark', async () => {
    const full = (await (await asPerson('user_old', '/v1/sync', { env: used })).json()) as {
      data: Record<string, unknown[]>;
    };
    const counts = Object.fromEntries(Object.entries(full.data).map(([table, rows]) => [table, rows.length]));
    expect(counts).toMatchObject({
      daily_summary: 2,
      activities: 2,
      sleep_sessions: 2,
      biomarkers_raw: 3,
      lab_uploads: 2,
      profiles: 1,
    });
    const since = encodeURIComponent('2025-01-02 00:00:02');
    const recent = (await (
      await asPerson('user_old', `/v1/sync?since=${since}&tables=biomarkers_raw`, { env: used })
    ).json()) as {
      data: { biomarkers_raw: { code: string }[] };
    };
    expect(recent.data.biomarkers_raw.map(({ code }) => code)).toEqual(['ferritin']);
  });

  it('drains what was never attempted and leaves what waits for its connection', async () => {
    const { env: draining, outbox } = envWithOutbox({ ...env, DB: db });
    const { drain } = await import('../src/queue/drain.ts');
    await drain(draining, Date.now());
    expect(outbox.messages.map((message) => 'rawEventId' in message && message.rawEventId)).toEqual([4]);
  });

  it('has its bodies taken out of their rows, a few at a time, and reads them as before', async () => {
    const bodies = `select id, ${PAYLOAD_TEXT} as payload from raw_events order by id`;
    const known = await all(bodies);
    const left = async () => all("select id from raw_events where payload <> '' order by id");
    const ids = [1, 2, 3, 4, 5].map((id) => ({ id }));
    expect(await left()).toEqual(ids);
    await takeBodiesOutOfRows(used, { rows: 2, batches: 1 });
    expect(await left()).toEqual(ids.slice(0, 3));
    await takeBodiesOutOfRows(used, { rows: 2, batches: 1 });
    expect(await left()).toEqual(ids.slice(0, 1));
    await takeBodiesOutOfRows(used);
    expect(await left()).toEqual([]);
    expect(await all(bodies)).toEqual(known);
    expect(await all("select * from sweeps where name = 'bodies_in_rows'")).toEqual([]);
  });

  it('has rows that spelled everything out written shorter, a few at a time, which nobody sees', async () => {
    const tables = ['daily_summary', 'sleep_sessions', 'activities'] as const;
    const who = { user: 'user_spelled', terraId: 'terra-spelled', provider: 'OURA' };
    await ingest(event('daily', who, [day({ steps: 7 })]));
    await ingest(event('sleep', who, [night({ asleep: 25_200 })]));
    await ingest(event('activity', who, [workout({ calories: 300 })]));
    const rows = (columns: string) =>
      Promise.all(tables.map((table) => all(`select ${columns} from ${table} order by 1, 2, 3`)));
    const shown = async () =>
      (await asPerson(who.user, '/v1/sync?include=raw', { env: used })).json<{ data: unknown }>();
    const short = (await rows('user_id, source, cells')).flat();
    await intoEarlierCells(who.user, db);
    for (const table of ['sleep_sessions', 'activities'])
      await db
        .prepare(
          `update ${table} set raw = json_set(raw, '$._samples_omitted', json('true')) where user_id = ?`,
        )
        .bind(who.user)
        .run();
    const { data } = await shown();
    const start = env.TEST_MIGRATIONS.find(({ name }) => name.startsWith('0038'))?.queries ?? [];
    for (const query of start) await db.prepare(query).run();
    await shortenRows(used, 1);
    expect(await all("select cursor from sweeps where name = 'spelled_out_rows'")).toEqual([
      { cursor: 'sleep_sessions:0' },
    ]);
    await finishUpgrade(used);
    expect(await all("select * from sweeps where name = 'spelled_out_rows'")).toEqual([]);
    expect((await rows('user_id, source, cells')).flat()).toEqual(short);
    expect((await shown()).data).toEqual(data);
    expect(
      await all(`select substr(raw, 1, 2) as mark from activities where user_id = '${who.user}'`),
    ).toEqual([{ mark: '~1' }]);
  });
});
