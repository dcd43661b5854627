import { copyFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { COPIED_ROWS_AT_ONCE } from '../src/limits.ts';
import { inspectMirrorFile } from '../src/mirror/file.ts';
import { changeMirror, holdMirror, inTransaction, openMirror } from '../src/mirror/mirror.ts';
import { writeMetricOrder, writeSourceOrder } from '../src/mirror/source-order.ts';
import { recordVerify } from '../src/mirror/sync-state.ts';
import { daily, pageReply, row, T1, T2, T3, tokenOf } from './support/pages.ts';
import { mirrorPath, steps, sync, TOKEN } from './support/synced.ts';
import { contentsOf, inFile, rowsOf } from './support/temporary.ts';

const FULL = { limit: '5000', total: 'true' };

describe('syncMirror', () => {
  it('writes every table, all pages of it, and remembers where it stopped', async () => {
    const path = mirrorPath();
    const night = row('sleep_sessions', { source: 'oura', start_time: T1, end_time: T2 });
    const walk = row('activities', {
      source: 'oura',
      start_time: T1,
      activity_name: 'Walk',
      distance: 1200.5,
    });
    const ldl = row('biomarkers_raw', {
      source: 'terra_lab',
      draw_date: '2026-02-01',
      code: 'ldl_cholesterol',
      value: 101,
      canonical: 1,
    });
    const upload = row('lab_uploads', { id: 'u1', storage_key: 'k', uploaded_at: T1 });
    const { report, asked, progress } = await sync(path, [
      pageReply(
        T1,
        { daily_summary: [daily('oura', '2026-02-28', { steps: 10 })], activities: [walk] },
        'c1',
      ),
      pageReply(T1, { sleep_sessions: [night], biomarkers_raw: [ldl] }, 'c2'),
      pageReply(T2, { lab_uploads: [upload], profiles: [row('profiles', { data: '{"age":40}' })] }),
    ]);
    expect(asked.map(({ query }) => query)).toEqual([
      { limit: '5000', total: 'true' },
      { limit: '5000', cursor: 'c1' },
      { limit: '5000', cursor: 'c2' },
    ]);
    expect(asked[0]?.headers.authorization).toBe(`Bearer ${TOKEN}`);
    expect(report).toMatchObject({ mode: 'full', now: T2, pages: 3, deleted: 0, removed: 0, setAside: null });
    expect(report.received).toEqual({
      daily_summary: 1,
      activities: 1,
      sleep_sessions: 1,
      biomarkers_raw: 1,
      lab_uploads: 1,
      profiles: 1,
    });
    expect(progress).toEqual([
      { step: 'page', pages: 1, rows: 2, total: null },
      { step: 'page', pages: 2, rows: 4, total: null },
      { step: 'page', pages: 3, rows: 6, total: null },
    ]);
    const contents = contentsOf(path);
    expect(contents.daily_summary).toEqual([daily('oura', '2026-02-28', { steps: 10 })]);
    expect(contents.activities).toEqual([{ ...walk, raw: null }]);
    expect(contents.sleep_sessions).toEqual([{ ...night, raw: null }]);
    expect(contents.biomarkers_raw).toEqual([{ ...ldl, raw: null }]);
    expect(contents.lab_uploads).toEqual([upload]);
    expect(contents.profiles).toEqual([{ data: '{"age":40}', updated_at: T1 }]);
    expect(contents.sync_state).toMatchObject([
      { since: T2, rows_received: 6, rows_deleted: 0, person: 'user_1' },
    ]);
  });

  it('asks next time for what changed since, overwrites with nulls and deletes what was deleted', async () => {
    const path = mirrorPath();
    await sync(path, [
      pageReply(T1, {
        daily_summary: [daily('oura', '2026-02-27', { steps: 1, strain: 9 }), daily('oura', '2026-02-28')],
        profiles: [row('profiles', { data: '{"age":40}' })],
      }),
    ]);
    const { asked, report } = await sync(path, [
      pageReply(
        T2,
        {
          daily_summary: [daily('oura', '2026-02-27', { steps: 2, updated_at: T2 })],
          profiles: [row('profiles', { data: '{"age":41}', updated_at: T2 })],
        },
        'c1',
      ),
      pageReply(T2, {
        deleted: [
          { table: 'daily_summary', key: { source: 'oura', datetime: '2026-02-28' } },
          { table: 'something_newer', key: { id: '1' } },
        ],
      }),
    ]);
    expect(asked[0]?.query).toEqual({ limit: '5000', since: T1 });
    expect(report).toMatchObject({ mode: 'changes', deleted: 1 });
    expect(contentsOf(path).daily_summary).toEqual([
      daily('oura', '2026-02-27', { steps: 2, strain: null, updated_at: T2 }),
    ]);
    expect(contentsOf(path).profiles).toEqual([{ data: '{"age":41}', updated_at: T2 }]);
  });

  it('leaves the samples as they are, full or not, unless they were there before the person was known', async () => {
    const path = mirrorPath();
    const fill = (sql: string) => {
      const database = new DatabaseSync(path);
      database.exec(sql);
      database.close();
    };
    await sync(path, [pageReply(T1, {})]);
    fill("insert into samples values ('oura', 'heart_rate', 't', 60, 51, '/min', 7)");
    await sync(path, [pageReply(T2, {})]);
    await sync(path, [pageReply(T3, {})], { full: true });
    expect(rowsOf(path, 'select event from samples')).toEqual([{ event: 7 }]);
    fill('update sync_state set person = null');
    await sync(path, [pageReply(T3, {})]);
    expect(rowsOf(path, 'select event from samples')).toEqual([]);
  });

  it('takes over more samples than are copied at once, in pieces, each once', async () => {
    const path = mirrorPath();
    await sync(path, [pageReply(T1, {})]);
    const many = 2 * COPIED_ROWS_AT_ONCE + 1;
    inFile(path, (database) =>
      database.exec(`
        begin;
        with recursive n(n) as (select 1 union all select n + 1 from n where n < ${many})
        insert into samples select 'oura', 'heart_rate', printf('%09d', n), 60, n, '/min', 7 from n;
        insert into samples
        select 'whoop', iif(rowid_of % 2, 'heart_rate', 'steps'), time, 60, value, 'x', 8
        from (select time, value, row_number() over (order by time) as rowid_of from samples);
        insert into samples_beneath select 1, source, metric, time, 60, value from samples where event = 8;
        commit`),
    );
    const before = sumsOf(path);
    await sync(path, [pageReply(T2, {})], { full: true });
    expect(sumsOf(path)).toEqual(before);
    expect(before).toMatchObject([{ rows: 2 * many }, { rows: many }]);
  });

  it('applies a row after its deletion, and a deletion after its row, in page order', async () => {
    const path = mirrorPath();
    const day = daily('oura', '2026-02-28', { steps: 3 });
    const gone = { table: 'daily_summary', key: { source: 'oura', datetime: '2026-02-28' } };
    await sync(path, [pageReply(T1, { deleted: [gone] }, 'c1'), pageReply(T1, { daily_summary: [day] })]);
    expect(steps(path)).toEqual([{ source: 'oura', datetime: '2026-02-28', steps: 3 }]);
    await sync(path, [pageReply(T2, { daily_summary: [day] }, 'c1'), pageReply(T2, { deleted: [gone] })]);
    expect(steps(path)).toEqual([]);
    await sync(path, [pageReply(T3, { daily_summary: [day] }, 'c1'), pageReply(T3, { deleted: [gone] })], {
      full: true,
    });
    expect(steps(path)).toEqual([]);
  });

  it('removes in a full sync what the server no longer has', async () => {
    const path = mirrorPath();
    const profile = row('profiles', { data: '{}' });
    await sync(path, [
      pageReply(T1, {
        daily_summary: [daily('oura', '2026-02-27'), daily('oura', '2026-02-28')],
        profiles: [profile],
      }),
    ]);
    const { asked, report } = await sync(
      path,
      [pageReply(T2, { daily_summary: [daily('oura', '2026-02-28', { steps: 5 })] })],
      { full: true },
    );
    expect(asked[0]?.query).toEqual({ limit: '5000', total: 'true' });
    expect(report).toMatchObject({ mode: 'full', removed: 2 });
    expect(steps(path)).toEqual([{ source: 'oura', datetime: '2026-02-28', steps: 5 }]);
    expect(contentsOf(path).profiles).toEqual([]);
  });

  it('keeps a stored raw while its row is unchanged, and drops it when the row moved on without it', async () => {
    const path = mirrorPath();
    const walk = row('activities', { source: 'oura', start_time: T1 });
    const raws = () => rowsOf(path, 'select raw from activities');
    await sync(path, [pageReply(T1, { activities: [{ ...walk, raw: '{"steps":9}' }] })]);
    expect(raws()).toEqual([{ raw: '{"steps":9}' }]);
    await sync(path, [pageReply(T2, { activities: [walk] })], { full: true });
    expect(raws()).toEqual([{ raw: '{"steps":9}' }]);
    await sync(path, [pageReply(T2, { activities: [{ ...walk, updated_at: T2 }] })]);
    expect(raws()).toEqual([{ raw: null }]);
  });

  it('syncs in full, in the same run, when the server was restored to an earlier time', async () => {
    const path = mirrorPath();
    await sync(path, [
      pageReply(T3, { daily_summary: [daily('oura', '2026-02-27'), daily('oura', '2026-02-28')] }),
    ]);
    const { asked, report, progress } = await sync(path, [
      pageReply(T2, {}),
      pageReply(T2, { daily_summary: [daily('oura', '2026-02-27', { steps: 7 })] }),
    ]);
    expect(asked.map(({ query }) => query)).toEqual([{ limit: '5000', since: T3 }, FULL]);
    expect(progress).toContainEqual({ step: 'restored' });
    expect(report).toMatchObject({ mode: 'full', now: T2, removed: 1 });
    expect(steps(path)).toEqual([{ source: 'oura', datetime: '2026-02-27', steps: 7 }]);
    expect(contentsOf(path).sync_state).toMatchObject([{ since: T2 }]);
  });

  it('syncs in full, in the same run, when the server can no longer tell what changed', async () => {
    const path = mirrorPath();
    await sync(path, [
      pageReply(T1, { daily_summary: [daily('oura', '2026-02-27'), daily('oura', '2026-02-28')] }),
    ]);
    const expired = { error: { code: 'sync_expired', message: 'sync in full', request_id: 'r' } };
    const { asked, report, progress } = await sync(path, [
      { status: 410, body: expired },
      pageReply(T2, { daily_summary: [daily('oura', '2026-02-27', { steps: 7 })] }),
    ]);
    expect(asked.map(({ query }) => query)).toEqual([{ limit: '5000', since: T1 }, FULL]);
    expect(progress).toContainEqual({ step: 'expired' });
    expect(report).toMatchObject({ mode: 'full', now: T2, removed: 1 });
    expect(steps(path)).toEqual([{ source: 'oura', datetime: '2026-02-27', steps: 7 }]);
  });

  it('begins a sync of everything once more where the server was restored under it', async () => {
    const path = mirrorPath();
    const expired = { error: { code: 'sync_expired', message: 'sync in full', request_id: 'r' } };
    const { asked, report } = await sync(path, [
      pageReply(T1, { daily_summary: [daily('oura', '2026-02-27')] }, 'c1'),
      { status: 410, body: expired },
      pageReply(T2, { daily_summary: [daily('oura', '2026-02-28', { steps: 7 })] }),
    ]);
    expect(asked.map(({ query }) => query)).toEqual([FULL, { limit: '5000', cursor: 'c1' }, FULL]);
    expect(report).toMatchObject({ mode: 'full', now: T2 });
    expect(steps(path)).toEqual([{ source: 'oura', datetime: '2026-02-28', steps: 7 }]);
  });

  it('keeps what the last page tells of the days that were asked for, whole each time', async () => {
    const path = mirrorPath();
    const range = { source: 'oura', resource: 'daily', from: '2026-01-01', reason: null } as const;
    const waiting = { ...range, to: '2026-02-01', state: 'waiting' } as const;
    const asked = { ...range, to: null, state: 'asked' } as const;
    const kept = () => rowsOf(path, 'select state, from_date, to_date from asked_ranges order by state');
    await sync(path, [pageReply(T1, {}, 'c1'), pageReply(T1, { asked: [waiting, asked] })]);
    expect(kept()).toEqual([
      { state: 'asked', from_date: '2026-01-01', to_date: null },
      { state: 'waiting', from_date: '2026-01-01', to_date: '2026-02-01' },
    ]);
    await sync(path, [pageReply(T2, { asked: [asked] })]);
    expect(kept()).toEqual([{ state: 'asked', from_date: '2026-01-01', to_date: null }]);
    await sync(path, [pageReply(T3, {})]);
    expect(kept()).toHaveLength(1);
  });

  it('takes `now` from the last page only', async () => {
    const path = mirrorPath();
    const { report } = await sync(path, [pageReply(T1, {}, 'c1'), pageReply(T2, {})]);
    expect(report.now).toBe(T2);
    const again = await sync(path, [pageReply(T1, {}, 'c1'), pageReply(T2, {})]);
    expect(again.asked).toHaveLength(2);
    expect(again.report.mode).toBe('changes');
  });

  it('changes nothing when it runs again and nothing happened', async () => {
    const path = mirrorPath();
    const clock = () => new Date(T3);
    await sync(path, [pageReply(T1, { daily_summary: [daily('oura', '2026-02-28', { steps: 1 })] })], {
      clock,
    });
    const { sync_state: before, ...contents } = contentsOf(path);
    const { asked } = await sync(path, [pageReply(T1, {})], { clock });
    expect(asked).toHaveLength(1);
    const { sync_state: after, ...again } = contentsOf(path);
    expect(again).toEqual(contents);
    expect(after).toEqual(before?.map((state) => ({ ...state, rows_received: 0 })));
  });
});

describe('a full sync', () => {
  const day = (steps: number) => daily('oura', '2026-02-28', { steps });
  const orders = (path: string) =>
    [
      ...rowsOf(path, 'select source from source_order order by rank'),
      ...rowsOf(path, `select metric || ':' || source as source from metric_source_order`),
    ].map(({ source }) => source);

  /** A mirror with all that no sync brings, and with things that somebody added. */
  async function used(path: string): Promise<void> {
    await sync(path, [pageReply(T1, { daily_summary: [day(1)] })]);
    inFile(path, (database) => {
      writeSourceOrder(database, ['zepp', 'oura']);
      writeMetricOrder(database, 'steps', ['whoop']);
      recordVerify(database, T3);
      database.exec(`
        create table notes (day text, note text);
        insert into notes values ('2026-02-28', 'ill');
        create index notes_by_day on notes(day);
        create view ill_days as select s.datetime, s.steps from summary s join notes n on n.day = s.datetime`);
    });
  }

  it('takes over what no sync brings, and what somebody added to the file', async () => {
    const path = mirrorPath();
    await used(path);
    await sync(path, [pageReply(T2, { daily_summary: [day(2)] })], { full: true });
    expect(orders(path)).toEqual(['zepp', 'oura', 'steps:whoop']);
    expect(contentsOf(path)).toMatchObject({
      sync_state: [{ since: T2, person: 'user_1', last_verify_at: T3 }],
      ill_days: [{ datetime: '2026-02-28', steps: 2 }],
    });
    expect(rowsOf(path, `select name from sqlite_schema where name = 'notes_by_day'`)).toHaveLength(1);
    expect(inspectMirrorFile(path, 100)).toBe('mirror');
  });

  it('takes over tables of somebody’s own whatever SQLite let them be', async () => {
    const path = mirrorPath();
    await used(path);
    inFile(path, (database) =>
      database.exec(`
        pragma foreign_keys = off;
        create table marks (habit integer references habits(id), "of ""day""" text, twice integer as (habit * 2));
        create table habits (id integer primary key, name text) strict;
        insert into marks values (1, '2026-02-28'), (5, '2026-02-28');
        insert into habits values (1, 'reading')`),
    );
    await sync(path, [pageReply(T2, {})], { full: true });
    expect(contentsOf(path)).toMatchObject({
      marks: [
        { habit: 1, 'of "day"': '2026-02-28', twice: 2 },
        { habit: 5, 'of "day"': '2026-02-28', twice: 10 },
      ],
      habits: [{ id: 1, name: 'reading' }],
    });
  });

  it('makes a file anew whose tables had another form, keeps the source orders and whose file it is', async () => {
    const path = mirrorPath();
    await used(path);
    inFile(path, (database) =>
      database.exec(`
        update sync_state set schema_version = 'another';
        create table retired (id text) strict;
        insert into data_dictionary values ('retired', 'id', 'of then', null, 'amy', 'then');
        drop view summary;
        alter table activities add column more text`),
    );
    await expect(sync(path, [], { token: tokenOf('user_2') })).rejects.toMatchObject({
      code: 'other_person',
    });
    const { progress, report } = await sync(path, [pageReply(T2, { daily_summary: [day(2)] })], {
      token: 'opaque',
    });
    expect(progress).toContainEqual({ step: 'rebuilt' });
    expect(report.mode).toBe('full');
    expect(orders(path)).toEqual(['zepp', 'oura', 'steps:whoop']);
    expect(contentsOf(path)).toMatchObject({
      sync_state: [{ since: T2, person: 'user_1' }],
      summary: [{ steps: 2 }],
    });
    expect(rowsOf(path, `select unit from data_dictionary where column_name = 'strain'`)).toContainEqual({
      unit: null,
    });
    expect(rowsOf(path, `select name from sqlite_schema where name = 'retired'`)).toEqual([]);
    expect(inspectMirrorFile(path, 100)).toBe('mirror');
  });

  const CHANGES: readonly (readonly [string, number])[] = [
    ['drop view summary', 1],
    ['create index of_my_own on samples(source)', 1],
    ['alter table samples_beneath add column more text', 0],
    ['drop index samples_by_time', 1],
  ];
  // The second makes the file be fetched anew.
  const WAYS = ['', '; alter table activities add column more text'];

  it.each(WAYS.flatMap((way) => CHANGES.map(([change, kept]) => [change + way, kept] as const)))(
    'keeps samples over another layout of the rest, and none where theirs is another: %s',
    async (change, kept) => {
      const path = mirrorPath();
      await used(path);
      inFile(path, (database) =>
        database.exec(`
        insert into samples values ('oura', 'heart_rate', 't', 60, 51, '/min', 7);
        insert into samples_read values ('events/2026-03.ndjson.gz', 9, 'f00', 1, 1, 0);
        insert into device_months values ('events/2026-03.ndjson.gz', 'f00');
        update sync_state set schema_version = 'another';
        ${change}`),
      );
      await sync(path, [pageReply(T2, {})], { token: 'opaque' });
      const counts =
        'select (select count(*) from samples) as samples, (select count(*) from samples_read) as months';
      expect(rowsOf(path, counts)).toEqual([{ samples: kept, months: kept }]);
      expect(rowsOf(path, 'select sha256 from device_months')).toEqual([{ sha256: 'f00' }]);
    },
  );

  it.each(['delete', 'wal'])('lets a reader of the earlier file read on (journal: %s)', async (journal) => {
    const path = mirrorPath();
    await used(path);
    const reader = new DatabaseSync(path);
    try {
      reader.exec(`pragma journal_mode = ${journal}`);
      reader.exec('update daily_summary set steps = 7');
      reader.exec('begin');
      const read = () => reader.prepare('select steps from daily_summary').all();
      expect(read()).toEqual([{ steps: 7 }]);
      await sync(path, [pageReply(T2, { daily_summary: [day(2)] })], { full: true });
      expect(steps(path)).toEqual([{ source: 'oura', datetime: '2026-02-28', steps: 2 }]);
      expect(read()).toEqual([{ steps: 7 }]);
    } finally {
      reader.close();
    }
    expect(steps(path)).toEqual([{ source: 'oura', datetime: '2026-02-28', steps: 2 }]);
    expect(readdirSync(join(path, '..'))).toEqual(['persona.sqlite']);
  });

  it('has all of a write-ahead log in the file itself before it removes the log', async () => {
    const path = mirrorPath();
    await used(path);
    const other = inLog(path, 'update daily_summary set steps = 7');
    const alone = `${path}.alone`;
    try {
      await holdMirror(path, 100, async () => copyFileSync(path, alone));
    } finally {
      other.close();
    }
    expect(inFile(alone, (database) => database.prepare('select steps from daily_summary').all())).toEqual([
      { steps: 7 },
    ]);
  });

  it('replaces no file of which somebody reads a state of before, whose log cannot be copied', async () => {
    const path = mirrorPath();
    await used(path);
    const other = inLog(path, 'update daily_summary set steps = 7');
    const reader = new DatabaseSync(path);
    try {
      reader.exec('begin');
      reader.prepare('select steps from daily_summary').all();
      other.exec('update daily_summary set steps = 8');
      const full = () =>
        sync(path, [pageReply(T2, { daily_summary: [day(2)] })], { full: true, busyTimeoutMs: 0 });
      await expect(full()).rejects.toMatchObject({ code: 'database_busy' });
      expect(steps(path)).toEqual([{ source: 'oura', datetime: '2026-02-28', steps: 8 }]);
      reader.exec('rollback');
      await full();
      expect(steps(path)).toEqual([{ source: 'oura', datetime: '2026-02-28', steps: 2 }]);
    } finally {
      reader.close();
      other.close();
    }
  });

  it('lets nobody write into the file that it replaced, where nobody would find it again', async () => {
    const path = mirrorPath();
    await used(path);
    const late = openMirror(path);
    try {
      await changeMirror(path, 0, (database) => writeSourceOrder(database, ['polar']));
      await sync(path, [pageReply(T2, { daily_summary: [day(2)] })], { full: true });
      const written = inTransaction(late, path, async () => writeSourceOrder(late, ['fitbit']));
      await expect(written).rejects.toMatchObject({ code: 'database_replaced' });
      expect(orders(path)).toEqual(['polar', 'steps:whoop']);
    } finally {
      late.close();
    }
  });
});

/** Who has the file open in a write-ahead log, in which this change lies alone. */
function inLog(path: string, change: string): DatabaseSync {
  const database = new DatabaseSync(path);
  database.exec(`pragma journal_mode = wal; pragma wal_autocheckpoint = 0; ${change}`);
  return database;
}

function sumsOf(path: string) {
  const sums = (table: string) =>
    `select count(*) as rows, sum(value) as sum, sum(length(time)) as times from ${table}`;
  return rowsOf(path, `${sums('samples')} union all ${sums('samples_beneath')}`);
}
