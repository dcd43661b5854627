import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { type Columns, insertPerson, insertRow } from '../../test/support/rows.ts';
import { isoTime } from '../clock.ts';
import type { UserId } from '../ids.ts';
import {
  biomarkerPageStatement,
  type DayPosition,
  dayCountStatement,
  daysFrom,
  daysSince,
  widePageStatement,
} from './biomarker-feed.ts';
import { allRows, firstRow } from './statements.ts';

const at = (minute: number) => isoTime(Date.UTC(2026, 2, 1, 12, minute));
const MANY = 100;

/** A day of a person with rows of these codes, each at its time, the day at the latest of them. */
async function day(
  user: string,
  rows: Readonly<Record<string, number>>,
  { source = 'oura', draw_date = '2026-02-01' } = {},
): Promise<void> {
  const key: Columns = { user_id: user, source, draw_date };
  const updated_at = at(Math.max(...Object.values(rows)));
  await insertRow('biomarker_days', { ...key, updated_at });
  for (const [code, minute] of Object.entries(rows)) {
    await insertRow('biomarkers_raw', {
      ...key,
      code,
      value: minute,
      canonical: 1,
      updated_at: at(minute),
    });
  }
}

/** A person with days of several moments, two of them in one moment, and another person with the same and one more. */
async function people(): Promise<UserId> {
  const [user, other] = [await insertPerson(), await insertPerson()];
  for (const whose of [user, other]) {
    await day(whose, { glucose: 1, insulin: 2 }, { draw_date: '2026-02-03' });
    await day(whose, { alt: 3, ast: 3, crp: 3 });
    await day(whose, { alt: 3 }, { draw_date: '2026-02-02' });
    await day(whose, { alt: 3 }, { source: 'whoop' });
    await day(whose, { glucose: 4, insulin: 1 }, { draw_date: '2026-01-01' });
  }
  await day(other, { alt: 2 }, { draw_date: '2026-02-04' });
  return user;
}

const positionOf = (
  minute: number,
  source: string,
  drawDate: string,
  code: string,
  since: number,
): DayPosition => [at(minute), source, drawDate, code, at(since)];

describe('the changed biomarkers of a person', () => {
  /** Each as `source date code`. */
  async function page(user: UserId, position: DayPosition, limit = MANY): Promise<readonly string[]> {
    const columns = ['source', 'draw_date', 'code'];
    const rows = await allRows<Record<'source' | 'draw_date' | 'code', string>>(
      env.DB,
      biomarkerPageStatement(columns, position, limit, user),
    );
    return rows.map(({ source, draw_date, code }) => `${source} ${draw_date} ${code}`);
  }

  const ALL = [
    'oura 2026-02-03 glucose',
    'oura 2026-02-03 insulin',
    'oura 2026-02-01 alt',
    'oura 2026-02-01 ast',
    'oura 2026-02-01 crp',
    'oura 2026-02-02 alt',
    'whoop 2026-02-01 alt',
    'oura 2026-01-01 glucose',
    'oura 2026-01-01 insulin',
  ];

  it('are theirs, in the order of their days’ changes', async () => {
    const user = await people();
    expect(await page(user, daysSince(at(0)))).toEqual(ALL);
    expect(await page(user, daysSince(at(0)), 3)).toEqual(ALL.slice(0, 3));
  });

  it('go on behind the last one that was sent, in the middle of a day too', async () => {
    const user = await people();
    expect(await page(user, positionOf(3, 'oura', '2026-02-01', 'alt', 0))).toEqual(ALL.slice(3));
    expect(await page(user, positionOf(3, 'oura', '2026-02-01', 'crp', 0))).toEqual(ALL.slice(5));
    expect(await page(user, positionOf(3, 'oura', '2026-02-02', 'alt', 0))).toEqual(ALL.slice(6));
    expect(await page(user, positionOf(3, 'whoop', '2026-02-01', 'alt', 0))).toEqual(ALL.slice(7));
  });

  it('are none of before the sync began, though their day changed since', async () => {
    const user = await people();
    expect(await page(user, daysSince(at(1)))).toEqual(ALL.filter((_, place) => place > 0 && place < 8));
    expect(await page(user, daysSince(at(3)))).toEqual(['oura 2026-01-01 glucose']);
    expect(await page(user, daysSince(at(4)))).toEqual([]);
  });

  it('come again of the whole moment where the position is from before days', async () => {
    const user = await people();
    expect(await page(user, daysFrom(at(3)))).toEqual(ALL.slice(2));
  });
});

describe('the wide rows of a person’s changed days', () => {
  async function page(user: UserId, position: DayPosition, limit = MANY) {
    return allRows<Record<string, unknown>>(env.DB, widePageStatement(position, limit, user));
  }
  const datesOf = (rows: readonly Record<string, unknown>[]) =>
    rows.map(({ source, draw_date }) => `${source} ${draw_date}`);
  const ALL = [
    'oura 2026-02-03',
    'oura 2026-02-01',
    'oura 2026-02-02',
    'whoop 2026-02-01',
    'oura 2026-01-01',
  ];

  it('are one of each of their days, with all its values and the time of the latest', async () => {
    const user = await people();
    const rows = await page(user, daysSince(at(0)));
    expect(datesOf(rows)).toEqual(ALL);
    expect(rows[0]).toMatchObject({ glucose: 1, insulin: 2, alt: null, updated_at: at(2) });
    expect(rows[4]).toMatchObject({ glucose: 4, insulin: 1, updated_at: at(4), _position_at: at(4) });
    expect(datesOf(await page(user, daysSince(at(0)), 2))).toEqual(ALL.slice(0, 2));
  });

  it('go on behind the last day that was sent', async () => {
    const user = await people();
    const pageAfter = async (...position: Parameters<typeof positionOf>) =>
      datesOf(await page(user, positionOf(...position)));
    expect(await pageAfter(3, 'oura', '2026-02-01', '', 0)).toEqual(ALL.slice(2));
    expect(await pageAfter(3, 'whoop', '2026-02-01', '', 0)).toEqual(ALL.slice(4));
    expect(datesOf(await page(user, daysSince(at(3))))).toEqual(ALL.slice(4));
  });

  it('show only values in their canonical unit', async () => {
    const user = await insertPerson();
    await day(user, { glucose: 1, insulin: 1 });
    await env.DB.prepare("update biomarkers_raw set canonical = 0 where user_id = ? and code = 'insulin'")
      .bind(user)
      .run();
    expect(await page(user, daysSince(at(0)))).toMatchObject([{ glucose: 1, insulin: null }]);
  });
});

it('what a stream will bring is counted of its person, from its position on', async () => {
  const user = await people();
  const counted = async (since: number) => {
    const rows = (['biomarkers_raw', 'biomarkers_wide'] as const).map((name) =>
      firstRow<{ rows: number }>(env.DB, dayCountStatement(name, daysSince(at(since)), user)),
    );
    return (await Promise.all(rows)).map((row) => row?.rows);
  };
  expect(await counted(0)).toEqual([9, 5]);
  expect(await counted(1)).toEqual([7, 5]);
  expect(await counted(2)).toEqual([6, 4]);
  expect(await counted(3)).toEqual([1, 1]);
  expect(await counted(4)).toEqual([0, 0]);
});
