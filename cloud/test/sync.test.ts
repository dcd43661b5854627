import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { SYNCED_TABLES } from '../src/contract/tables.ts';
import { moment, page, type Row, size, write } from './support/mirror.ts';
import { newUser } from './support/stack.ts';

/** One row of every table, with everything that a person must not see in it. */
async function personWithOneOfEach(): Promise<{ user: string; expected: Record<string, Row[]> }> {
  const user = newUser();
  const id = crypto.randomUUID();
  const rows = {
    daily_summary: {
      source: 'oura',
      datetime: '2026-03-01',
      steps: 9000,
      hrv_method: 'rmssd',
      utc_offset_minutes: 60,
    },
    activities: { source: 'oura', start_time: '2026-03-01T10:00:00.000Z', elevation_method: 'gain' },
    sleep_sessions: {
      source: 'oura',
      start_time: '2026-02-28T22:00:00.000Z',
      end_time: '2026-03-01T06:00:00.000Z',
    },
    biomarkers_raw: {
      source: 'terra_lab',
      draw_date: '2026-02-01',
      code: 'ldl_cholesterol',
      value: 90,
      canonical: 1,
    },
    lab_uploads: {
      id,
      storage_key: `lab-uploads/${user}/${id}.pdf`,
      uploaded_at: '2026-02-01 10:00:00',
      terra_status: 'parsed',
    },
    profiles: { data: '{"age":40}' },
  } as const;
  const hidden: Record<string, Row> = {
    daily_summary: { cells: 'secret-cells' },
    activities: { cells: 'secret-cells', raw: '{"a":1}' },
    sleep_sessions: { cells: 'secret-cells', raw: '{"s":1}' },
    biomarkers_raw: { cells: 'secret-cells', raw: '{"b":1}' },
    lab_uploads: { terra_upload_id: 'secret-upload', terra_response: 'secret-response' },
    profiles: {},
  };
  const tables = Object.keys(rows) as (keyof typeof rows)[];
  await write(
    user,
    moment(1),
    tables.map((table) => [table, { ...rows[table], ...hidden[table] }]),
  );
  const expected = Object.fromEntries(
    tables.map((table) => {
      const columns = Object.keys(SYNCED_TABLES[table].columns).filter((column) => column !== 'raw');
      const known: Row = rows[table];
      const row = Object.fromEntries(
        columns.map((column): [string, Row[string]] => [column, known[column] ?? null]),
      );
      return [table, [{ ...row, updated_at: moment(1) }]];
    }),
  );
  return { user, expected };
}

describe('an answer', () => {
  it('has every table, empty or not, and the clock of somebody who has nothing yet', async () => {
    expect(await page(newUser())).toEqual({
      data: {
        daily_summary: [],
        activities: [],
        sleep_sessions: [],
        biomarkers_raw: [],
        lab_uploads: [],
        profiles: [],
        deleted: [],
      },
      now: '1970-01-01T00:00:00.000Z',
      next_cursor: null,
      has_more: false,
      asked: [],
    });
  });

  it('has whole rows, without raw and without what is not for their eyes', async () => {
    const { user, expected } = await personWithOneOfEach();
    const answer = await page(user);
    expect(answer).toEqual({
      data: { ...expected, deleted: [] },
      now: moment(1),
      next_cursor: null,
      has_more: false,
      asked: [],
    });
    expect(JSON.stringify(answer)).not.toMatch(/secret|cells|terra_upload_id|terra_response|user_id|"raw"/);
  });

  it('has raw with include=raw', async () => {
    const { user, expected } = await personWithOneOfEach();
    const { data } = await page(user, { include: 'raw' });
    expect(data).toEqual({
      ...expected,
      activities: [{ ...expected.activities?.[0], raw: '{"a":1}' }],
      sleep_sessions: [{ ...expected.sleep_sessions?.[0], raw: '{"s":1}' }],
      biomarkers_raw: [{ ...expected.biomarkers_raw?.[0], raw: '{"b":1}' }],
      deleted: [],
    });
  });

  it('has the tables that were named and no other', async () => {
    const { user, expected } = await personWithOneOfEach();
    const { data } = await page(user, { tables: 'profiles, daily_summary,profiles' });
    expect(data).toEqual({ daily_summary: expected.daily_summary, profiles: expected.profiles, deleted: [] });
    expect((await page(newUser(), { tables: 'biomarkers_wide' })).data).toEqual({
      biomarkers_wide: [],
      deleted: [],
    });
  });

  it('tells deletions by their key, without whose they were', async () => {
    const user = newUser();
    await write(user, moment(1), [
      [
        'tombstones',
        { table_name: 'activities', key: '{"source":"oura","start_time":"2026-03-01T10:00:00.000Z"}' },
      ],
    ]);
    await write(user, moment(2), [
      ['tombstones', { table_name: 'daily_summary', key: '{"source":"whoop","datetime":"2026-03-01"}' }],
    ]);
    expect((await page(user)).data.deleted).toEqual([
      {
        table: 'activities',
        key: { source: 'oura', start_time: '2026-03-01T10:00:00.000Z' },
        deleted_at: moment(1),
      },
      { table: 'daily_summary', key: { source: 'whoop', datetime: '2026-03-01' }, deleted_at: moment(2) },
    ]);
    expect(size(await page(user, { since: moment(1) }))).toBe(1);
    expect(size(await page(user, { since: moment(2) }))).toBe(0);
  });
});

describe('biomarkers_wide', () => {
  async function wideRows(user: string): Promise<Row[]> {
    const { results } = await env.DB.prepare(
      'select * from biomarkers_wide where user_id = ? order by updated_at, source, draw_date',
    )
      .bind(user)
      .all<Row>();
    return results.map(({ user_id: _, ...row }) => row);
  }

  const measured = (draw_date: string, code: string, value: number, canonical = 1) =>
    ['biomarkers_raw', { source: 'terra_lab', draw_date, code, value, canonical }] as const;

  it('equals the view, whatever the page size', async () => {
    const user = newUser();
    await write(user, moment(1), [
      measured('2026-01-01', 'ldl_cholesterol', 91),
      measured('2026-01-01', 'hba1c', 5.4),
      measured('2026-01-02', 'glucose', 5, 0),
      measured('2026-01-02', 'tsh', 2),
    ]);
    await write(user, moment(2), [measured('2026-01-03', 'crp', 1), measured('2026-01-03', 'alt', 20)]);
    await write(user, moment(3), [measured('2026-01-01', 'sodium', 140)]);
    const view = await wideRows(user);
    expect(view).toHaveLength(3);
    // A date stands at its last change, so it comes once, however the pages are cut.
    const sent = new Map<number, number>();
    for (const limit of [1, 2, 3, 4, 1_000]) {
      const seen = new Map<unknown, Row>();
      let cursor: string | null = null;
      do {
        const query = { tables: 'biomarkers_wide', limit: String(limit) };
        const answer = await page(user, cursor === null ? query : { ...query, cursor });
        for (const row of answer.data.biomarkers_wide ?? []) seen.set(row.draw_date, row);
        sent.set(limit, (sent.get(limit) ?? 0) + size(answer));
        cursor = answer.next_cursor;
      } while (cursor !== null);
      const rows = [...seen.values()].toSorted((a, b) =>
        `${a.updated_at}${a.draw_date}` < `${b.updated_at}${b.draw_date}` ? -1 : 1,
      );
      expect(rows).toEqual(view);
    }
    expect([...sent.values()]).toEqual([3, 3, 3, 3, 3]);
  });

  it('has only the dates of which a measurement changed, each as a whole row', async () => {
    const user = newUser();
    await write(user, moment(1), [
      measured('2026-01-01', 'ldl_cholesterol', 91),
      measured('2026-01-02', 'tsh', 2),
    ]);
    await write(user, moment(2), [measured('2026-01-01', 'hba1c', 5.4)]);
    const { data } = await page(user, { tables: 'biomarkers_wide', since: moment(1) });
    const changed = (await wideRows(user)).filter((row) => row.draw_date === '2026-01-01');
    expect(data).toEqual({ biomarkers_wide: changed, deleted: [] });
    expect(data.biomarkers_wide?.[0]).toMatchObject({ ldl: 91, hba1c: 5.4, updated_at: moment(2) });
  });
});
