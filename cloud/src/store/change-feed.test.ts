import { env } from 'cloudflare:test';
import { describe, expect, it } from 'vitest';
import { insertPerson, insertRow } from '../../test/support/rows.ts';
import { type IsoTime, isoTime } from '../clock.ts';
import type { UserId } from '../ids.ts';
import { type Feed, feedSince, readFeedPage, readFeedTotal } from './change-feed.ts';

const at = (minute: number): IsoTime => isoTime(Date.UTC(2026, 2, 1, 12, minute));

const person = () => insertPerson({ clock: at(59) });

const day = (user: UserId, date: string, minute: number) =>
  insertRow('daily_summary', {
    user_id: user,
    source: 'oura',
    datetime: `2026-03-${date}`,
    updated_at: at(minute),
  });

const tombstone = (user: UserId, key: string, minute: number) =>
  insertRow('tombstones', { user_id: user, table_name: 'activities', key, deleted_at: at(minute) });

const read = (userId: UserId, feed: Feed, limit = 100) =>
  readFeedPage(env.DB, feed, { userId, limit, includeRaw: false, openSince: at(0) });

const sinceMinute = (minute: number) => feedSince(at(minute), ['daily_summary']);

/** Dates and keys of a page. */
async function shown(userId: UserId, feed: Feed, limit?: number) {
  const page = await read(userId, feed, limit);
  const rows = [
    ...(page.rows.daily_summary ?? []).map(({ datetime }) => String(datetime).slice(8)),
    ...(page.rows.deleted ?? []).map(({ key }) => String(key)),
  ];
  return { rows, feed: page.feed, hasMore: page.hasMore };
}

describe('a page of changes', () => {
  it('has what changed of the person after a moment, in the order of the changes', async () => {
    const [one, other] = [await person(), await person()];
    await day(one, '01', 5);
    await day(one, '02', 12);
    await day(one, '03', 11);
    await day(one, '04', 10);
    await day(other, '05', 11);
    await day(other, '06', 10);
    await tombstone(one, 'before', 9);
    await tombstone(one, 'at', 10);
    await tombstone(one, 'after', 11);
    await tombstone(other, 'theirs', 11);
    expect((await shown(one, sinceMinute(10))).rows).toEqual(['03', '02', 'after']);
    expect((await shown(other, sinceMinute(10))).rows).toEqual(['05', 'theirs']);
    expect((await read(one, sinceMinute(10))).clock).toBe(at(59));
  });

  it('goes on behind the last row, among rows of one moment too', async () => {
    const [one, other] = [await person(), await person()];
    // A row of somebody else lies between each two.
    for (const date of ['01', '02', '03']) {
      await day(one, date, 10);
      await day(other, date, 10);
    }
    await day(one, '04', 11);
    let feed = sinceMinute(9);
    const pages: (readonly string[])[] = [];
    for (let hasMore = true; hasMore; ) {
      const page = await shown(one, feed, 2);
      pages.push(page.rows);
      ({ feed, hasMore } = page);
      if (pages.length > 9) throw new Error('these pages do not end');
    }
    expect(pages.flat()).toEqual(['01', '02', '03', '04']);
    expect(pages[0]).toEqual(['01']);
    await day(one, '05', 11);
    await day(one, '06', 12);
    expect((await shown(one, feed)).rows).toEqual(['05']);
  });
});

it('what a sync will bring is counted among what is the person’s, each kind after its moment', async () => {
  const [one, other] = [await person(), await person()];
  await day(one, '01', 10);
  await day(one, '02', 11);
  await tombstone(one, 'at', 10);
  await tombstone(one, 'after', 11);
  await day(other, '03', 11);
  await day(other, '04', 11);
  await tombstone(other, 'theirs', 11);
  expect(await readFeedTotal(env.DB, sinceMinute(10), one)).toBe(2);
  expect(await readFeedTotal(env.DB, sinceMinute(0), one)).toBe(4);
  expect(await readFeedTotal(env.DB, sinceMinute(10), other)).toBe(3);
});
