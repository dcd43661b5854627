import { describe, expect, it } from 'vitest';
import { daily, pageReply, row, T1, T2, T3 } from './support/pages.ts';
import { mirrorPath, steps, sync, TOKEN } from './support/synced.ts';
import { contentsOf, rowsOf } from './support/temporary.ts';

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
      { limit: '5000' },
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
      { step: 'page', pages: 1, rows: 2 },
      { step: 'page', pages: 2, rows: 4 },
      { step: 'page', pages: 3, rows: 6 },
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
    expect(asked[0]?.query).toEqual({ limit: '5000' });
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
    expect(asked.map(({ query }) => query)).toEqual([{ limit: '5000', since: T3 }, { limit: '5000' }]);
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
    expect(asked.map(({ query }) => query)).toEqual([{ limit: '5000', since: T1 }, { limit: '5000' }]);
    expect(progress).toContainEqual({ step: 'expired' });
    expect(report).toMatchObject({ mode: 'full', now: T2, removed: 1 });
    expect(steps(path)).toEqual([{ source: 'oura', datetime: '2026-02-27', steps: 7 }]);
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
    await sync(path, [pageReply(T1, {})], { clock });
    const { sync_state: after, ...again } = contentsOf(path);
    expect(again).toEqual(contents);
    expect(after).toEqual(before?.map((state) => ({ ...state, rows_received: 0 })));
  });
});
